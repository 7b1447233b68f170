import type { Clock } from '../../src/rpc/clock.ts';

/** A clock that goes only when the test says so. */
export class ManualClock implements Clock {
  private nowMs = 0;
  private timers: { readonly atMs: number; readonly callback: () => void }[] = [];

  monotonic(): number {
    return this.nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.nowMs + delayMs, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** How many timers are set. */
  get size(): number {
    return this.timers.length;
  }

  /** Lets time pass, timer by timer. */
  advance(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    for (;;) {
      const next = this.timers.filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.nowMs = next.atMs;
      next.callback();
    }
    this.nowMs = endMs;
  }
}
