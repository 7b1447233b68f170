import { lowerBound } from '@novacron/core';
import { corruptError } from '../codec/byte-buffer.ts';
import { decodeChunk, decodeChunkValues, encodeChunk, encodeChunkValues } from '../codec/chunk-codec.ts';
import { decodeBuckets, encodeBuckets, type Buckets } from '../store/rollup.ts';
import { bytesOf, type Database, type Row } from './database.ts';
import type { Columns } from '../store/sample-columns.ts';
import { isEncrypted, pack, unpack, type Packed } from './pack.ts';
import { SharedTimes } from './shared-times.ts';

/** A chunk as it is kept. */
export interface StoredChunk extends Packed {
  /** First time. */
  readonly fromMs: number;
  /** Last time. */
  readonly toMs: number;
  /** Samples. */
  readonly count: number;
  /** The row of one that is the compaction of many, and in the rollups. */
  readonly mergedId: number | undefined;
  /** The number of the times that it has in common with others; 0 when it has its own. */
  readonly times: number;
  /** Those times. */
  readonly packedTimes: Packed | undefined;
}

/** Buckets as they are kept. */
export interface StoredBuckets extends Buckets {
  /** Whether they are encrypted. */
  readonly secret: boolean;
}

const shortColumns = `
  from_ms, to_ms, count, packing, data, NULL AS id, 0 AS times, NULL AS times_packing, NULL AS times_data`;
const mergedColumns = `
  from_ms, to_ms, count, merged.packing, merged.data, merged.id, times,
  times.packing AS times_packing, times.data AS times_data`;
// NULL looks for nothing: for 0 the first page of times would be read, which may be a damaged one.
const mergedRows = 'merged LEFT JOIN times ON times.id = nullif(merged.times, 0)';

/** The rows of a series (?1) that overlap a range (?2, ?3). */
const overlapping = (table: string): string => `
  series = ?1 AND from_ms < ?3 AND to_ms >= ?2
    AND from_ms >= coalesce((SELECT max(from_ms) FROM ${table} WHERE series = ?1 AND from_ms <= ?2), ?2)`;
const betweenSql = `
  SELECT ${mergedColumns} FROM ${mergedRows} WHERE ${overlapping('merged')}
  UNION ALL SELECT ${shortColumns} FROM chunk WHERE ${overlapping('chunk')} ORDER BY from_ms`;

/** When the oldest chunk of a series (?1) ends: what was merged is older than what was not. */
const oldestSql = `SELECT coalesce(
  (SELECT to_ms FROM merged WHERE series = ?1 ORDER BY from_ms LIMIT 1),
  (SELECT to_ms FROM chunk WHERE series = ?1 ORDER BY from_ms LIMIT 1)) AS oldest`;

/**
 * About the most bytes of a merged chunk. What is left of a page when the next one does not fit is lost: the longer they
 * are the more, and the shorter they are the more goes into telling them apart.
 */
const rowBytes = 950;

/** The chunks and rollups of a store's file, and the counters. */
export class ChunkTable {
  readonly #database: Database;
  readonly #key: Uint8Array | undefined;
  readonly #times: SharedTimes;

  /** @param key - Decrypts, and encrypts what was encrypted before. */
  constructor(database: Database, key: Uint8Array | undefined) {
    this.#database = database;
    this.#key = key;
    this.#times = new SharedTimes(database, key);
  }

  /** Adds samples, at least one, as a chunk that is to be merged; {@link ChunkTable.addSamples} counts them. */
  insert(ref: number, { timesMs, values }: Columns, secret: boolean): void {
    const { length } = timesMs;
    const [fromMs, toMs] = [timesMs[0] as number, timesMs[length - 1] as number];
    const key = secret ? this.#key : undefined;
    const { packing, data } = pack(encodeChunk(timesMs, values), 'none', key, chunkPlace(ref, fromMs));
    this.#database.run('INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?)', ref, fromMs, toMs, length, packing, data);
  }

  /** Adds samples, at least one, as a long chunk, or as several where one would be too long for a page with others. */
  insertMerged(ref: number, { timesMs, values }: Columns, secret: boolean): void {
    const times = this.#times.keep(timesMs, secret);
    const key = secret ? this.#key : undefined;
    const packPart = (from: number, to: number): Packed => {
      const part = values.subarray(from, to);
      const bytes = times === 0 ? encodeChunk(timesMs.subarray(from, to), part) : encodeChunkValues(part);
      return pack(bytes, 'thorough', key, mergedPlace(ref, timesMs[from] as number, times));
    };
    const insert = (from: number, to: number, { packing, data }: Packed): void => {
      const sql = 'INSERT INTO merged VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)';
      const [fromMs, toMs] = [timesMs[from] as number, timesMs[to - 1] as number];
      this.#database.run(sql, ref, fromMs, toMs, to - from, times, packing, data);
    };
    const { length } = timesMs;
    const whole = packPart(0, length);
    const pieces = Math.min(length, Math.ceil(whole.data.length / rowBytes));
    if (pieces === 1) return insert(0, length, whole);
    for (let piece = 0; piece < pieces; piece++) {
      const [from, to] = [Math.floor((length * piece) / pieces), Math.floor((length * (piece + 1)) / pieces)];
      insert(from, to, packPart(from, to));
    }
  }

  /** A series' chunks that may hold samples with `fromMs <= time < toMs`, oldest first, with nothing between them. */
  between(ref: number, fromMs: number, toMs: number): StoredChunk[] {
    return this.#database.all(betweenSql, ref, fromMs, toMs).map(chunkOf);
  }

  /** A series' chunk that was cut and begins at a time. */
  shortAt(ref: number, fromMs: number): StoredChunk | undefined {
    const row = this.#database.get(`SELECT ${shortColumns} FROM chunk WHERE series = ? AND from_ms = ?`, ref, fromMs);
    return row && chunkOf(row);
  }

  /** The merged chunk of a row. */
  mergedAt(ref: number, id: number): StoredChunk | undefined {
    const sql = `SELECT ${mergedColumns} FROM ${mergedRows} WHERE merged.id = ? AND series = ?`;
    const row = this.#database.get(sql, id, ref);
    return row && chunkOf(row);
  }

  /** A series' chunks that were not merged and end before a time, oldest first. */
  short(ref: number, beforeMs: number): StoredChunk[] {
    const sql = `SELECT ${shortColumns} FROM chunk WHERE series = ? AND to_ms < ? ORDER BY from_ms`;
    return this.#database.all(sql, ref, beforeMs).map(chunkOf);
  }

  /** The samples of a series' chunks that follow each other. */
  decode(ref: number, chunks: readonly StoredChunk[]): Columns {
    const length = chunks.reduce((sum, { count }) => sum + count, 0);
    const timesMs = new Float64Array(length);
    const values = new Float64Array(length);
    let start = 0;
    for (const chunk of chunks) {
      const end = start + chunk.count;
      this.#decodeOne(ref, chunk, timesMs.subarray(start, end), values.subarray(start, end));
      start = end;
    }
    return { timesMs, values };
  }

  #decodeOne(ref: number, chunk: StoredChunk, timesMs: Float64Array, values: Float64Array): void {
    const { fromMs, toMs, count, mergedId, times, packedTimes } = chunk;
    const place = mergedId === undefined ? chunkPlace(ref, fromMs) : mergedPlace(ref, fromMs, times);
    const bytes = unpack(chunk, this.#key, place);
    if (times === 0) {
      decodeChunk(bytes, fromMs, timesMs, values);
      return;
    }
    if (packedTimes === undefined) throw corruptError(`The times of ${place} are missing`);
    const all = this.#times.read(times, packedTimes);
    const start = lowerBound(all, fromMs);
    if (all[start] !== fromMs || all[start + count - 1] !== toMs) {
      throw corruptError(`The times of ${place} are others`);
    }
    timesMs.set(all.subarray(start, start + count));
    decodeChunkValues(bytes, values);
  }

  /** Takes a chunk away, and the times that nobody else uses. */
  delete(ref: number, { fromMs, mergedId }: StoredChunk): void {
    if (mergedId !== undefined) this.#database.run('DELETE FROM merged WHERE id = ?', mergedId);
    else this.#database.run('DELETE FROM chunk WHERE series = ? AND from_ms = ?', ref, fromMs);
  }

  /** Takes a series' chunks away that end before a time; tells how many samples they held. */
  deleteBefore(ref: number, timeMs: number): number {
    return this.#deleteChunks('series = ? AND from_ms < ? AND to_ms < ?', ref, timeMs, timeMs);
  }

  /** Takes chunks away; tells how many samples they held. */
  #deleteChunks(condition: string, ...values: readonly number[]): number {
    let samples = 0;
    for (const table of ['merged', 'chunk']) {
      const rows = this.#database.all(`DELETE FROM ${table} WHERE ${condition} RETURNING count`, ...values);
      for (const { count } of rows) samples += Number(count);
    }
    return samples;
  }

  /** Takes a series away with all that it has; samples of chunks that are left are counted off. */
  deleteSeries(ref: number): void {
    this.addSamples(-this.#deleteChunks('series = ?', ref));
    this.#database.run('DELETE FROM rollup WHERE series = ?', ref);
    this.#database.run('DELETE FROM series WHERE id = ?', ref);
  }

  /** Adds buckets of a series, at least one. */
  insertRollup(ref: number, tierMs: number, buckets: Buckets, secret: boolean): void {
    const { timesMs } = buckets;
    const [fromMs, toMs] = [timesMs[0] as number, timesMs.at(-1) as number];
    const key = secret ? this.#key : undefined;
    const { packing, data } = pack(encodeBuckets(buckets), 'thorough', key, rollupPlace(ref, tierMs, fromMs));
    this.#database.run('INSERT INTO rollup VALUES (?, ?, ?, ?, ?, ?)', ref, tierMs, fromMs, toMs, packing, data);
  }

  /** A series' buckets that may be in a range, in parts, oldest first. */
  rollups(ref: number, tierMs: number, fromMs: number, toMs: number): StoredBuckets[] {
    const sql = `
      SELECT from_ms, packing, data FROM rollup
      WHERE series = ? AND tier_ms = ? AND to_ms >= ? AND from_ms < ? ORDER BY from_ms`;
    return this.#database.all(sql, ref, tierMs, fromMs, toMs).map((row) => {
      const packed = { packing: Number(row['packing']), data: bytesOf(row['data']) };
      const firstMs = Number(row['from_ms']);
      const bytes = unpack(packed, this.#key, rollupPlace(ref, tierMs, firstMs));
      return { ...decodeBuckets(bytes, firstMs), secret: isEncrypted(packed) };
    });
  }

  /** Takes a series' buckets away that end before a time. */
  deleteRollupsBefore(ref: number, timeMs: number): void {
    this.#database.run('DELETE FROM rollup WHERE series = ? AND to_ms < ?', ref, timeMs);
  }

  /** Takes a series' rollups away that are in a range. */
  deleteRollups(ref: number, tierMs: number, fromMs: number, toMs: number): void {
    const sql = 'DELETE FROM rollup WHERE series = ? AND tier_ms = ? AND to_ms >= ? AND from_ms < ?';
    this.#database.run(sql, ref, tierMs, fromMs, toMs);
  }

  /** When a series' oldest chunk ends; after all times when it has none. */
  oldestEndMs(ref: number): number {
    const row = this.#database.get(oldestSql, ref);
    return typeof row?.['oldest'] === 'number' ? row['oldest'] : Infinity;
  }

  /** When a series' oldest rollup ends; after all times when it has none. */
  oldestRollupEndMs(ref: number): number {
    const row = this.#database.get('SELECT min(to_ms) AS oldest FROM rollup WHERE series = ?', ref);
    return typeof row?.['oldest'] === 'number' ? row['oldest'] : Infinity;
  }

  /** The newest time of a series' chunks and rollups; before all times when there are none. */
  newestMs(ref: number): number {
    const newest = this.#database.get(`SELECT ${newestSql('?1')} AS newest`, ref)?.['newest'];
    return typeof newest === 'number' ? newest : -Infinity;
  }

  /** Samples in all chunks. */
  samples(): number {
    return Number(this.#database.get("SELECT value FROM counter WHERE name = 'chunk_samples'")?.['value'] ?? 0);
  }

  /** Counts samples that chunks gained, or lost when negative. */
  addSamples(count: number): void {
    if (count === 0) return;
    this.#database.run("UPDATE counter SET value = value + ? WHERE name = 'chunk_samples'", count);
  }

  /** Sets a counter. */
  setCounter(name: 'next_series', value: number): void {
    this.#database.run('UPDATE counter SET value = ? WHERE name = ?', value, name);
  }
}

/** When the newest chunk or rollup of a series ends; rollups are of merged chunks, which are older than others. */
export function newestSql(series: string): string {
  const newest = (table: string): string =>
    `(SELECT to_ms FROM ${table} WHERE series = ${series} ORDER BY from_ms DESC LIMIT 1)`;
  return `coalesce(${newest('chunk')}, ${newest('merged')}, (SELECT max(to_ms) FROM rollup WHERE series = ${series}))`;
}

/** Where a series' chunk stands. */
export function chunkPlace(ref: number, fromMs: number): string {
  return `chunk ${ref} ${fromMs}`;
}

/** Where a series' merged chunk stands, and the number of its times. */
export function mergedPlace(ref: number, fromMs: number, times: number): string {
  return `merged ${ref} ${fromMs} ${times}`;
}

function rollupPlace(ref: number, tierMs: number, fromMs: number): string {
  return `rollup ${ref} ${tierMs} ${fromMs}`;
}

function chunkOf(row: Row): StoredChunk {
  const { id, times_packing: packing, times_data: data } = row;
  return {
    fromMs: Number(row['from_ms']),
    toMs: Number(row['to_ms']),
    count: Number(row['count']),
    packing: Number(row['packing']),
    data: bytesOf(row['data']),
    mergedId: typeof id === 'number' ? id : undefined,
    times: Number(row['times']),
    packedTimes: typeof packing === 'number' ? { packing, data: bytesOf(data) } : undefined,
  };
}
