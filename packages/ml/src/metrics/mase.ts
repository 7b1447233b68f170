import { checkedInteger, longestSeason, toValues } from '../values.ts';
import { undefinedMetric } from './forecast-pairs.ts';
import { mae } from './mae.ts';

/** What the errors are compared with. */
export interface MaseOptions {
  /** The series the forecaster was fitted to; NaN means missing. */
  readonly training: ArrayLike<number>;
  /** Steps in a season; 1 compares with the naive method. @default 1 */
  readonly seasonLength?: number | undefined;
}

/**
 * Mean absolute scaled error: the mean absolute error by that of the seasonal naive method over the training series
 * (Hyndman and Koehler 2006). Below 1 is better than that. Missing actual values (NaN) are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when the lengths differ, a forecast is NaN, a value is infinite, or the season is
 * out of range.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when the training series repeats itself exactly or is not longer than a
 * season, or no actual value is observed.
 *
 * @example
 * ```ts
 * import { mase } from '@novacron/ml';
 *
 * mase([5, 6], [4, 6], { training: [1, 3, 2, 4] }) // => 0.5 / (5 / 3)
 * ```
 */
export function mase(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  { training, seasonLength = 1 }: MaseOptions,
): number {
  checkedInteger(seasonLength, 'seasonLength', 1, longestSeason);
  const series = toValues(training);
  let sum = 0;
  let count = 0;
  for (let i = seasonLength; i < series.length; i++) {
    const change = Math.abs((series[i] as number) - (series[i - seasonLength] as number));
    if (Number.isNaN(change)) continue;
    sum += change;
    count++;
  }
  if (!(sum > 0)) throw undefinedMetric('the seasonal naive method makes no error over the training series');
  return mae(actual, forecast) / (sum / count);
}
