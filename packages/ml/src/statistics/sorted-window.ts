/**
 * The last values of a stream, kept sorted, so that median and median absolute deviation cost a few comparisons.
 * Adding one costs a binary search and one block move.
 */
export class SortedWindow {
  readonly #recent: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #next = 0;

  /** @param capacity - How many values are kept, at least 1. */
  constructor(capacity: number) {
    this.#recent = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  /** A full window of all values, none of them NaN, sorted at once. */
  static of(values: Float64Array): SortedWindow {
    const window = new SortedWindow(Math.max(1, values.length));
    window.#recent.set(values.map((value) => value + 0));
    window.#sorted.set(window.#recent.slice().sort());
    window.#count = values.length;
    return window;
  }

  /** How many values it can keep. */
  get capacity(): number {
    return this.#recent.length;
  }

  /** How many values it holds. */
  get count(): number {
    return this.#count;
  }

  /** Adds a value that is not NaN; a full window forgets its oldest. */
  push(added: number): void {
    const value = added + 0; // -0 and 0 would have no order
    const sorted = this.#sorted;
    if (this.#count === this.capacity) {
      const leaving = this.#lowerBound(this.#recent[this.#next] as number);
      sorted.copyWithin(leaving, leaving + 1, this.#count);
    } else {
      this.#count++;
    }
    // The last slot is free now and must not take part in the search.
    const place = this.#lowerBound(value, this.#count - 1);
    sorted.copyWithin(place + 1, place, this.#count - 1);
    sorted[place] = value;
    this.#recent[this.#next] = value;
    this.#next = this.#next + 1 === this.capacity ? 0 : this.#next + 1;
  }

  /** The median; NaN when empty. */
  median(): number {
    const middle = this.#count >>> 1;
    const upper = this.#sorted[middle] as number;
    if (this.#count === 0) return NaN;
    return this.#count % 2 === 1 ? upper : ((this.#sorted[middle - 1] as number) + upper) / 2;
  }

  /** The median of the distances to a centre; NaN when empty. */
  medianDistance(centre: number): number {
    if (this.#count === 0) return NaN;
    const middle = this.#count >>> 1;
    const upper = this.#distance(centre, middle);
    return this.#count % 2 === 1 ? upper : (this.#distance(centre, middle - 1) + upper) / 2;
  }

  /** The mean of the distances to a centre; NaN when empty. One pass. */
  meanDistance(centre: number): number {
    let sum = 0;
    for (let i = 0; i < this.#count; i++) sum += Math.abs((this.#sorted[i] as number) - centre);
    return sum / this.#count;
  }

  /** The values, oldest first. */
  toArray(): Float64Array {
    if (this.#count < this.capacity) return this.#recent.slice(0, this.#count);
    const values = new Float64Array(this.capacity);
    values.set(this.#recent.subarray(this.#next));
    values.set(this.#recent.subarray(0, this.#next), this.capacity - this.#next);
    return values;
  }

  /** A copy that goes its own way. */
  clone(): SortedWindow {
    const copy = new SortedWindow(this.capacity);
    copy.#recent.set(this.#recent);
    copy.#sorted.set(this.#sorted);
    copy.#count = this.#count;
    copy.#next = this.#next;
    return copy;
  }

  /** The `rank`-th smallest distance to a centre, from 0: a binary search for how many of those lie below it. */
  #distance(centre: number, rank: number): number {
    const sorted = this.#sorted;
    const split = this.#lowerBound(centre);
    const above = this.#count - split;
    const wanted = rank + 1;
    let low = Math.max(0, wanted - above);
    let high = Math.min(wanted, split);
    while (low < high) {
      const below = (low + high) >>> 1;
      const nearerBelow = centre - (sorted[split - 1 - below] as number);
      const fartherAbove = (sorted[split + wanted - below - 1] as number) - centre;
      if (nearerBelow < fartherAbove) low = below + 1;
      else high = below;
    }
    const farthestBelow = low > 0 ? centre - (sorted[split - low] as number) : 0;
    const farthestAbove = wanted > low ? (sorted[split + wanted - low - 1] as number) - centre : 0;
    return Math.max(farthestBelow, farthestAbove);
  }

  #lowerBound(value: number, count: number = this.#count): number {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
