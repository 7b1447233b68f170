import { invalid } from '../error.ts';
import { checkedNumber, forecastPaths, quantileOf, type ForecastSource, type PathOptions } from './forecast-paths.ts';
import { checkOptions } from '../values.ts';

/** What is asked of a threshold. */
export interface TimeToThresholdOptions extends PathOptions {
  /** The value that should not be crossed. */
  readonly threshold: number;
  /** From which side it is crossed. @default 'above' */
  readonly direction?: 'above' | 'below' | undefined;
}

/** When a threshold will be crossed. Steps count from 1, the first step after the last value. */
export interface TimeToThreshold {
  /** The probability that it happens within the horizon. */
  readonly probability: number;
  /** The probability that it has happened by each step. */
  readonly by: Float64Array;
  /** The step by which it has happened with a probability of 10 %; undefined when that is beyond the horizon. */
  readonly early: number | undefined;
  /** The same for 50 %. */
  readonly median: number | undefined;
  /** The same for 90 %. */
  readonly late: number | undefined;
}

/**
 * When will it be full, too hot, too slow? The probability that a series crosses a threshold, by each step ahead, from
 * futures drawn from the intervals of a forecast. A threshold that is crossed once counts as crossed.
 *
 * @param source - A fitted model, of this package or your own.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or the source gives numbers that are no forecast.
 * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
 *
 * @example
 * ```ts
 * import { holt, timeToThreshold } from '@novacron/ml';
 *
 * // A disk in GiB, a value a day, growing by one a day.
 * const disk = Array.from({ length: 60 }, (_, day) => 100 + day + ((day * 7) % 3));
 * const { probability, median } = timeToThreshold(holt().fit(disk), { threshold: 200, horizon: 90 });
 * probability > 0.95 // => true
 * Math.abs(median! - 40) < 5 // => true
 * ```
 */
export function timeToThreshold(source: ForecastSource, options: TimeToThresholdOptions): TimeToThreshold {
  checkOptions(options);
  const threshold = checkedNumber(options.threshold, 'threshold');
  const { direction = 'above', horizon } = options;
  if (direction !== 'above' && direction !== 'below') throw invalid('direction must be above or below', { direction });
  const paths = forecastPaths(source, options);
  const crossings = Float64Array.from(paths, (path) => {
    const step = path.findIndex((value) => (direction === 'above' ? value >= threshold : value <= threshold));
    return step === -1 ? Infinity : step + 1;
  });
  const by = new Float64Array(horizon);
  for (const step of crossings) if (step <= horizon) by[step - 1] = (by[step - 1] as number) + 1;
  for (let step = 0; step < horizon; step++) {
    by[step] = ((by[step] as number) + (step > 0 ? (by[step - 1] as number) * paths.length : 0)) / paths.length;
  }
  const stepOf = (probability: number): number | undefined => {
    const step = quantileOf(crossings, probability);
    return Number.isFinite(step) ? Math.ceil(step) : undefined;
  };
  return { probability: by[horizon - 1] as number, by, early: stepOf(0.1), median: stepOf(0.5), late: stepOf(0.9) };
}
