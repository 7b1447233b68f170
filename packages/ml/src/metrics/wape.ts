import { sumOverPairs, undefinedMetric } from './forecast-pairs.ts';

/**
 * Weighted absolute percentage error as a ratio: the sum of absolute errors by the sum of absolute values. Unlike
 * {@link mape} it bears single zeros. Missing actual values (NaN) are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when the lengths differ, a forecast is NaN, or a value is infinite.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when all actual values are 0, or none is observed.
 *
 * @example
 * ```ts
 * import { wape } from '@novacron/ml';
 *
 * wape([0, 4], [1, 5]) // => 0.5
 * ```
 */
export function wape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  const { sum: errors } = sumOverPairs(actual, forecast, (value, predicted) => Math.abs(value - predicted));
  const { sum: size } = sumOverPairs(actual, forecast, (value) => Math.abs(value));
  if (size === 0) throw undefinedMetric('all actual values are 0');
  return errors / size;
}
