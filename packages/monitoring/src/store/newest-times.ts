/** The newest time of each series, by slot; before all times when there is none. */
export class NewestTimes {
  #times = new Float64Array(64).fill(-Infinity);

  /** The newest time of a series, epoch milliseconds. */
  get(slot: number): number {
    return slot < this.#times.length ? (this.#times[slot] as number) : -Infinity;
  }

  /** Sets the newest time of a series. */
  set(slot: number, timeMs: number): void {
    if (slot >= this.#times.length) {
      const grown = new Float64Array(Math.max(slot + 1, this.#times.length * 2)).fill(-Infinity);
      grown.set(this.#times);
      this.#times = grown;
    }
    this.#times[slot] = timeMs;
  }
}
