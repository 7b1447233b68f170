/** Where the client's timeouts and keepalive take their time from. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes backwards. */
  monotonic(): number;
  /**
   * Calls back after `delayMs`, once, without keeping the process alive.
   *
   * @returns a function that cancels it.
   */
  after(delayMs: number, callback: () => void): () => void;
}

const longestTimerMs = 2_147_483_647;

/** The system's clock. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, longestTimerMs)).unref();
    return () => clearTimeout(timer);
  },
};
