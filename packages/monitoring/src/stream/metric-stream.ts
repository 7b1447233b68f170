import { systemClock, type Clock } from '@novacron/core';
import { asyncScheduler, Observable, type SchedulerLike } from 'rxjs';
import { invalidInput, toNovaError } from '../error.ts';
import { collect, type CollectOptions } from '../source/collect.ts';
import type { Collection, MetricSource } from '../source/metric-source.ts';
import { clockScheduler } from './clock-scheduler.ts';

/** How a stream of measurements is made. */
export interface MetricStreamOptions extends Omit<CollectOptions, 'signal'> {
  /** Time from one round to the next, in milliseconds of the scheduler; above 0. */
  readonly intervalMs: number;
  /** Paces the rounds. @default one made of `clock`, or RxJS' asyncScheduler */
  readonly scheduler?: SchedulerLike | undefined;
}

/** A round of a stream. */
export interface CollectionRound extends Collection {
  /** Number of the tick that it was made at, from 0; ticks are `intervalMs` apart. */
  readonly tick: number;
  /** Ticks before it that were left out because the round before took too long. */
  readonly missedTicks: number;
}

/**
 * Measures all sources again and again: at once on subscribing, then at every tick. Ticks do not drift; a round that
 * takes longer than the interval leaves ticks out, and rounds never overlap.
 *
 * The stream never errors: a source that fails is an entry in `errors`. It never completes; unsubscribing aborts the
 * round that is being made. Each subscriber gets rounds of its own; use `share()` to measure once for many.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when `intervalMs`, `concurrency` or `sourceTimeoutMs` makes no
 * sense.
 *
 * @example
 * ```ts
 * import { metricRegistry } from '@novacron/monitoring';
 * import { metricStream } from '@novacron/monitoring/stream';
 * import { map, take, toArray, lastValueFrom } from 'rxjs';
 *
 * const registry = metricRegistry();
 * registry.gauge('jobs.waiting').set(3);
 * const rounds = metricStream([registry], { intervalMs: 5 }).pipe(map(({ tick, errors }) => [tick, errors.length]));
 * (await lastValueFrom(rounds.pipe(take(1), toArray()))) // => [[0, 0]]
 * ```
 */
export function metricStream(
  sources: readonly MetricSource[],
  options: MetricStreamOptions,
): Observable<CollectionRound> {
  const { intervalMs, scheduler: givenScheduler, clock: givenClock, ...collectOptions } = options;
  if (!(intervalMs > 0 && intervalMs < Infinity)) {
    throw invalidInput(`intervalMs must be above 0, not ${String(intervalMs)}`, { intervalMs });
  }
  const { concurrency = 1, sourceTimeoutMs = 1 } = collectOptions;
  if (!(concurrency >= 1)) throw invalidInput(`concurrency must be at least 1, not ${String(concurrency)}`);
  if (!(sourceTimeoutMs > 0)) throw invalidInput(`sourceTimeoutMs must be above 0, not ${String(sourceTimeoutMs)}`);
  const scheduler = givenScheduler ?? (givenClock === undefined ? asyncScheduler : clockScheduler(givenClock));
  const clock = givenClock ?? schedulerClock(scheduler);

  return new Observable((subscriber) => {
    const stop = new AbortController();
    subscriber.add(() => stop.abort());
    const startMs = scheduler.now();

    const measure = async (tick: number, missedTicks: number): Promise<void> => {
      let collection: Collection;
      try {
        collection = await collect(sources, { ...collectOptions, clock, signal: stop.signal });
      } catch (reason) {
        if (stop.signal.aborted) return;
        const error = toNovaError(reason);
        collection = {
          timeMs: clock.now(),
          durationMs: 0,
          samples: [],
          errors: [{ source: 'metricStream', reason: 'failed', error }],
        };
      }
      subscriber.next({ ...collection, tick, missedTicks });
      if (!subscriber.closed) schedule(tick);
    };
    const schedule = (doneTick: number): void => {
      const passedMs = scheduler.now() - startMs;
      const tick = Math.max(doneTick + 1, Math.ceil(passedMs / intervalMs));
      const delayMs = Math.max(0, tick * intervalMs - passedMs);
      subscriber.add(scheduler.schedule(() => void measure(tick, tick - doneTick - 1), delayMs));
    };
    subscriber.add(scheduler.schedule(() => void measure(0, 0), 0));
  });
}

/** A scheduler as clock, as far as collecting needs one. */
function schedulerClock(scheduler: SchedulerLike): Clock {
  return {
    now: () => scheduler.now(),
    monotonic: () => scheduler.now(),
    sleep: (durationMs, options) => systemClock.sleep(durationMs, options),
  };
}
