import type { DeleteResult } from '../store/metric-store.ts';
import { ChunkTable } from './chunk-table.ts';
import { compactSeries } from './compact.ts';
import { Database } from './database.ts';
import { deleteSamples } from './delete-samples.ts';
import { prepareFile } from './file-format.ts';
import { LogTable } from './log-table.ts';
import type { Commit, CutSamples, Deletion, Retention, WriterOptions } from './writer-tasks.ts';

/** Pages of a file in which there is nothing yet, but those for chunks and rollups. */
const emptyPages = 7;

/** Everything that changes a store's file: one call one transaction. It knows nothing of what is in memory. */
export class Writer {
  readonly #database: Database;
  readonly #chunks: ChunkTable;
  readonly #log: LogTable;
  readonly #options: WriterOptions;

  /** @throws {MonitoringError} when the file can't be opened; see `sqliteStore`. */
  constructor(options: WriterOptions) {
    this.#options = options;
    this.#database = new Database(options.path);
    try {
      prepareFile(this.#database, options);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#chunks = new ChunkTable(this.#database, options.key);
    this.#log = new LogTable(this.#database, Math.ceil(options.chunkSamples / 4), options.key);
  }

  /** Writes what an append brings. @throws {MonitoringError} NOVA_MONITORING_CAPACITY when there is no room. */
  commit({ series, cut, rows, logBefore }: Commit): void {
    try {
      this.#database.transaction(() => {
        for (const { ref, metric, labels } of series) {
          this.#database.run('INSERT INTO series VALUES (?, ?, ?)', ref, metric, labels);
        }
        const last = series.at(-1);
        if (last !== undefined) this.#chunks.setCounter('next_series', last.ref + 1);
        if (cut !== undefined) this.#insertChunks(cut);
        for (const row of rows) this.#log.insert(row);
        this.#log.deleteBefore(logBefore);
      });
    } catch (error) {
      this.#log.rolledBack();
      throw error;
    }
  }

  /** Takes away what is too old; tells for each series when its oldest chunk ends, after all times when it has none. */
  retain({ refs, oldestMs, oldestRollupMs, gone }: Retention): Float64Array {
    const { rollups, mergedSamples } = this.#options;
    return this.#database.transaction(() => {
      let dropped = 0;
      for (let i = 0; i < refs.length; i++) {
        const ref = refs[i] as number;
        const before = oldestMs[i] as number;
        if (rollups) compactSeries(this.#chunks, ref, mergedSamples, rollups, before);
        dropped += this.#chunks.deleteBefore(ref, before);
        if (rollups) this.#chunks.deleteRollupsBefore(ref, oldestRollupMs[i] as number);
      }
      for (const ref of gone) this.#chunks.deleteSeries(ref);
      this.#chunks.addSamples(-dropped);
      return Float64Array.from(refs, (ref) => this.#chunks.oldestEndMs(ref));
    });
  }

  /** Makes few long chunks of the many short ones of some series. */
  compact(refs: Uint32Array): void {
    const { mergedSamples, rollups } = this.#options;
    this.#database.transaction(() => {
      for (const ref of refs) compactSeries(this.#chunks, ref, mergedSamples, rollups);
    });
  }

  /** Takes samples away that somebody does not want; tells how many of chunks, and which series have nothing left. */
  remove(deletion: Deletion): DeleteResult & { readonly gone: Uint32Array } {
    return this.#database.transaction(() => deleteSamples(this.#database, this.#chunks, deletion));
  }

  /**
   * Whether the file uses more than it should. The log and the list of series are always needed: chunks and rollups have
   * a quarter of the room however long those are.
   */
  isOver(sizeBytes: number): boolean {
    const usedBytes = this.#usedBytes();
    if (usedBytes <= sizeBytes) return false;
    // A row that is longer than half a page shares it with none; of the last page of a longer one, half is free on average.
    const { log = 0 } =
      this.#database.get(`
        SELECT sum(CASE WHEN length(batch) > 4061 THEN length(batch) + 2048
          WHEN length(batch) > 2030 THEN 4096 ELSE length(batch) * 1.1 END) AS log FROM log`) ?? {};
    const { series = 0 } =
      this.#database.get('SELECT sum(length(metric) + length(labels)) AS series FROM series') ?? {};
    const neededBytes = Number(log) + Number(series) + emptyPages * this.#database.pragma('page_size');
    return usedBytes - neededBytes > Math.max(sizeBytes - neededBytes, sizeBytes / 4);
  }

  /** When the oldest chunk or rollup of each series ends; after all times when it has none. */
  oldestEnds(refs: Uint32Array): Float64Array {
    return Float64Array.from(refs, (ref) =>
      Math.min(this.#chunks.oldestEndMs(ref), this.#chunks.oldestRollupEndMs(ref)),
    );
  }

  /** Takes chunks and rollups away that end before a time. */
  shrink(refs: Uint32Array, beforeMs: number): void {
    this.#database.transaction(() => {
      let dropped = 0;
      for (const ref of refs) {
        dropped += this.#chunks.deleteBefore(ref, beforeMs);
        this.#chunks.deleteRollupsBefore(ref, beforeMs);
      }
      this.#chunks.addSamples(-dropped);
    });
  }

  /** Gives pages that are free back to the file system. */
  vacuum(): void {
    // Each page is moved in a transaction of its own when there is none around.
    const free = this.#database.pragma('freelist_count');
    if (free > 0) this.#database.exec(`PRAGMA incremental_vacuum(${Math.min(free, 20_000)})`);
  }

  /** Writes all that is stored to another file, which must not exist. */
  snapshot(path: string): void {
    this.#database.run('VACUUM INTO ?', path);
  }

  /** Lets go of the file. */
  close(): void {
    this.#database.close();
  }

  #usedBytes(): number {
    const pages = this.#database.pragma('page_count') - this.#database.pragma('freelist_count');
    return pages * this.#database.pragma('page_size');
  }

  /** Writes samples, those of each series in chunks of about the same length. */
  #insertChunks({ refs, counts, secret, timesMs, values }: CutSamples): void {
    const { chunkSamples } = this.#options;
    let start = 0;
    refs.forEach((ref, i) => {
      const count = counts[i] as number;
      const pieces = Math.max(1, Math.round(count / chunkSamples));
      for (let piece = 0; piece < pieces; piece++) {
        const from = start + Math.floor((count * piece) / pieces);
        const to = start + Math.floor((count * (piece + 1)) / pieces);
        const samples = { timesMs: timesMs.subarray(from, to), values: values.subarray(from, to) };
        this.#chunks.insert(ref, samples, secret[i] === 1);
      }
      start += count;
    });
    this.#chunks.addSamples(timesMs.length);
  }
}
