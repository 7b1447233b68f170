import { checkedInteger, longestSeason, toValues } from '../values.ts';
import { undefinedMetric } from './forecast-pairs.ts';

/** What errors are compared with. */
export interface ScaleOptions {
  /** The series the forecaster was fitted to; NaN means missing. */
  readonly training: ArrayLike<number>;
  /** Steps in a season; 1 compares with the naive method. @default 1 */
  readonly seasonLength?: number | undefined;
}

/**
 * The mean of a power of the changes over a season: what the seasonal naive method gets wrong over the training series.
 *
 * @throws {MlError} NOVA_ML_INVALID when a value is infinite or the season is out of range.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when the training series repeats itself exactly or is not longer than a
 * season.
 */
export function scaleOf({ training, seasonLength = 1 }: ScaleOptions, power: 1 | 2): number {
  checkedInteger(seasonLength, 'seasonLength', 1, longestSeason);
  const series = toValues(training);
  let sum = 0;
  let count = 0;
  for (let i = seasonLength; i < series.length; i++) {
    const change = Math.abs((series[i] as number) - (series[i - seasonLength] as number));
    if (Number.isNaN(change)) continue;
    sum += change ** power;
    count++;
  }
  if (!(sum > 0)) throw undefinedMetric('the seasonal naive method makes no error over the training series');
  return sum / count;
}
