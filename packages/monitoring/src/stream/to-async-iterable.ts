import type { Observable } from 'rxjs';
import { invalidInput } from '../error.ts';
import { BoundedQueue, type DropPolicy } from './bounded-queue.ts';

/** How a stream is read with `for await`. */
export interface ToAsyncIterableOptions {
  /** Values that wait for a slow reader, at least 1. @default 1_000 */
  readonly highWaterMark?: number | undefined;
  /** Which values go when as many wait. @default 'drop-oldest' */
  readonly policy?: DropPolicy | undefined;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** A stream that is read with `for await`. */
export interface DrainableStream<T> extends AsyncIterableIterator<T> {
  /** Values that were dropped because the reader was too slow. */
  readonly dropped: number;
}

/**
 * Reads a stream with `for await`. It is subscribed to at once and unsubscribed from when the loop is left, the
 * signal fires or `return` is called. An error of the stream is thrown by the loop, after the values before it.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when `highWaterMark` is less than 1.
 *
 * @example
 * ```ts
 * import { toAsyncIterable } from '@novacron/monitoring/stream';
 * import { of } from 'rxjs';
 *
 * const values: number[] = [];
 * for await (const value of toAsyncIterable(of(1, 2, 3))) values.push(value);
 * values // => [1, 2, 3]
 * ```
 */
export function toAsyncIterable<T>(source: Observable<T>, options: ToAsyncIterableOptions = {}): DrainableStream<T> {
  const { highWaterMark = 1_000, policy = 'drop-oldest', signal } = options;
  if (!(highWaterMark >= 1)) throw invalidInput(`highWaterMark must be at least 1, not ${String(highWaterMark)}`);
  const queue = new BoundedQueue<{ readonly value: T }>(highWaterMark, policy);
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  const readers: (() => void)[] = [];
  const wake = (): void => readers.shift()?.();
  const end = (): void => {
    ended = true;
    for (const reader of readers.splice(0)) reader();
  };

  const subscription = source.subscribe({
    next: (value) => {
      queue.push({ value });
      wake();
    },
    error: (error: unknown) => {
      failure = { error };
      end();
    },
    complete: end,
  });
  const nothingYet = (): boolean => queue.length === 0 && !ended;
  const stop = (): void => {
    signal?.removeEventListener('abort', stop);
    subscription.unsubscribe();
    end();
  };
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });

  return {
    get dropped() {
      return queue.dropped;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (nothingYet()) await new Promise<void>((resolve) => readers.push(resolve));
      const waiting = queue.shift();
      if (waiting !== undefined) return { done: false, value: waiting.value };
      if (failure !== undefined) {
        const { error } = failure;
        failure = undefined;
        throw error;
      }
      return { done: true, value: undefined };
    },
    async return() {
      stop();
      while (queue.shift() !== undefined);
      return { done: true, value: undefined };
    },
  };
}
