import { invalid } from '../error.ts';
import { checkedInteger, checkOptions } from '../values.ts';
import { checkedNumber, forecastPaths, quantileOf, type ForecastSource, type PathOptions } from './forecast-paths.ts';

/** Where to look for the peak. */
export interface PeakInWindowOptions extends PathOptions {
  /** The first step of the window, from 1. @default 1 */
  readonly from?: number | undefined;
  /** How sure to be of `high`, in (0, 1). @default 0.95 */
  readonly probability?: number | undefined;
}

/** The highest value that is to come. */
export interface Peak {
  /** The median of the peak. */
  readonly expected: number;
  /** The peak stays below this with the probability asked for. */
  readonly high: number;
  /** The step at which the peak falls most often, from 1. */
  readonly step: number;
}

/**
 * How high will it get, and when? The peak of a series between two steps ahead: not the peak of the mean, which is too
 * low, but that of possible futures.
 *
 * @param source - A fitted model, of this package or your own.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or the source gives numbers that are no forecast.
 * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
 *
 * @example
 * ```ts
 * import { holtWinters, peakInWindow } from '@novacron/ml';
 *
 * const load = Array.from({ length: 168 }, (_, hour) => 50 + 30 * Math.sin((hour * Math.PI) / 12) + ((hour * 7) % 5));
 * const peak = peakInWindow(holtWinters({ seasonLength: 24 }).fit(load), { horizon: 24 });
 * peak.expected > 78 && peak.high > peak.expected // => true
 * Math.abs(peak.step - 7) < 4 // => true
 * ```
 */
export function peakInWindow(source: ForecastSource, options: PeakInWindowOptions): Peak {
  const paths = forecastPaths(source, options);
  return peakOf(paths, options);
}

function peakOf(paths: readonly Float64Array[], options: PeakInWindowOptions): Peak {
  const { probability = 0.95, horizon } = options;
  const from = checkedInteger(options.from ?? 1, 'from', 1, horizon);
  if (!(probability > 0 && probability < 1)) throw invalid('probability must be between 0 and 1', { probability });
  const counts = new Uint32Array(horizon);
  const peaks = Float64Array.from(paths, (path) => {
    let step = from - 1;
    for (let s = from; s < horizon; s++) if ((path[s] as number) > (path[step] as number)) step = s;
    counts[step] = (counts[step] as number) + 1;
    return path[step] as number;
  });
  const step = counts.indexOf(counts.reduce((most, count) => Math.max(most, count))) + 1;
  return { expected: quantileOf(peaks, 0.5), high: quantileOf(peaks, probability), step };
}

/** What is asked of a capacity. */
export interface SaturationHeadroomOptions extends PeakInWindowOptions {
  /** What there is at most. */
  readonly capacity: number;
}

/** What is left at the peak. */
export interface Headroom {
  /** Capacity less the high peak; below 0 when it is not enough. */
  readonly headroom: number;
  /** The same as a part of the capacity. */
  readonly ratio: number;
  /** The probability that the capacity is reached within the window. */
  readonly saturation: number;
  /** The peak itself. */
  readonly peak: Peak;
}

/**
 * How much room is left at the peak of what is to come, with the probability asked for?
 *
 * @param source - A fitted model, of this package or your own.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or the source gives numbers that are no forecast.
 * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
 *
 * @example
 * ```ts
 * import { saturationHeadroom, windowAverage } from '@novacron/ml';
 *
 * const memory = Array.from({ length: 48 }, (_, hour) => 20 + ((hour * 7) % 5));
 * const { headroom, saturation } = saturationHeadroom(windowAverage({ window: 24 }).fit(memory), { capacity: 64, horizon: 24 });
 * headroom > 30 && saturation === 0 // => true
 * ```
 */
export function saturationHeadroom(source: ForecastSource, options: SaturationHeadroomOptions): Headroom {
  checkOptions(options);
  const capacity = checkedNumber(options.capacity, 'capacity');
  if (!(capacity > 0)) throw invalid('capacity must be above 0', { capacity });
  const paths = forecastPaths(source, options);
  const peak = peakOf(paths, options);
  const first = (options.from ?? 1) - 1;
  const full = paths.filter((path) => path.subarray(first).some((value) => value >= capacity)).length;
  const headroom = capacity - peak.high;
  return { headroom, ratio: headroom / capacity, saturation: full / paths.length, peak };
}
