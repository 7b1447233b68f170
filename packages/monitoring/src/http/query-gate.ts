import { systemClock, withDeadline, type CallOptions, type Clock } from '@novacron/core';
import { MonitoringError } from '../error.ts';

/** Lets so many queries run at once; the others wait in their order. */
export class QueryGate {
  private running = 0;
  private readonly waiting = new Set<() => void>();
  private readonly maxRunning: number;
  private readonly maxWaiting: number;
  private readonly clock: Clock;

  /** @param maxRunning - At once. @param maxWaiting - Behind them. @param clock - Measures how long they wait. */
  constructor(maxRunning: number, maxWaiting: number, clock: Clock = systemClock) {
    this.maxRunning = maxRunning;
    this.maxWaiting = maxWaiting;
    this.clock = clock;
  }

  /**
   * Runs a query when it is its turn.
   *
   * @param options - Until when it waits for that; who gives up leaves the queue.
   * @throws {MonitoringError} NOVA_MONITORING_UNAVAILABLE when too many wait.
   */
  async run<Result>(query: () => Promise<Result>, options?: CallOptions): Promise<Result> {
    if (this.running < this.maxRunning) this.running++;
    else await this.turn(options);
    try {
      return await query();
    } finally {
      // A place is handed on, so that nobody who comes now is before those who wait.
      const [next] = this.waiting;
      if (next === undefined) this.running--;
      else next();
    }
  }

  /** Waits for a place that another leaves. @throws {MonitoringError} NOVA_MONITORING_UNAVAILABLE when too many wait. */
  private async turn(options: CallOptions | undefined): Promise<void> {
    if (this.waiting.size >= this.maxWaiting) {
      throw new MonitoringError({
        kind: 'unavailable',
        message: `${this.maxWaiting} queries wait already; ask again later`,
      });
    }
    await withDeadline(
      options,
      (signal) =>
        new Promise<void>((resolve) => {
          const next = (): void => {
            this.waiting.delete(next);
            resolve();
          };
          this.waiting.add(next);
          signal.addEventListener('abort', () => this.waiting.delete(next), { once: true });
        }),
      this.clock,
    );
  }
}
