import { invalid } from '../error.ts';
import { sumOverPairs } from './forecast-pairs.ts';
import { scaleOf, type ScaleOptions } from './scale-of.ts';

/**
 * Mean scaled interval score, the measure of intervals of the M4 competition: their width, and `2 / (1 - level)` times
 * the distance of each value that lies outside, by the mean absolute error of the seasonal naive method over the
 * training series (Gneiting and Raftery 2007). Missing actual values (NaN) are left out.
 *
 * @param interval - Bounds for each actual value, and the probability that they are to hold.
 * @throws {MlError} NOVA_ML_INVALID when the level is out of range, the lengths differ, a bound is NaN, or a value is
 * infinite.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when the training series repeats itself exactly, or no value is observed.
 *
 * @example
 * ```ts
 * import { msis } from '@novacron/ml';
 *
 * msis([2, 9], { level: 0.5, lower: [1, 1], upper: [3, 3] }, { training: [1, 2, 1] }) // => (2 + 2 + 4 * 6) / 2
 * ```
 */
export function msis(
  actual: ArrayLike<number>,
  interval: { readonly level: number; readonly lower: ArrayLike<number>; readonly upper: ArrayLike<number> },
  options: ScaleOptions,
): number {
  const { level, lower, upper } = interval;
  if (!(level > 0 && level < 1)) throw invalid(`A level must be between 0 and 1, not ${String(level)}`, { level });
  const penalty = 2 / (1 - level);
  const below = sumOverPairs(actual, lower, (value, bound) => penalty * Math.max(0, bound - value) - bound);
  const above = sumOverPairs(actual, upper, (value, bound) => penalty * Math.max(0, value - bound) + bound);
  return (below.sum + above.sum) / below.count / scaleOf(options, 1);
}
