import { abortError, type Clock } from '../clock.ts';

interface Sleeper {
  readonly wakeMs: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still until a test moves it.
 *
 * @example
 * ```ts
 * import { ManualClock } from '@novacron/core/testing';
 *
 * const clock = new ManualClock(1_000);
 * const woken = clock.sleep(500).then(() => clock.now());
 * await clock.advance(500);
 * await woken // => 1_500
 * ```
 */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #startMs: number;
  #sleepers: Sleeper[] = [];

  /** @param startMs - What the clock shows at first, epoch milliseconds. @default 0 */
  constructor(startMs = 0) {
    this.#nowMs = startMs;
    this.#startMs = startMs;
  }

  /** The time it was last moved to, epoch milliseconds. */
  now(): number {
    return this.#nowMs;
  }

  /** Milliseconds it was moved since it was made. */
  monotonic(): number {
    return this.#nowMs - this.#startMs;
  }

  /** How many sleeps wait for the clock to move on. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /**
   * Resolves when the clock has been moved on by `durationMs`.
   *
   * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires first.
   */
  sleep(durationMs: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<void> {
    const signal = options?.signal;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal));
      const remove = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      };
      const abort = (): void => {
        remove();
        reject(abortError(signal));
      };
      const sleeper: Sleeper = {
        wakeMs: this.#nowMs + Math.max(0, durationMs),
        wake: () => {
          remove();
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Moves the clock on and wakes, in order of their time, all that are due, letting each run before the next. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 0)); // let those woken go to sleep again
      const next = this.#sleepers.reduce<Sleeper | undefined>(
        (first, sleeper) => (first === undefined || sleeper.wakeMs < first.wakeMs ? sleeper : first),
        undefined,
      );
      if (next === undefined || next.wakeMs > untilMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.wakeMs);
      next.wake();
    }
    this.#nowMs = untilMs;
  }
}
