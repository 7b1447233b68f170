import { abortError, systemClock, type Clock } from './clock.ts';
import { NovaError } from './error.ts';

/** When and how often a failed call is made again. */
export interface RetryPolicy {
  /** Calls in all, the first one included; at least 1. @default 4 */
  readonly attempts?: number | undefined;
  /** Longest wait before the second call in milliseconds; it doubles from call to call. @default 100 */
  readonly baseDelayMs?: number | undefined;
  /** No wait is longer than this, in milliseconds. @default 10_000 */
  readonly maxDelayMs?: number | undefined;
  /** Whether an error is worth another call. @default NovaCron errors that are `retryable` */
  readonly retryable?: ((error: unknown) => boolean) | undefined;
  /** Numbers in [0, 1) for the jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
  /** Measures the waits. @default the system's clock */
  readonly clock?: Clock | undefined;
}

const retryableError = (error: unknown): boolean => NovaError.isInstance(error) && error.retryable;

/**
 * Calls a task again while it fails with a retryable error, with exponential backoff and full jitter
 * (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): the wait before call n is a random
 * part of `min(maxDelayMs, baseDelayMs * 2^(n-2))`.
 *
 * @param task - Gets the number of the attempt, from 1.
 * @param policy - How often and how fast.
 * @param options - A signal ends the waiting at once; no call is made after it has fired.
 * @throws Whatever the last attempt threw.
 * @throws {NovaError} NOVA_CORE_ABORTED when the signal has fired before a call or fires during a wait.
 * @throws {NovaError} NOVA_CORE_INVALID when `attempts` is not a whole number above 0.
 *
 * @example
 * ```ts
 * import { NovaError, retry } from '@novacron/core';
 *
 * const flaky = async (attempt: number) => {
 *   if (attempt < 3) throw new NovaError('DEMO', { kind: 'unavailable', message: 'not yet' });
 *   return `worked at attempt ${attempt}`;
 * };
 * await retry(flaky, { baseDelayMs: 1 }) // => 'worked at attempt 3'
 * ```
 */
export async function retry<T>(
  task: (attempt: number) => Promise<T> | T,
  policy: RetryPolicy = {},
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const {
    attempts = 4,
    baseDelayMs = 100,
    maxDelayMs = 10_000,
    retryable = retryableError,
    random = Math.random,
    clock = systemClock,
  } = policy;
  if (!(Number.isInteger(attempts) && attempts >= 1) && attempts !== Infinity) {
    throw new NovaError('CORE', {
      kind: 'invalid',
      message: `attempts must be a whole number above 0, not ${String(attempts)}`,
      details: { attempts },
    });
  }
  for (let attempt = 1; ; attempt++) {
    if (options.signal?.aborted) throw abortError(options.signal);
    try {
      return await task(attempt);
    } catch (error) {
      if (attempt >= attempts || !retryable(error)) throw error;
      const ceilingMs = Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
      await clock.sleep(random() * ceilingMs, options);
    }
  }
}
