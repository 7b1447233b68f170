import { grow } from './grow.ts';

const pageBits = 16;
const pageWords = 2 ** pageBits;
const firstBits = 2;
const lastBits = 12;

/**
 * Lists of references, one a key, that only grow. A list is a chain of blocks of 4, 8, 16 up to 4,096 words, the first
 * of which says where the next block is; all blocks stand in pages, so that a list of one costs sixteen bytes and
 * nothing is copied when a list grows.
 */
export class Postings {
  readonly #pages: Uint32Array[] = [];
  #pageUsed = pageWords;
  /** By key: the first block, the last one, and how many references there are. */
  #firsts = new Uint32Array(64);
  #lasts = new Uint32Array(64);
  #lengths = new Uint32Array(64);
  /** By key: words of the last block that are used, and its size as a power of two. */
  #used = new Uint32Array(64);
  #bits = new Uint8Array(64);

  /** Adds a reference to a key's list. */
  add(key: number, ref: number): void {
    if (key >= this.#firsts.length) this.#growKeys(key);
    if (this.#lengths[key] === 0) this.#firsts[key] = this.#startBlock(key, firstBits);
    else if (this.#used[key] === 2 ** (this.#bits[key] as number)) {
      const full = this.#lasts[key] as number;
      this.#pageOf(full)[full % pageWords] = this.#startBlock(key, Math.min(lastBits, (this.#bits[key] as number) + 1));
    }
    const block = this.#lasts[key] as number;
    this.#pageOf(block)[(block % pageWords) + (this.#used[key] as number)] = ref;
    (this.#used[key] as number)++;
    (this.#lengths[key] as number)++;
  }

  /** Calls back with each reference of a key, in the order in which they came. */
  each(key: number, visit: (ref: number) => void): void {
    let left = this.#lengths[key] ?? 0;
    let block = this.#firsts[key] ?? 0;
    for (let bits = firstBits; left > 0; bits = Math.min(lastBits, bits + 1)) {
      const page = this.#pageOf(block);
      const start = block % pageWords;
      const count = Math.min(left, 2 ** bits - 1);
      for (let i = 1; i <= count; i++) visit(page[start + i] as number);
      left -= count;
      block = page[start] as number;
    }
  }

  #pageOf(block: number): Uint32Array {
    return this.#pages[block >>> pageBits] as Uint32Array;
  }

  #startBlock(key: number, bits: number): number {
    if (this.#pageUsed + 2 ** bits > pageWords) {
      this.#pages.push(new Uint32Array(pageWords));
      this.#pageUsed = 0;
    }
    const block = (this.#pages.length - 1) * pageWords + this.#pageUsed;
    this.#pageUsed += 2 ** bits;
    this.#lasts[key] = block;
    this.#bits[key] = bits;
    this.#used[key] = 1;
    return block;
  }

  #growKeys(key: number): void {
    this.#firsts = grow(this.#firsts, key);
    this.#lasts = grow(this.#lasts, key);
    this.#lengths = grow(this.#lengths, key);
    this.#used = grow(this.#used, key);
    this.#bits = grow(this.#bits, key);
  }
}
