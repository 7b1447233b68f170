/**
 * Places in a series where something of one length fits, for drawing them evenly and taking them away: a binary indexed
 * tree of how many there are (Fenwick 1994), so that both cost the logarithm of the length.
 */
export class FreePlaces {
  readonly #length: number;
  readonly #isFree: Uint8Array;
  readonly #tree: Int32Array;
  #count = 0;

  /**
   * @param taken - 1 where there is something already.
   * @param length - How many steps are needed.
   */
  constructor(taken: Uint8Array, length: number) {
    this.#length = length;
    this.#isFree = new Uint8Array(taken.length);
    this.#tree = new Int32Array(taken.length + 1);
    let free = 0;
    for (let i = 0; i < taken.length; i++) {
      free = taken[i] === 0 ? free + 1 : 0;
      if (free >= length) this.#change(i - length + 1, 1);
    }
  }

  /** A place, each as likely as any other; undefined when there is none. */
  draw(random: () => number): number | undefined {
    let rank = Math.floor(random() * this.#count);
    if (rank >= this.#count) return undefined;
    let place = 0;
    for (let step = 2 ** Math.floor(Math.log2(this.#tree.length)); step >= 1; step /= 2) {
      const next = place + step;
      if (next >= this.#tree.length || (this.#tree[next] as number) > rank) continue;
      rank -= this.#tree[next] as number;
      place = next;
    }
    return place;
  }

  /** Takes the steps from `start` to before `end`: nothing fits any more that would touch them. */
  take(start: number, end: number): void {
    const last = Math.min(end, this.#isFree.length);
    for (let i = Math.max(0, start - this.#length + 1); i < last; i++) if (this.#isFree[i] === 1) this.#change(i, -1);
  }

  #change(place: number, by: 1 | -1): void {
    this.#isFree[place] = by === 1 ? 1 : 0;
    this.#count += by;
    for (let i = place + 1; i < this.#tree.length; i += i & -i) this.#tree[i] = (this.#tree[i] as number) + by;
  }
}
