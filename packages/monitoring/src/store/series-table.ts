import { grow } from './grow.ts';
import { RefSlots } from './ref-slots.ts';

const gone = 0xffff_ffff;

/**
 * The series of a store as lists of pair numbers, the metric's first: in columns by slot, found by hash (open
 * addressing) and by reference. It knows nothing of texts.
 */
export class SeriesTable {
  readonly #refSlots = new RefSlots();
  /** By slot: reference, hash of the pairs, and where they are: their count, then they. */
  #refs = new Uint32Array(64).fill(gone);
  #hashes = new Uint32Array(64);
  #starts = new Uint32Array(64);
  #pool = new Uint32Array(512);
  #poolUsed = 0;
  #buckets = new Uint32Array(256); // slot + 1
  readonly #freeSlots: number[] = [];
  #slots = 0;

  /** How many series there are. */
  get size(): number {
    return this.#slots - this.#freeSlots.length;
  }

  /** Slots that are or were taken: every slot is below. */
  get slots(): number {
    return this.#slots;
  }

  /** A reference above all that were ever given. */
  get nextRef(): number {
    return this.#refSlots.next;
  }

  /** Gives no reference below a number any more. */
  startAt(ref: number): void {
    this.#refSlots.startAt(ref);
  }

  /** The slot of a reference; -1 when there is no such series. */
  slotOf(ref: number): number {
    return this.#refSlots.get(ref);
  }

  /** The reference of a slot; -1 when no series has it. */
  refOf(slot: number): number {
    const ref = this.#refs[slot] as number;
    return ref === gone ? -1 : ref;
  }

  /** How many pairs a series has, its metric included. */
  pairCount(slot: number): number {
    return this.#pool[this.#starts[slot] as number] as number;
  }

  /** The pair of a series at a place; the metric's is at 0. */
  pairAt(slot: number, place: number): number {
    return this.#pool[(this.#starts[slot] as number) + 1 + place] as number;
  }

  /** The slot of the series with these pairs, in any order; -1 when there is none. */
  find(pairs: ArrayLike<number>, count: number): number {
    const hash = hashOf(pairs, count);
    const mask = this.#buckets.length - 1;
    for (let bucket = hash & mask; ; bucket = (bucket + 1) & mask) {
      const slot = (this.#buckets[bucket] as number) - 1;
      if (slot < 0) return -1;
      if (this.#hashes[slot] === hash && this.#has(slot, pairs, count)) return slot;
    }
  }

  /** Adds a series and gives its slot. */
  add(ref: number, pairs: readonly number[]): number {
    const slot = this.#freeSlots.pop() ?? this.#slots++;
    this.#refs = grow(this.#refs, slot, gone);
    this.#hashes = grow(this.#hashes, slot);
    this.#starts = grow(this.#starts, slot);
    this.#refs[slot] = ref;
    this.#refSlots.set(ref, slot);
    this.setPairs(slot, pairs);
    if (this.size * 2 > this.#buckets.length) this.#rehash(this.#buckets.length * 2);
    else this.#place(slot);
    return slot;
  }

  /** Takes a series away; others may get its slot. */
  remove(slot: number): void {
    this.#unplace(slot);
    this.#refSlots.delete(this.#refs[slot] as number);
    this.#refs[slot] = gone;
    this.#freeSlots.push(slot);
  }

  /** Gives all series other pairs, for when pairs are numbered anew. */
  renumber(pairsOf: (slot: number) => readonly number[]): void {
    const all = Array.from({ length: this.#slots }, (_, slot) => (this.refOf(slot) < 0 ? [] : pairsOf(slot)));
    this.#poolUsed = 0;
    this.#pool = new Uint32Array(all.reduce((sum, pairs) => sum + pairs.length + 1, 512));
    all.forEach((pairs, slot) => {
      if (this.refOf(slot) >= 0) this.setPairs(slot, pairs);
    });
    this.#rehash(this.#buckets.length);
  }

  private setPairs(slot: number, pairs: readonly number[]): void {
    this.#pool = grow(this.#pool, this.#poolUsed + pairs.length);
    this.#starts[slot] = this.#poolUsed;
    this.#pool[this.#poolUsed++] = pairs.length;
    for (const pair of pairs) this.#pool[this.#poolUsed++] = pair;
    this.#hashes[slot] = hashOf(pairs, pairs.length);
  }

  #has(slot: number, pairs: ArrayLike<number>, count: number): boolean {
    if (this.pairCount(slot) !== count) return false;
    for (let i = 0; i < count; i++) {
      let place = 0;
      while (place < count && this.pairAt(slot, place) !== pairs[i]) place++;
      if (place === count) return false;
    }
    return true;
  }

  #place(slot: number): void {
    const mask = this.#buckets.length - 1;
    let bucket = (this.#hashes[slot] as number) & mask;
    while (this.#buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
    this.#buckets[bucket] = slot + 1;
  }

  /** Empties a series' bucket, and moves those behind it that would not be found any more (Knuth 6.4, algorithm R). */
  #unplace(slot: number): void {
    const mask = this.#buckets.length - 1;
    let hole = (this.#hashes[slot] as number) & mask;
    while (this.#buckets[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let bucket = (hole + 1) & mask; this.#buckets[bucket] !== 0; bucket = (bucket + 1) & mask) {
      const home = (this.#hashes[(this.#buckets[bucket] as number) - 1] as number) & mask;
      if (((bucket - home) & mask) < ((bucket - hole) & mask)) continue;
      this.#buckets[hole] = this.#buckets[bucket] as number;
      hole = bucket;
    }
    this.#buckets[hole] = 0;
  }

  #rehash(buckets: number): void {
    this.#buckets = new Uint32Array(buckets);
    for (let slot = 0; slot < this.#slots; slot++) if (this.refOf(slot) >= 0) this.#place(slot);
  }
}

/** The same in whatever order the pairs are. */
function hashOf(pairs: ArrayLike<number>, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    let mixed = Math.imul((pairs[i] as number) + 0x9e37_79b9, 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    sum = (sum + (mixed ^ (mixed >>> 16))) | 0;
  }
  return sum >>> 0;
}
