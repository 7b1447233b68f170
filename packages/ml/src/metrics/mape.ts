import { sumOverPairs, undefinedMetric } from './forecast-pairs.ts';

/**
 * Mean absolute percentage error as a ratio: 0.1 is 10 %. Missing actual values (NaN) are left out. For series that
 * touch zero take {@link wape}, {@link smape} or {@link mase}.
 *
 * @throws {MlError} NOVA_ML_INVALID when the lengths differ, a forecast is NaN, or a value is infinite.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when an actual value is 0, or none is observed.
 *
 * @example
 * ```ts
 * import { mape } from '@novacron/ml';
 *
 * mape([2, 4], [1, 5]) // => 0.375
 * ```
 */
export function mape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  const { sum, count } = sumOverPairs(actual, forecast, (value, predicted, index) => {
    if (value === 0) throw undefinedMetric(`actual[${index}] is 0`);
    return Math.abs((value - predicted) / value);
  });
  return sum / count;
}
