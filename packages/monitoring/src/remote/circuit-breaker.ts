import type { Clock } from '@novacron/core';
import { MonitoringError } from '../error.ts';

/**
 * Leaves a side alone that failed several times in a row: calls fail at once for a while, then one is let through to see
 * whether it is back (Nygard, "Release It!", 2007).
 */
export class CircuitBreaker {
  readonly #failuresToOpen: number;
  readonly #openMs: number;
  readonly #clock: Clock;
  #failures = 0;
  #openUntilMs = -Infinity;

  /**
   * @param failuresToOpen - Failures in a row.
   * @param openMs - How long it is left alone.
   */
  constructor(failuresToOpen: number, openMs: number, clock: Clock) {
    this.#failuresToOpen = failuresToOpen;
    this.#openMs = openMs;
    this.#clock = clock;
  }

  /**
   * Makes a call when the other side is not left alone.
   *
   * @param isFailure - Whether an error says that the other side is away.
   * @throws {MonitoringError} NOVA_MONITORING_UNAVAILABLE while it is left alone. What the call throws.
   */
  async run<T>(call: () => Promise<T>, isFailure: (error: unknown) => boolean): Promise<T> {
    const nowMs = this.#clock.monotonic();
    if (nowMs < this.#openUntilMs) {
      const message = `The other side failed ${this.#failures} times in a row and is left alone for a while`;
      throw new MonitoringError({ kind: 'unavailable', message, details: { retryInMs: this.#openUntilMs - nowMs } });
    }
    if (this.#failures >= this.#failuresToOpen) this.#openUntilMs = nowMs + this.#openMs; // one call to try
    try {
      const result = await call();
      this.#failures = 0;
      this.#openUntilMs = -Infinity;
      return result;
    } catch (error) {
      if (isFailure(error)) {
        this.#failures++;
        if (this.#failures >= this.#failuresToOpen) this.#openUntilMs = this.#clock.monotonic() + this.#openMs;
      }
      throw error;
    }
  }
}
