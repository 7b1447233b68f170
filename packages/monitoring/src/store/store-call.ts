import { abortError, type Clock } from '@novacron/core';
import { invalidInput, MonitoringError } from '../error.ts';
import { aggregates, tierFor, type Aggregate } from './rollup.ts';
import type { SeriesListQuery, SeriesQuery } from './metric-store.ts';

/** The error of a call after `close`. */
export function closedError(): MonitoringError {
  return new MonitoringError({ kind: 'conflict', message: 'The store is closed', details: { state: 'closed' } });
}

/** Work between two looks at the clock, and how long a read goes on before others get their turn. */
const workBetweenLooks = 10_000;
const turnMs = 20;

/**
 * Counts the work of a long read and lets other work go first once in a while, so that nobody waits for long and the read
 * can be aborted.
 *
 * @param signal - Ends the read.
 * @param clock - Tells how long it has gone on, and gives way.
 */
export function pacer(signal: AbortSignal, clock: Clock): (work: number) => Promise<void> | undefined {
  let done = 0;
  let turnStartedMs = clock.monotonic();
  return (work) => {
    done += work;
    if (done < workBetweenLooks) return undefined;
    done = 0;
    if (signal.aborted) throw abortError(signal);
    if (clock.monotonic() - turnStartedMs < turnMs) return undefined;
    return clock.sleep(0, { signal }).then(() => {
      turnStartedMs = clock.monotonic();
    });
  };
}

/**
 * The range of a query.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a bound is not a number.
 */
export function queryRange(query: SeriesListQuery): { readonly fromMs: number; readonly toMs: number } {
  const { fromMs = -Infinity, toMs = Infinity } = query;
  for (const [name, bound] of Object.entries({ fromMs, toMs })) {
    if (typeof bound !== 'number' || Number.isNaN(bound)) {
      throw invalidInput(`${name} must be epoch milliseconds, not ${String(bound)}`);
    }
  }
  return { fromMs, toMs };
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

/** Buckets of which a query wants what. */
export interface Tier {
  /** How long they are; 0 when each sample is one. */
  readonly tierMs: number;
  readonly aggregate: Aggregate;
}

/**
 * The tier that a query is answered from, and what of it.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the step is not above 0 or the aggregate is none.
 */
export function tierOf({ downsample }: SeriesQuery): Tier | undefined {
  if (downsample === undefined) return undefined;
  const { stepMs, aggregate } = downsample;
  if (!(stepMs > 0)) throw invalidInput(`stepMs must be above 0, not ${String(stepMs)}`);
  if (!aggregates.includes(aggregate)) {
    throw invalidInput(`aggregate must be one of ${aggregates.join(', ')}, not ${aggregate}`);
  }
  return { tierMs: tierFor(stepMs) ?? 0, aggregate };
}
