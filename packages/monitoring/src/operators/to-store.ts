import type { NovaError, Sample } from '@novacron/core';
import { Observable, type OperatorFunction } from 'rxjs';
import { invalidInput, MonitoringError, toNovaError } from '../error.ts';
import type { Collection } from '../source/metric-source.ts';
import type { MetricStore, Rejection } from '../store/metric-store.ts';
import { BoundedQueue } from '../stream/bounded-queue.ts';

/** How a stream is stored. */
export interface ToStoreOptions {
  /** Samples that wait while the store is busy, at least 1. @default 100_000 */
  readonly maxQueuedSamples?: number | undefined;
  /**
   * What happens when as many wait. `drop-oldest`: the ones that wait longest go. `drop-newest`: the ones that come
   * go. `error-value`: the ones that come go, and a report with an error says so at once. @default 'drop-oldest'
   */
  readonly policy?: 'drop-oldest' | 'drop-newest' | 'error-value' | undefined;
  /** The longest that storing a batch may take, in milliseconds. @default 30_000 */
  readonly timeoutMs?: number | undefined;
}

/** What became of a batch of samples. */
export interface StoreReport {
  /** Samples that were stored. */
  readonly appended: number;
  /** Samples of it that the store did not take, by reason. */
  readonly rejected: readonly Rejection[];
  /** Samples that the queue dropped since the subscription. */
  readonly dropped: number;
  /** Samples that wait now. */
  readonly queued: number;
  /** Why the batch was not stored; then none of it was, and it is not tried again. */
  readonly error?: NovaError | undefined;
  /** Samples that were lost with `error`. */
  readonly lost: number;
}

/**
 * Stores collections, or arrays of samples, one after the other, and reports on each. An error of the store is a
 * report, not an error of the stream. When the source completes, what waits is stored first. Unsubscribing aborts
 * what is being stored and lets go of what waits.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID at once when `maxQueuedSamples` is less than 1.
 *
 * @example
 * ```ts
 * import { memoryStore } from '@novacron/monitoring';
 * import { toStore } from '@novacron/monitoring/stream';
 * import { lastValueFrom, of } from 'rxjs';
 *
 * const batch = [{ metric: 'vm.up', labels: { vm: 'web-1' }, timeMs: 0, value: 1 }];
 * const report = await lastValueFrom(of(batch).pipe(toStore(memoryStore())));
 * report.appended // => 1
 * ```
 */
export function toStore(
  store: Pick<MetricStore, 'append'>,
  options: ToStoreOptions = {},
): OperatorFunction<Collection | readonly Sample[], StoreReport> {
  const { maxQueuedSamples = 100_000, policy = 'drop-oldest', timeoutMs = 30_000 } = options;
  if (!(maxQueuedSamples >= 1)) {
    throw invalidInput(`maxQueuedSamples must be at least 1, not ${String(maxQueuedSamples)}`);
  }
  return (source) =>
    new Observable((subscriber) => {
      const dropPolicy = policy === 'drop-oldest' ? 'drop-oldest' : 'drop-newest';
      const queue = new BoundedQueue<readonly Sample[]>(maxQueuedSamples, dropPolicy, (batch) => batch.length);
      const stop = new AbortController();
      let storing = false;
      let finish: (() => void) | undefined;

      const report = (outcome: Pick<StoreReport, 'appended' | 'rejected' | 'error' | 'lost'>): void => {
        subscriber.next({ ...outcome, dropped: queue.dropped, queued: queue.weight });
      };
      const drain = async (): Promise<void> => {
        storing = true;
        for (let batch = queue.shift(); batch !== undefined && !subscriber.closed; batch = queue.shift()) {
          try {
            const { appended, rejected } = await store.append(batch, { signal: stop.signal, timeoutMs });
            report({ appended, rejected, lost: 0 });
          } catch (reason) {
            report({ appended: 0, rejected: [], error: toNovaError(reason), lost: batch.length });
          }
        }
        storing = false;
        finish?.();
      };
      const end = (how: () => void): void => {
        finish = how;
        if (!storing) how();
      };

      subscriber.add(() => stop.abort());
      subscriber.add(
        source.subscribe({
          next: (value) => {
            const batch = 'samples' in value ? value.samples : value;
            if (!queue.push(batch) && policy === 'error-value') {
              const message = `The store is too slow: ${queue.weight} samples wait already`;
              report({ appended: 0, rejected: [], error: new MonitoringError({ kind: 'capacity', message }), lost: 0 });
            }
            if (!storing) void drain();
          },
          error: (error: unknown) => end(() => subscriber.error(error)),
          complete: () => end(() => subscriber.complete()),
        }),
      );
    });
}
