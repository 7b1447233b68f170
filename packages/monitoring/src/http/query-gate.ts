import { MonitoringError } from '../error.ts';

/** Lets so many queries run at once; the others wait in their order. */
export class QueryGate {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly maxRunning: number;
  private readonly maxWaiting: number;

  /** @param maxRunning - At once. @param maxWaiting - Behind them. */
  constructor(maxRunning: number, maxWaiting: number) {
    this.maxRunning = maxRunning;
    this.maxWaiting = maxWaiting;
  }

  /**
   * Runs a query when it is its turn.
   *
   * @throws {MonitoringError} NOVA_MONITORING_UNAVAILABLE when too many wait.
   */
  async run<Result>(query: () => Promise<Result>): Promise<Result> {
    if (this.running >= this.maxRunning) {
      if (this.waiting.length >= this.maxWaiting) {
        throw new MonitoringError({
          kind: 'unavailable',
          message: `${this.maxWaiting} queries wait already; ask again later`,
        });
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.running++;
    try {
      return await query();
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }
}
