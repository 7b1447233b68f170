import { NovaError } from './error.ts';
import type { Labels } from './labels.ts';

/** One measured value of one series. */
export interface Sample {
  /** The metric's name, `system.cpu.utilization`. */
  readonly metric: string;
  /** What tells the series apart. Sources hand out the same frozen object for the same series. */
  readonly labels: Labels;
  /** When it was measured, epoch milliseconds UTC. */
  readonly timeMs: number;
  /** The value in the metric's unit. */
  readonly value: number;
}

/** A series' values over time, as columns. */
export interface Series {
  /** The metric's name. */
  readonly metric: string;
  /** What tells the series apart. */
  readonly labels: Labels;
  /** Epoch milliseconds UTC, rising; as many as `values`. */
  readonly timesMs: Float64Array;
  /** Values in the metric's unit; NaN is a value that is known to be missing. */
  readonly values: Float64Array;
}

/**
 * Makes a series from times and values, checked once so that nobody downstream has to.
 *
 * @param timesMs - Epoch milliseconds, strictly rising.
 * @param values - As many values; NaN means missing.
 * @throws {NovaError} NOVA_CORE_INVALID when the lengths differ, or a time is not finite or not later than the one
 * before it; `details.index` says where.
 *
 * @example
 * ```ts
 * import { createSeries } from '@novacron/core';
 *
 * const series = createSeries('system.cpu.utilization', { vm: 'web-1' }, [0, 60_000], [0.25, 0.5]);
 * series.values.length // => 2
 * ```
 */
export function createSeries(
  metric: string,
  labels: Labels,
  timesMs: ArrayLike<number>,
  values: ArrayLike<number>,
): Series {
  if (timesMs.length !== values.length) {
    throw new NovaError('CORE', {
      kind: 'invalid',
      message: `A series needs as many times as values, not ${timesMs.length} and ${values.length}`,
      details: { times: timesMs.length, values: values.length },
    });
  }
  const times = Float64Array.from(timesMs);
  let previous = -Infinity;
  for (let index = 0; index < times.length; index++) {
    const time = times[index] as number;
    if (!(time > previous) || time === Infinity) {
      throw new NovaError('CORE', {
        kind: 'invalid',
        message: `Times must be finite and strictly rising, but times[${index}] is ${time} after ${previous}`,
        details: { index },
      });
    }
    previous = time;
  }
  return { metric, labels, timesMs: times, values: Float64Array.from(values) };
}

/**
 * The part of a series with `fromMs <= time < toMs`, as a view: nothing is copied.
 *
 * @param fromMs - First time, epoch milliseconds. @default the beginning
 * @param toMs - First time that is out. @default the end
 */
export function sliceSeries(series: Series, fromMs: number = -Infinity, toMs: number = Infinity): Series {
  const start = lowerBound(series.timesMs, fromMs);
  const end = Math.max(start, lowerBound(series.timesMs, toMs));
  return { ...series, timesMs: series.timesMs.subarray(start, end), values: series.values.subarray(start, end) };
}

/** Index of the first time that is not before `timeMs`; the length when all are. */
export function lowerBound(timesMs: Float64Array, timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] as number) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
