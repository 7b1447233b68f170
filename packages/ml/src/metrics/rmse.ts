import { sumOverPairs } from './forecast-pairs.ts';

/**
 * Root mean square error, in the unit of the values. Missing actual values (NaN) are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when the lengths differ, a forecast is NaN, or a value is infinite.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when no actual value is observed.
 *
 * @example
 * ```ts
 * import { rmse } from '@novacron/ml';
 *
 * rmse([1, 2, 3, 4], [1, 2, 3, 8]) // => 2
 * ```
 */
export function rmse(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  let largest = 0;
  sumOverPairs(actual, forecast, (value, predicted) => (largest = Math.max(largest, Math.abs(value - predicted))));
  if (largest === 0) return 0;
  // Errors are divided by the largest, so that no square leaves the range of numbers.
  const { sum, count } = sumOverPairs(actual, forecast, (value, predicted) => ((value - predicted) / largest) ** 2);
  return largest * Math.sqrt(sum / count);
}
