import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';
import { checkedInteger, checkOptions, longestSeason, toValues } from '../values.ts';
import { undefinedMetric } from './forecast-pairs.ts';

/** What errors are compared with. */
export interface ScaleOptions {
  /** The series the forecaster was fitted to; NaN means missing. */
  readonly training: ArrayLike<number>;
  /** Steps in a season; 1 compares with the naive method. @default 1 */
  readonly seasonLength?: number | undefined;
}

/**
 * The mean size of the changes over a season, or with the power 2 its root mean square: what the seasonal naive method gets wrong over the training series.
 *
 * @throws {MlError} NOVA_ML_INVALID when a value is infinite or the season is out of range.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when the training series repeats itself exactly or is not longer than a
 * season.
 */
export function scaleOf(options: ScaleOptions, power: 1 | 2): number {
  checkOptions(options);
  const { training, seasonLength = 1 } = options;
  checkedInteger(seasonLength, 'seasonLength', 1, longestSeason);
  const series = toValues(training);
  const changes = series.map((value, i) => Math.abs(value - (series[i - seasonLength] ?? NaN)));
  const unit = powerOfTwoNear(changes); // squares of any changes stay in range, and lose no digit
  let sum = 0;
  let count = 0;
  for (const change of changes) {
    if (Number.isNaN(change)) continue;
    sum += (change / unit) ** power;
    count++;
  }
  if (!(sum > 0)) throw undefinedMetric('the seasonal naive method makes no error over the training series');
  return (power === 1 ? sum / count : Math.sqrt(sum / count)) * unit;
}
