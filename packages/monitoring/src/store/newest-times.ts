/** The newest time of each series, by reference; before all times when there is none. */
export class NewestTimes {
  #times = new Float64Array(64).fill(-Infinity);

  /** The newest time of a series, epoch milliseconds. */
  get(ref: number): number {
    return ref < this.#times.length ? (this.#times[ref] as number) : -Infinity;
  }

  /** Sets the newest time of a series. */
  set(ref: number, timeMs: number): void {
    if (ref >= this.#times.length) {
      const grown = new Float64Array(Math.max(ref + 1, this.#times.length * 2)).fill(-Infinity);
      grown.set(this.#times);
      this.#times = grown;
    }
    this.#times[ref] = timeMs;
  }
}
