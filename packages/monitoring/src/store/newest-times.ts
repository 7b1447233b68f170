import { grow } from './grow.ts';

/** The newest time of each series, by slot; before all times when there is none. */
export class NewestTimes {
  #times = new Float64Array(64).fill(-Infinity);

  /** The newest time of a series, epoch milliseconds. */
  get(slot: number): number {
    return slot < this.#times.length ? (this.#times[slot] as number) : -Infinity;
  }

  /** Sets the newest time of a series. */
  set(slot: number, timeMs: number): void {
    if (slot >= this.#times.length) this.#times = grow(this.#times, slot, -Infinity);
    this.#times[slot] = timeMs;
  }
}
