import { encodeChunk } from '../codec/chunk-codec.ts';
import { encodeLogRow } from '../codec/log-row.ts';
import { floatBits } from '../store/float-bits.ts';
import type { SampleBatch } from '../store/metric-store.ts';
import { SampleColumns } from '../store/sample-columns.ts';
import type { StoreFile } from './store-file.ts';

/** What a cut wrote, to be taken out of memory once it is committed. */
export interface Cut {
  /** Series whose samples are all in chunks now. */
  readonly refs: ReadonlySet<number>;
  /** Where the samples of the others are in the log now, when it was written anew. */
  readonly rewrittenAt: number | undefined;
  /** The number of the next sample. */
  readonly nextNumber: number;
}

/**
 * The newest samples of each series: in memory, and in the file's log until they are cut to chunks.
 *
 * Samples are numbered as they come into the log, and a row of it bears the number of its first one. What is older
 * than the first sample of every series here is in chunks, and its rows can go.
 */
export class Head {
  readonly #chunkSamples: number;
  readonly #chunkSpanMs: number;
  #columns: (SampleColumns | undefined)[] = [];
  /** By series: the number of its first sample here, and how many samples make its next chunk. */
  #firstNumbers: number[] = [];
  #limits: number[] = [];
  readonly #full = new Set<number>();
  #samples = 0;
  #nextNumber = 0;
  #newestMs = -Infinity;

  /**
   * @param chunkSamples - Samples of a chunk, about.
   * @param chunkSpanMs - A series whose first sample here is this much older than the newest of all is cut early.
   */
  constructor(chunkSamples: number, chunkSpanMs: number) {
    this.#chunkSamples = chunkSamples;
    this.#chunkSpanMs = chunkSpanMs;
  }

  /** Samples in memory. */
  get samples(): number {
    return this.#samples;
  }

  /** The number of the next sample. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** Whether a series has a chunk's worth of samples. */
  get isFull(): boolean {
    return this.#full.size > 0;
  }

  /** A series' samples. */
  columns(ref: number): SampleColumns | undefined {
    return this.#columns[ref];
  }

  /**
   * Adds samples of a row of the log.
   *
   * @param number - The row's number.
   * @param rowSamples - Samples of the row, those included that are not added.
   */
  push({ refs, timesMs, values }: SampleBatch, number: number, rowSamples: number = refs.length): void {
    const bits = floatBits(values);
    for (let i = 0; i < refs.length; i++) {
      const ref = refs[i] as number;
      const timeMs = timesMs[i] as number;
      const columns = this.#columns[ref] ?? this.#add(ref);
      if (columns.length === 0) this.#firstNumbers[ref] = number;
      columns.push(timeMs, bits, i);
      if (columns.length === this.#limits[ref]) this.#full.add(ref);
      if (timeMs > this.#newestMs) this.#newestMs = timeMs;
    }
    this.#samples += refs.length;
    this.#nextNumber = number + rowSamples;
  }

  /** Forgets a series. */
  remove(ref: number): void {
    this.#samples -= this.#columns[ref]?.length ?? 0;
    this.#columns[ref] = undefined;
    this.#full.delete(ref);
  }

  /**
   * Writes chunks of the series that have enough for one, and takes rows out of the log that nobody needs any more.
   * Where few samples of slow series hold many rows back, the log is written anew with those. Nothing changes in
   * memory until {@link Head.commit}.
   *
   * @param force - Write the log anew in any case.
   * @param without - Series that are to be forgotten.
   */
  cut(file: StoreFile, force: boolean = false, without: ReadonlySet<number> = new Set()): Cut {
    const refs = new Set<number>();
    for (const ref of this.#full) if (!without.has(ref)) this.#writeChunks(file, ref, refs);
    let rest = 0;
    let first = this.#nextNumber;
    this.#columns.forEach((columns, ref) => {
      if (columns === undefined || columns.length === 0 || refs.has(ref)) return;
      rest += columns.length;
      first = Math.min(first, this.#firstNumbers[ref] as number);
    });
    const rewrite = force || this.#nextNumber - first > 3 * rest;
    if (!rewrite) file.deleteLogBefore(first);
    const rewritten = rewrite ? this.#rewriteLog(file, refs, without) : 0;
    let cutSamples = 0;
    for (const ref of refs) cutSamples += this.#columns[ref]?.length ?? 0;
    file.addChunkSamples(cutSamples);
    return {
      refs,
      rewrittenAt: rewrite ? this.#nextNumber : undefined,
      nextNumber: this.#nextNumber + rewritten,
    };
  }

  /** Lets go of what a committed cut wrote. */
  commit({ refs, rewrittenAt, nextNumber }: Cut): void {
    for (const ref of refs) {
      const columns = this.#columns[ref] as SampleColumns;
      this.#samples -= columns.length;
      columns.dropFirst(columns.length);
      this.#limits[ref] = this.#chunkSamples;
      this.#full.delete(ref);
    }
    if (rewrittenAt === undefined) return;
    this.#firstNumbers = this.#firstNumbers.map(() => rewrittenAt);
    this.#nextNumber = nextNumber;
  }

  /**
   * A series that is new here. The first chunks are of different lengths, from a quarter on, so that series that are
   * measured together are not all cut in the same moment.
   */
  #add(ref: number): SampleColumns {
    const shortest = Math.ceil(this.#chunkSamples / 4);
    this.#limits[ref] = shortest + ((ref * 61) % (this.#chunkSamples - shortest + 1));
    return (this.#columns[ref] = new SampleColumns());
  }

  /** Writes all of a series' samples, in chunks of about the same length. */
  #writeChunks(file: StoreFile, ref: number, written: Set<number>): void {
    const columns = this.#columns[ref] as SampleColumns;
    const chunks = Math.max(1, Math.round(columns.length / this.#chunkSamples));
    for (let chunk = 0; chunk < chunks; chunk++) {
      const start = Math.floor((columns.length * chunk) / chunks);
      const end = Math.floor((columns.length * (chunk + 1)) / chunks);
      const { timesMs, values } = columns.view(start, end);
      const [fromMs, toMs] = [timesMs[0] as number, timesMs.at(-1) as number];
      file.insertChunk(ref, { fromMs, toMs, count: timesMs.length, data: encodeChunk(timesMs, values) });
    }
    written.add(ref);
  }

  /** Empties the log but for what is in no chunk, and tells how much; what has been here for long becomes chunks. */
  #rewriteLog(file: StoreFile, written: Set<number>, without: ReadonlySet<number>): number {
    file.deleteLogBefore(Infinity);
    const kept: number[] = [];
    this.#columns.forEach((columns, ref) => {
      if (columns === undefined || columns.length === 0 || written.has(ref) || without.has(ref)) return;
      if (this.#newestMs - columns.firstMs > this.#chunkSpanMs) this.#writeChunks(file, ref, written);
      else kept.push(ref);
    });
    const batch = this.#gather(kept);
    if (batch.refs.length > 0) file.insertLog(this.#nextNumber, encodeLogRow(batch));
    return batch.refs.length;
  }

  #gather(series: readonly number[]): SampleBatch {
    const parts = series.map((ref) => ({ ref, columns: this.#columns[ref] as SampleColumns }));
    const length = parts.reduce((sum, { columns }) => sum + columns.length, 0);
    const batch = {
      refs: new Uint32Array(length),
      timesMs: new Float64Array(length),
      values: new Float64Array(length),
    };
    let position = 0;
    for (const { ref, columns } of parts) {
      const { timesMs, values } = columns.view(0, columns.length);
      batch.refs.fill(ref, position, position + columns.length);
      batch.timesMs.set(timesMs, position);
      batch.values.set(values, position);
      position += columns.length;
    }
    return batch;
  }
}
