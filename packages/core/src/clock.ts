import { NovaError } from './error.ts';

/**
 * Where time comes from. Everything in NovaCron that waits or stamps takes a clock, so that tests and simulations
 * decide how time passes.
 */
export interface Clock {
  /** The present in epoch milliseconds, UTC. It may jump when the system's clock is set. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes backwards. For durations. */
  monotonic(): number;
  /**
   * Resolves after `durationMs`; 0 or less resolves in the next turn.
   *
   * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires first, at once.
   */
  sleep(durationMs: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

const longestTimerMs = 2_147_483_647;

/** Makes a clock from time functions and a factor that says how many clock milliseconds one real one lasts. */
function realClock(factor: number, originMs: number): Clock {
  const startedMs = performance.now();
  const elapsedMs = (): number => (performance.now() - startedMs) * factor;
  return {
    now: factor === 1 ? () => Date.now() : () => originMs + elapsedMs(),
    monotonic: elapsedMs,
    async sleep(durationMs, options) {
      const signal = options?.signal;
      let leftMs = Math.max(0, durationMs) / factor;
      do {
        const stepMs = Math.min(leftMs, longestTimerMs);
        leftMs -= stepMs;
        await timer(stepMs, signal);
      } while (leftMs > 0);
    },
  };
}

function timer(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(handle);
      reject(abortError(signal));
    };
    const handle = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, durationMs);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/** The error of an aborted call; the signal's reason is its cause. */
export function abortError(signal: AbortSignal | undefined): NovaError {
  return new NovaError('CORE', {
    kind: 'aborted',
    message: 'The call was aborted by its signal',
    cause: signal?.reason,
  });
}

/** The system's clock. */
export const systemClock: Clock = realClock(1, 0);

/**
 * A clock that runs faster than real time: a day passes like minutes. For simulations.
 *
 * @param factor - How many clock milliseconds pass in a real one; above 0.
 * @param startMs - What the clock shows at the start, epoch milliseconds. @default now
 * @throws {NovaError} NOVA_CORE_INVALID when the factor is not a positive finite number.
 *
 * @example
 * ```ts
 * import { acceleratedClock } from '@novacron/core';
 *
 * const clock = acceleratedClock(60_000, Date.UTC(2026, 0, 1));
 * await clock.sleep(60_000); // about a millisecond
 * clock.now() >= Date.UTC(2026, 0, 1, 0, 1) // => true
 * ```
 */
export function acceleratedClock(factor: number, startMs: number = Date.now()): Clock {
  if (!(factor > 0 && Number.isFinite(factor))) {
    throw new NovaError('CORE', {
      kind: 'invalid',
      message: `factor must be a positive finite number, not ${String(factor)}`,
      details: { factor },
    });
  }
  return realClock(factor, startMs);
}
