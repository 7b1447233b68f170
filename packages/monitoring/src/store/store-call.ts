import { abortError, type Clock } from '@novacron/core';
import { invalidInput, MonitoringError } from '../error.ts';
import type { SeriesQuery } from './metric-store.ts';

/** The error of a call after `close`. */
export function closedError(): MonitoringError {
  return new MonitoringError({ kind: 'conflict', message: 'The store is closed', details: { state: 'closed' } });
}

/**
 * Counts the work of a long read and lets other work go first once in a while, so that the read can be aborted.
 *
 * @param signal - Ends the read.
 * @param clock - Gives way.
 * @param budget - Samples after which it gives way.
 */
export function pacer(
  signal: AbortSignal,
  clock: Clock,
  budget = 500_000,
): (samples: number) => Promise<void> | undefined {
  let done = 0;
  return (samples) => {
    if (signal.aborted) throw abortError(signal);
    done += samples;
    if (done < budget) return undefined;
    done = 0;
    return clock.sleep(0, { signal });
  };
}

/**
 * The range of a query, cut by retention.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a bound is not a number.
 */
export function queryRange(query: SeriesQuery, oldestMs: number): { readonly fromMs: number; readonly toMs: number } {
  const { fromMs = -Infinity, toMs = Infinity } = query;
  for (const [name, bound] of Object.entries({ fromMs, toMs })) {
    if (typeof bound !== 'number' || Number.isNaN(bound)) {
      throw invalidInput(`${name} must be epoch milliseconds, not ${String(bound)}`);
    }
  }
  return { fromMs: Math.max(fromMs, oldestMs), toMs };
}

/**
 * Counts the series and samples that a query reads.
 *
 * @returns What to call for each series, which throws NOVA_MONITORING_QUOTA when the query's limits are passed.
 */
export function readLimits({ maxSamples = Infinity, maxSeries = Infinity }: SeriesQuery): (samples: number) => void {
  let series = 0;
  let samples = 0;
  return (more) => {
    series++;
    samples += more;
    if (series > maxSeries) throw tooMuch('maxSeries', `${maxSeries} series`);
    if (samples > maxSamples) throw tooMuch('maxSamples', `${maxSamples} samples`);
  };
}

function tooMuch(limit: 'maxSamples' | 'maxSeries', what: string): MonitoringError {
  return new MonitoringError({ kind: 'quota', message: `The query reads more than ${what}`, details: { limit } });
}
