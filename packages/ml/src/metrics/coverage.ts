import type { ForecastInterval } from '../forecast/contract.ts';
import { sumOverPairs } from './forecast-pairs.ts';

/**
 * The share of actual values inside an interval, bounds included; a good 95 % interval has about 0.95. Missing actual
 * values (NaN) are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when the lengths differ, a bound is NaN, or a value is infinite.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when no actual value is observed.
 *
 * @example
 * ```ts
 * import { coverage } from '@novacron/ml';
 *
 * coverage([1, 2, 9, 4], { lower: [0, 1, 2, 3], upper: [2, 3, 4, 5] }) // => 0.75
 * ```
 */
export function coverage(
  actual: ArrayLike<number>,
  interval: { readonly [Bound in keyof Pick<ForecastInterval, 'lower' | 'upper'>]: ArrayLike<number> },
): number {
  const { lower, upper } = interval;
  const above = sumOverPairs(actual, upper, (value, bound) => Number(value > bound));
  const below = sumOverPairs(actual, lower, (value, bound) => Number(value < bound));
  return 1 - (above.sum + below.sum) / above.count;
}
