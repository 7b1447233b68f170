import { grow } from '../store/grow.ts';

const blockWords = 16;
const blockBytes = blockWords * 4;
const payload = blockBytes - 4;
const pageBlocks = 4_096;
const none = 0xffff_ffff;

interface Page {
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
}

/**
 * Growing bytes, one text of them a slot: chains of blocks of 64 bytes, the first four of which say where the next one
 * is. Blocks that are given back are used again.
 */
export class ByteChains {
  readonly #pages: Page[] = [];
  #blocks = 0;
  #free = none;
  /** By slot: first and last block, and bytes. */
  #firsts = new Uint32Array(64);
  #lasts = new Uint32Array(64);
  #lengths = new Uint32Array(64);
  #read = pageFor(16);

  /** Adds the first bytes of an array to a slot's. */
  append(slot: number, bytes: Uint8Array, count: number): void {
    if (slot >= this.#lengths.length) {
      this.#firsts = grow(this.#firsts, slot);
      this.#lasts = grow(this.#lasts, slot);
      this.#lengths = grow(this.#lengths, slot);
    }
    let length = this.#lengths[slot] as number;
    for (let done = 0; done < count;) {
      const used = length % payload;
      if (used === 0) this.#addBlock(slot, length === 0);
      const last = this.#lasts[slot] as number;
      const some = Math.min(payload - used, count - done);
      const start = (last % pageBlocks) * blockBytes + 4 + used;
      const page = this.#pageOf(last).bytes;
      for (let i = 0; i < some; i++) page[start + i] = bytes[done + i] as number;
      done += some;
      length += some;
    }
    this.#lengths[slot] = length;
  }

  /** A slot's bytes; good until the next call. */
  read(slot: number): Uint8Array {
    const length = this.#lengths[slot] ?? 0;
    const blocks = Math.ceil(length / payload);
    if (blocks * blockBytes > this.#read.bytes.length) this.#read = pageFor(blocks * 2);
    const { bytes, words: into } = this.#read;
    let block = this.#firsts[slot] ?? 0;
    let place = 0;
    for (let done = 0; done < blocks; done++) {
      const { words } = this.#pageOf(block);
      const start = (block % pageBlocks) * blockWords;
      for (let word = 1; word < blockWords; word++) into[place++] = words[start + word] as number;
      block = words[start] as number;
    }
    return bytes.subarray(0, length);
  }

  /** Forgets a slot's bytes. */
  clear(slot: number): void {
    if ((this.#lengths[slot] ?? 0) === 0) return;
    const last = this.#lasts[slot] as number;
    this.#pageOf(last).words[(last % pageBlocks) * blockWords] = this.#free;
    this.#free = this.#firsts[slot] as number;
    this.#lengths[slot] = 0;
  }

  #pageOf(block: number): Page {
    return this.#pages[Math.floor(block / pageBlocks)] as Page;
  }

  #addBlock(slot: number, isFirst: boolean): void {
    let block = this.#free;
    if (block === none) {
      block = this.#blocks++;
      if (block % pageBlocks === 0) {
        this.#pages.push(pageFor(pageBlocks));
      }
    } else this.#free = this.#pageOf(block).words[(block % pageBlocks) * blockWords] as number;
    if (isFirst) this.#firsts[slot] = block;
    else {
      const last = this.#lasts[slot] as number;
      this.#pageOf(last).words[(last % pageBlocks) * blockWords] = block;
    }
    this.#lasts[slot] = block;
  }
}

function pageFor(blocks: number): Page {
  const bytes = new Uint8Array(blocks * blockBytes);
  return { bytes, words: new Uint32Array(bytes.buffer) };
}
