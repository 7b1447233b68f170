import type { ChunkTable } from './chunk-table.ts';
import type { Columns } from '../store/sample-columns.ts';
import { between } from './head-samples.ts';

/** A series whose samples take more of the room than this is not kept. */
const largestShare = 1 / 8;

/** Arrays of times that are looked through for the same ones. */
const knownTimes = 1_024;

/** About what an entry takes beside its numbers. */
const entryBytes = 400;

/** The samples of a series' chunks with `fromMs <= time < endMs`. */
interface Entry extends Columns {
  readonly fromMs: number;
  readonly endMs: number;
  /** The longest time that was asked for. */
  readonly spanMs: number;
  readonly bytes: number;
}

/**
 * What was read of chunks, decoded: samples of chunks never change, whether they are compacted or not. Of those that
 * have not been asked for the longest, the oldest entries go. Series that are measured together share their times.
 */
export class SealedSamples {
  readonly #chunks: ChunkTable;
  readonly #maxBytes: number;
  readonly #entries = new Map<number, Entry>();
  readonly #times = new Map<number, Float64Array>();
  #bytes = 0;

  /** @param maxBytes - How much memory it may take. */
  constructor(chunks: ChunkTable, maxBytes: number) {
    this.#chunks = chunks;
    this.#maxBytes = maxBytes;
  }

  /**
   * The samples of a series' chunks with `fromMs <= time < toMs`: views that nobody may write to.
   *
   * @param closedMs - Up to this time the series' samples are in chunks, and none comes before it any more.
   */
  read(ref: number, closedMs: number, fromMs: number, toMs: number): Columns {
    const endMs = Math.min(toMs, nextAfter(closedMs));
    if (fromMs >= endMs) return noSamples;
    const known = this.#entries.get(ref);
    if (known === undefined || fromMs < known.fromMs || fromMs > known.endMs) {
      const read = this.#decode(ref, fromMs, endMs);
      return between(this.#keep(ref, { ...read, spanMs: endMs - fromMs }), fromMs, endMs);
    }
    if (known.endMs >= endMs) {
      this.#entries.delete(ref); // and to the end: it is the one that was used last
      this.#entries.set(ref, known);
      return between(known, fromMs, endMs);
    }
    const more = this.#decode(ref, known.endMs, endMs);
    const spanMs = Math.max(known.spanMs, endMs - fromMs);
    const firstMs = Math.max(known.fromMs, endMs - spanMs);
    const wider = joined(between(known, firstMs, Infinity), between(more, known.endMs, Infinity));
    return between(this.#keep(ref, { ...wider, fromMs: firstMs, endMs: more.endMs, spanMs }), fromMs, endMs);
  }

  /** Forgets a series, whose samples are going to change. */
  forget(ref: number): void {
    const entry = this.#entries.get(ref);
    if (entry === undefined) return;
    this.#entries.delete(ref);
    this.#bytes -= entry.bytes;
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
    this.#times.clear();
    this.#bytes = 0;
  }

  /** Whole chunks, and which times they are all samples of. */
  #decode(ref: number, fromMs: number, endMs: number): Omit<Entry, 'bytes' | 'spanMs'> {
    const chunks = this.#chunks.between(ref, fromMs, endMs);
    const columns = this.#chunks.decode(ref, chunks);
    const first = columns.timesMs[0] ?? fromMs;
    const last = columns.timesMs.at(-1) ?? -Infinity;
    return { ...columns, fromMs: Math.min(first, fromMs), endMs: Math.max(nextAfter(last), endMs) };
  }

  #keep(ref: number, read: Omit<Entry, 'bytes'>): Columns {
    this.forget(ref);
    const timesMs = this.#sharedTimes(read.timesMs);
    const bytes = read.values.byteLength + (timesMs === read.timesMs ? timesMs.byteLength : 0) + entryBytes;
    const entry = { ...read, timesMs, bytes };
    if (bytes > this.#maxBytes * largestShare) return entry;
    this.#entries.set(ref, entry);
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.forget(oldest);
    }
    return entry;
  }

  /** Times that are the same as some before, if there are any, otherwise themselves. */
  #sharedTimes(timesMs: Float64Array): Float64Array {
    const key = (timesMs[0] ?? 0) * 31 + (timesMs.at(-1) ?? 0) + timesMs.length;
    const known = this.#times.get(key);
    if (known !== undefined && areSame(known, timesMs)) return known;
    if (this.#times.size >= knownTimes) this.#times.clear();
    this.#times.set(key, timesMs);
    return timesMs;
  }
}

const noSamples: Columns = { timesMs: new Float64Array(0), values: new Float64Array(0) };

function areSame(one: Float64Array, other: Float64Array): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

function joined(first: Columns, second: Columns): Columns {
  const join = (a: Float64Array, b: Float64Array): Float64Array => {
    const both = new Float64Array(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    return both;
  };
  return { timesMs: join(first.timesMs, second.timesMs), values: join(first.values, second.values) };
}

/** The next time that a double can be. */
export function nextAfter(timeMs: number): number {
  return timeMs === -Infinity ? timeMs : timeMs + Math.max(Number.MIN_VALUE, Math.abs(timeMs) * Number.EPSILON);
}
