import type { ProtoReader } from '../wire/proto-reader.ts';
import { kernelWasm } from './kernel-wasm.gen.ts';
import type { EntryMemory, LabelCache } from './label-cache.ts';
import type { WriteColumns } from './write-columns.ts';

interface Kernel {
  readonly memory: WebAssembly.Memory;
  unpack(from: number, length: number, to: number, capacity: number): number;
  readKnown(at: number, end: number, next: number, first: number, last: number, out: number, capacity: number): number;
}

const pageBytes = 65_536;
/** What the kernel keeps for itself. */
const reservedBytes = 1_024;
/** What it may touch behind a room. */
const slackBytes = 16;
/** Requests that are bigger are exceptions, for which no room is kept. */
const maxPackedBytes = 2 ** 20;
const maxUnpackedBytes = 2 ** 22;
/** Samples that are read at a time. */
const blockSamples = 4_096;

const packedAt = reservedBytes;
const unpackedAt = packedAt + maxPackedBytes + slackBytes;
const outAt = unpackedAt + maxUnpackedBytes + slackBytes;
const timesAt = outAt + 8;
const valuesAt = timesAt + blockSamples * 8;
const refsAt = valuesAt + blockSamples * 8;
const entriesAt = refsAt + blockSamples * 4;

let compiled: WebAssembly.Module | undefined;

/**
 * Unpacks requests, and reads of them what mostly is all there is: samples of known series in the order of the last time.
 * It has a memory of its own, in which the labels of these series stand, too. What it can't do, it leaves to others.
 */
export class WriteKernel implements EntryMemory {
  /** Where labels may stand. */
  readonly first: number = entriesAt;
  private kernel: Kernel;
  private bytes: Uint8Array = new Uint8Array(0);
  private unpacked: Uint8Array | undefined;

  private constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.ofLength(entriesAt);
  }

  /** A kernel; none where the engine has no WebAssembly, a page forbids it, or there is no room. */
  static create(): WriteKernel | undefined {
    try {
      return new WriteKernel(instance());
    } catch {
      return undefined;
    }
  }

  /**
   * Unpacks a block of Snappy.
   *
   * @param maxBytes - The most bytes that may come out.
   * @returns What is in it, good until the next one; nothing when it is damaged, or too big for here.
   */
  unpack(block: Uint8Array, maxBytes: number): Uint8Array | undefined {
    this.unpacked = undefined;
    if (block.length > maxPackedBytes) return undefined;
    this.bytes.set(block, packedAt);
    const length = this.kernel.unpack(packedAt, block.length, unpackedAt, Math.min(maxBytes, maxUnpackedBytes));
    if (length < 0) return undefined;
    this.unpacked = this.bytes.subarray(unpackedAt, unpackedAt + length);
    return this.unpacked;
  }

  /**
   * Reads the samples of series as long as they come in the order of the cache's entries, and are nothing else. From
   * where the reader is then, somebody else must read.
   *
   * @param reader - Reads a request of version 1.0. When it was not unpacked here, nothing happens.
   * @param columns - Take the samples.
   */
  readKnown(reader: ProtoReader, cache: LabelCache, columns: WriteColumns): void {
    if (reader.bytes !== this.unpacked) return;
    const { buffer } = this.bytes;
    const end = unpackedAt + reader.bytes.length;
    for (;;) {
      const at = unpackedAt + reader.position;
      const count = this.kernel.readKnown(at, end, cache.next, cache.first, cache.end, outAt, blockSamples);
      if (count === 0) return;
      columns.append({
        refs: new Uint32Array(buffer, refsAt, count),
        timesMs: new Float64Array(buffer, timesAt, count),
        values: new Float64Array(buffer, valuesAt, count),
      });
      const [requestAt = 0, next = 0] = new Uint32Array(buffer, outAt, 2);
      reader.position = requestAt - unpackedAt;
      cache.next = next;
    }
  }

  /** The memory, with so many bytes at least; what was unpacked is lost when there were fewer. */
  ofLength(bytes: number): Uint8Array {
    const { memory } = this.kernel;
    const missing = bytes - memory.buffer.byteLength;
    // It grows in place: there is no need for much at a time.
    if (missing > 0) memory.grow(Math.ceil((missing + (bytes - entriesAt) / 8) / pageBytes));
    this.bytes = new Uint8Array(memory.buffer);
    return this.bytes;
  }

  /** Takes another memory, because one never shrinks; what was unpacked is lost. */
  clear(): void {
    this.unpacked = undefined;
    try {
      this.kernel = instance();
    } catch {
      // There is no room for another one now: this one serves on.
    }
    this.ofLength(entriesAt);
  }
}

function instance(): Kernel {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelWasm), (letter) => letter.charCodeAt(0)));
  return new WebAssembly.Instance(compiled).exports as unknown as Kernel;
}
