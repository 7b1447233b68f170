import { statSync } from 'node:fs';
import type { Series } from '@novacron/core';
import { corruptError } from '../codec/byte-buffer.ts';
import type { SampleBatch } from '../store/metric-store.ts';
import { joinBuckets, sumUp, wholeBuckets, type Buckets } from '../store/rollup.ts';
import { ChunkTable, newestSql } from './chunk-table.ts';
import { Database } from './database.ts';
import type { Columns } from '../store/sample-columns.ts';
import type { Head } from './head.ts';
import { readLog } from './log-table.ts';
import { nextAfter, SealedSamples } from './sealed-samples.ts';
import { tombstonesIn, type Tombstone } from './tombstones.ts';

/** A store's file as it is read: a connection of its own, which no write holds up. */
export class StoreReader {
  readonly #database: Database;
  readonly #key: Uint8Array | undefined;
  readonly chunks: ChunkTable;
  /** What was read of the chunks. */
  readonly sealed: SealedSamples;

  /**
   * @param cacheBytes - How much of what was read stays in memory.
   * @throws {MonitoringError} when the file can't be read; see `sqliteStore`.
   */
  constructor(path: string, key: Uint8Array | undefined, cacheBytes: number) {
    this.#database = new Database(path, { readOnly: true });
    this.#key = key;
    this.chunks = new ChunkTable(this.#database, key);
    this.sealed = new SealedSamples(this.chunks, cacheBytes);
  }

  /** All series, and the newest time of each one's chunks and rollups; before all times when there are none. */
  *series(): Generator<{ ref: number; metric: string; labels: Series['labels']; newestMs: number }> {
    const sql = `SELECT id, metric, labels, ${newestSql('series.id')} AS newest FROM series ORDER BY id`;
    for (const { id, metric, labels, newest } of this.#database.each(sql)) {
      const newestMs = typeof newest === 'number' ? newest : -Infinity;
      yield { ref: Number(id), metric: String(metric), labels: parseLabels(String(labels)), newestMs };
    }
  }

  /** The rows of the log, oldest first, with their numbers. */
  log(): Generator<{ readonly number: number; readonly batch: SampleBatch }> {
    return readLog(this.#database, this.#key);
  }

  /** The ranges that were deleted, by series. */
  tombstones(): Map<number, Tombstone[]> {
    return tombstonesIn(this.#database);
  }

  /** A reference above all that were ever given. */
  nextSeries(): number {
    return Number(this.#database.get("SELECT value FROM counter WHERE name = 'next_series'")?.['value'] ?? 0);
  }

  /**
   * Reads a series' samples with `fromMs <= time < toMs` from its chunks and its head, older ones first, as views that
   * are good until the next call.
   */
  read(head: Head, slot: number, ref: number, fromMs: number, toMs: number): readonly [Columns, Columns] {
    const { samples } = head;
    const isInMemory = samples.count(slot) > 0;
    // A chunk that was just written holds samples that are in memory too, until that is told.
    const chunksEndMs = isInMemory ? Math.min(toMs, samples.firstMs(slot)) : toMs;
    const chunked =
      fromMs < chunksEndMs ? this.sealed.read(ref, head.closedMs(slot), fromMs, chunksEndMs) : emptyColumns;
    return [chunked, isInMemory ? samples.viewBetween(slot, fromMs, toMs) : emptyColumns];
  }

  /** A series' buckets of which the last sample is in a range: of the file's rollups, and of samples that are in none. */
  readBuckets(head: Head, slot: number, ref: number, tierMs: number, fromMs: number, toMs: number): Buckets {
    const [begin, end] = wholeBuckets(fromMs, toMs, tierMs);
    const parts: Buckets[] = this.chunks.rollups(ref, tierMs, begin, end);
    const summedMs = parts.reduce((newest, { timesMs }) => Math.max(newest, timesMs.at(-1) ?? newest), -Infinity);
    for (const { timesMs, values } of this.read(head, slot, ref, Math.max(begin, nextAfter(summedMs)), end)) {
      parts.push(sumUp(timesMs, values, tierMs));
    }
    return joinBuckets(parts, tierMs);
  }

  /** Bytes of the file and its log of changes. */
  sizeBytes(): number {
    const log = statSync(`${this.#database.path}-wal`, { throwIfNoEntry: false });
    return this.#database.pragma('page_count') * this.#database.pragma('page_size') + (log?.size ?? 0);
  }

  /** Lets go of the file. */
  close(): void {
    this.sealed.clear();
    this.#database.close();
  }
}

const emptyColumns: Columns = { timesMs: new Float64Array(0), values: new Float64Array(0) };

function parseLabels(text: string): Series['labels'] {
  try {
    return JSON.parse(text) as Series['labels'];
  } catch (error) {
    throw corruptError('The labels of a series are damaged', error);
  }
}
