import { statSync } from 'node:fs';
import type { Series } from '@novacron/core';
import { corruptError } from '../codec/byte-buffer.ts';
import type { MonitoringError } from '../error.ts';
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

  /**
   * All series, and the newest time of each one's chunks and rollups; before all times when there are none.
   *
   * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when their labels are damaged.
   */
  *series(): Generator<{ ref: number; metric: string; labels: Series['labels']; newestMs: number }> {
    for (let last: unknown = -1; ;) {
      const page = this.#database.get(seriesPageSql, last as number);
      if (page === undefined || page['series'] === 0) return;
      const series = parseSeries(String(page['texts']));
      if (series.length !== page['series']) throw damagedLabels();
      for (const [ref, metric, labels, newestMs] of series) {
        if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) throw damagedLabels();
        yield { ref, metric, labels, newestMs: newestMs ?? -Infinity };
      }
      last = page['last'];
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

/**
 * Series behind one, with the newest time of each, as one text: SQLite puts them together in a third of the time that as
 * many rows take. A time as text needs 17 digits, if it is no whole number.
 */
const seriesPageSql = `
  SELECT count(*) AS series, max(id) AS last, group_concat(
    '[' || id || ',' || json_quote(metric) || ',' || labels || ',' || CASE
      WHEN newest IS NULL THEN 'null'
      WHEN newest = CAST(newest AS INTEGER) THEN CAST(newest AS INTEGER)
      ELSE printf('%!.17g', newest)
    END || ']'
  ) AS texts
  FROM (SELECT id, metric, labels, ${newestSql('series.id')} AS newest FROM series WHERE id > ? ORDER BY id LIMIT 512)`;

const emptyColumns: Columns = { timesMs: new Float64Array(0), values: new Float64Array(0) };

type SeriesRow = readonly [ref: number, metric: string, labels: Series['labels'] | null, newestMs: number | null];

function parseSeries(texts: string): readonly SeriesRow[] {
  try {
    return JSON.parse(`[${texts}]`) as readonly SeriesRow[];
  } catch (error) {
    throw damagedLabels(error);
  }
}

function damagedLabels(cause?: unknown): MonitoringError {
  return corruptError('The labels of series are damaged', cause);
}
