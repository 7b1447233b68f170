import { abortError, systemClock, type Clock } from './clock.ts';
import { NovaError } from './error.ts';

/** What every asynchronous call takes. */
export interface CallOptions {
  /** Stops the call; it rejects with kind `aborted` within 100 ms. */
  readonly signal?: AbortSignal | undefined;
  /** The longest the call may take in milliseconds; then it rejects with kind `timeout`. @default no limit */
  readonly timeoutMs?: number | undefined;
}

/**
 * Runs a task under the caller's signal and deadline. The returned promise settles at once when either fires,
 * even if the task pays no attention; the task's signal fires too, so that it can stop its work.
 *
 * @param options - The caller's options.
 * @param task - Gets a signal that fires on abort and on timeout.
 * @param clock - Measures the deadline. @default the system's
 * @throws {NovaError} NOVA_CORE_ABORTED when the caller's signal fires, before or during the task.
 * @throws {NovaError} NOVA_CORE_TIMEOUT when `timeoutMs` passes; the outcome of the task is then unknown.
 * @throws {NovaError} NOVA_CORE_INVALID when `timeoutMs` is negative or not a number.
 *
 * @example
 * ```ts
 * import { NovaError, withDeadline } from '@novacron/core';
 *
 * const never = () => new Promise<void>(() => {});
 * const error = await withDeadline({ timeoutMs: 5 }, never).catch((reason) => reason);
 * NovaError.isInstance(error) && error.kind // => 'timeout'
 * ```
 */
export async function withDeadline<T>(
  options: CallOptions | undefined,
  task: (signal: AbortSignal) => Promise<T> | T,
  clock: Clock = systemClock,
): Promise<T> {
  const { signal, timeoutMs } = options ?? {};
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    throw new NovaError('CORE', {
      kind: 'invalid',
      message: `timeoutMs must be 0 or more, not ${String(timeoutMs)}`,
      details: { timeoutMs },
    });
  }
  if (signal?.aborted) throw abortError(signal);
  const stop = new AbortController();
  const finished = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    const fail = (error: NovaError): void => {
      reject(error);
      stop.abort(error);
    };
    signal?.addEventListener('abort', () => fail(abortError(signal)), { once: true, signal: finished.signal });
    if (timeoutMs !== undefined && timeoutMs !== Infinity) {
      clock.sleep(timeoutMs, { signal: finished.signal }).then(
        () =>
          fail(
            new NovaError('CORE', {
              kind: 'timeout',
              message: `No answer within ${timeoutMs} ms`,
              details: { timeoutMs },
            }),
          ),
        () => {}, // finished in time
      );
    }
  });
  interrupted.catch(() => {}); // a task that aborts and then throws leaves nobody to hear of it
  try {
    return await Promise.race([interrupted, task(stop.signal)]);
  } finally {
    finished.abort();
  }
}
