/** A running sum of one series. */
interface Running {
  sum: number;
  timeNs: number;
}

/**
 * Turns sums since the point before into sums since a start, as Prometheus counts: one running sum a series. A point that
 * is not later than the one before is left out.
 */
export class DeltaSums {
  private readonly running = new Map<string, Running>();
  private readonly maxSeries: number;

  /** @param maxSeries - How many series are summed up; those that were quiet longest are forgotten first. */
  constructor(maxSeries: number) {
    this.maxSeries = maxSeries;
  }

  /** Adds a point; gives the sum so far, or nothing for a point that is late. */
  add(key: string, delta: number, timeNs: number): number | undefined {
    const before = this.running.get(key);
    if (before !== undefined && timeNs <= before.timeNs) return undefined;
    const sum = (before?.sum ?? 0) + delta;
    this.running.delete(key); // the newest stand last
    this.running.set(key, { sum, timeNs });
    if (this.running.size > this.maxSeries) {
      const [oldest] = this.running.keys();
      this.running.delete(oldest as string);
    }
    return sum;
  }
}
