import { sumOverPairs } from './forecast-pairs.ts';

/**
 * Symmetric mean absolute percentage error as a ratio from 0 to 2, in the definition of the M4 competition:
 * the mean of `2 |y - f| / (|y| + |f|)` (Makridakis et al. 2020). A pair of zeros is no error and counts as 0.
 * Missing actual values (NaN) are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when the lengths differ, a forecast is NaN, or a value is infinite.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when no actual value is observed.
 *
 * @example
 * ```ts
 * import { smape } from '@novacron/ml';
 *
 * smape([1, 0], [3, 0]) // => 0.5
 * ```
 */
export function smape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  const { sum, count } = sumOverPairs(actual, forecast, (value, predicted) => {
    const size = Math.abs(value) + Math.abs(predicted);
    return size === 0 ? 0 : (2 * Math.abs(value - predicted)) / size;
  });
  return sum / count;
}
