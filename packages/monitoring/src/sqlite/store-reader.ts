import { statSync } from 'node:fs';
import type { Series } from '@novacron/core';
import { corruptError } from '../codec/byte-buffer.ts';
import type { SampleBatch } from '../store/metric-store.ts';
import { joinBuckets, sumUp, wholeBuckets, type Buckets } from '../store/rollup.ts';
import { ChunkTable } from './chunk-table.ts';
import { Database } from './database.ts';
import type { Columns } from '../store/sample-columns.ts';
import { between, type HeadSamples } from './head-samples.ts';
import { readLog } from './log-table.ts';

/** A range of a series that was deleted; rows of the log that are older may still hold its samples. */
export interface Tombstone {
  readonly fromMs: number;
  readonly toMs: number;
  readonly logBefore: number;
}

/** A store's file as it is read: a connection of its own, which no write holds up. */
export class StoreReader {
  readonly #database: Database;
  readonly #key: Uint8Array | undefined;
  readonly chunks: ChunkTable;

  /** @throws {MonitoringError} when the file can't be read; see `sqliteStore`. */
  constructor(path: string, key: Uint8Array | undefined) {
    this.#database = new Database(path, { readOnly: true });
    this.#key = key;
    this.chunks = new ChunkTable(this.#database, key);
  }

  /** All series, and the newest time of each one's chunks and rollups; before all times when there are none. */
  *series(): Generator<{ ref: number; metric: string; labels: Series['labels']; newestMs: number }> {
    const sql = `
      SELECT id, metric, labels, coalesce(
        (SELECT to_ms FROM chunk WHERE series = id ORDER BY from_ms DESC LIMIT 1),
        (SELECT max(to_ms) FROM rollup WHERE series = id)
      ) AS newest FROM series ORDER BY id`;
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
    const found = new Map<number, Tombstone[]>();
    for (const row of this.#database.all('SELECT series, from_ms, to_ms, log_id FROM tombstone')) {
      const ref = Number(row['series']);
      const tombstone = {
        fromMs: Number(row['from_ms']),
        toMs: Number(row['to_ms']),
        logBefore: Number(row['log_id']),
      };
      found.set(ref, [...(found.get(ref) ?? []), tombstone]);
    }
    return found;
  }

  /** A reference above all that were ever given. */
  nextSeries(): number {
    return Number(this.#database.get("SELECT value FROM counter WHERE name = 'next_series'")?.['value'] ?? 0);
  }

  /** A series' samples with `fromMs <= time < toMs`, from its chunks and its head. */
  read(head: HeadSamples, slot: number, ref: number, fromMs: number, toMs: number): Columns {
    const isInMemory = head.count(slot) > 0;
    const newest = isInMemory ? head.readBetween(slot, fromMs, toMs) : undefined;
    // A chunk that was just written holds samples that are in memory too, until that is told.
    const chunksEndMs = isInMemory ? Math.min(toMs, head.firstMs(slot)) : toMs;
    const chunks = fromMs < chunksEndMs ? this.chunks.between(ref, fromMs, chunksEndMs) : [];
    if (chunks.length === 0) return newest ?? emptyColumns;
    const chunked = between(this.chunks.decode(chunks), fromMs, chunksEndMs);
    return newest === undefined || newest.timesMs.length === 0 ? chunked : joined(chunked, newest);
  }

  /** A series' buckets of which the last sample is in a range: of the file's rollups, and of samples that are in none. */
  readBuckets(head: HeadSamples, slot: number, ref: number, tierMs: number, fromMs: number, toMs: number): Buckets {
    const [begin, end] = wholeBuckets(fromMs, toMs, tierMs);
    const parts = this.chunks.rollups(ref, tierMs, begin, end);
    const summedMs = parts.reduce((newest, { timesMs }) => Math.max(newest, timesMs.at(-1) ?? newest), -Infinity);
    const raw = this.read(head, slot, ref, Math.max(begin, nextAfter(summedMs)), end);
    return joinBuckets([...parts, sumUp(raw.timesMs, raw.values, tierMs)], tierMs);
  }

  /** Bytes of the file and its log of changes. */
  sizeBytes(): number {
    const log = statSync(`${this.#database.path}-wal`, { throwIfNoEntry: false });
    return this.#database.pragma('page_count') * this.#database.pragma('page_size') + (log?.size ?? 0);
  }

  /** Lets go of the file. */
  close(): void {
    this.#database.close();
  }
}

const emptyColumns: Columns = { timesMs: new Float64Array(0), values: new Float64Array(0) };

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
function nextAfter(timeMs: number): number {
  return timeMs === -Infinity ? timeMs : timeMs + Math.max(Number.MIN_VALUE, Math.abs(timeMs) * Number.EPSILON);
}

function parseLabels(text: string): Series['labels'] {
  try {
    return JSON.parse(text) as Series['labels'];
  } catch (error) {
    throw corruptError('The labels of a series are damaged', error);
  }
}
