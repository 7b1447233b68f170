/** A running sum of one series. */
interface Running {
  readonly sum: number;
  readonly timeNs: number;
}

/** The sums that a request comes to; they count once they are committed. */
export interface DeltaRound {
  /** Whether a point is not later than the one before of its series. */
  isLate(key: string, timeNs: number): boolean;
  /** Adds a point that is not late; gives the sum so far. */
  add(key: string, delta: number, timeNs: number): number;
  /** Says that the sums are stored. */
  commit(): void;
}

/** Turns sums since the point before into sums since a start, as Prometheus counts: one running sum a series. */
export class DeltaSums {
  private readonly running = new Map<string, Running>();
  private readonly maxSeries: number;
  private last: Promise<unknown> = Promise.resolve();

  /** @param maxSeries - How many series are summed up; those that were quiet longest are forgotten first. */
  constructor(maxSeries: number = 1_000_000) {
    this.maxSeries = maxSeries;
  }

  /** Runs what works out sums and stores them, after others that do: each goes on from what the one before stored. */
  alone<Result>(task: (round: DeltaRound) => Promise<Result>): Promise<Result> {
    const result = this.last.then(() => task(this.begin()));
    this.last = result.catch(() => {});
    return result;
  }

  private begin(): DeltaRound {
    const own = new Map<string, Running>();
    const find = (key: string): Running | undefined => own.get(key) ?? this.running.get(key);
    return {
      isLate: (key, timeNs) => timeNs <= (find(key)?.timeNs ?? -Infinity),
      add: (key, delta, timeNs) => {
        const sum = (find(key)?.sum ?? 0) + delta;
        own.set(key, { sum, timeNs });
        return sum;
      },
      commit: () => {
        for (const [key, running] of own) this.set(key, running);
      },
    };
  }

  private set(key: string, running: Running): void {
    this.running.delete(key); // the newest stand last
    this.running.set(key, running);
    if (this.running.size <= this.maxSeries) return;
    const [oldest] = this.running.keys();
    this.running.delete(oldest as string);
  }
}
