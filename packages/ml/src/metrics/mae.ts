import { sumOverPairs } from './forecast-pairs.ts';

/**
 * Mean absolute error, in the unit of the values. Missing actual values (NaN) are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when the lengths differ, a forecast is NaN, or a value is infinite.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when no actual value is observed.
 *
 * @example
 * ```ts
 * import { mae } from '@novacron/ml';
 *
 * mae([1, 2, 3], [1, 4, 3.5]) // => 2.5 / 3
 * ```
 */
export function mae(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  const { sum, count } = sumOverPairs(actual, forecast, (value, predicted) => Math.abs(value - predicted));
  return sum / count;
}
