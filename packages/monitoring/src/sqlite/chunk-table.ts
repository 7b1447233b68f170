import { decodeChunk } from '../codec/chunk-codec.ts';
import { decodeBuckets, encodeBuckets, type Buckets } from '../store/rollup.ts';
import { bytesOf, type Database, type Row } from './database.ts';
import type { Columns } from '../store/sample-columns.ts';
import { isEncrypted, pack, unpack, type Packed } from './pack.ts';

/** A chunk as it is kept. */
export interface StoredChunk extends Packed {
  /** First time. */
  readonly fromMs: number;
  /** Last time. */
  readonly toMs: number;
  /** Samples. */
  readonly count: number;
  /** 1 when it is the compaction of many, and in the rollups. */
  readonly merged: number;
}

/** Buckets as they are kept. */
export interface StoredBuckets extends Buckets {
  /** Whether they are encrypted. */
  readonly secret: boolean;
}

const columns = 'from_ms, to_ms, count, merged, packing, data';

/** The chunks and rollups of a store's file, and the counters. */
export class ChunkTable {
  readonly #database: Database;
  readonly #key: Uint8Array | undefined;

  /** @param key - Decrypts, and encrypts what was encrypted before. */
  constructor(database: Database, key: Uint8Array | undefined) {
    this.#database = database;
    this.#key = key;
  }

  /** Adds a chunk; {@link ChunkTable.addSamples} counts its samples. */
  insert(ref: number, { fromMs, toMs, count, merged, packing, data }: StoredChunk): void {
    this.#database.run(
      'INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?)',
      ref,
      fromMs,
      toMs,
      count,
      merged,
      packing,
      data,
    );
  }

  /** A series' chunks that may hold samples with `fromMs <= time < toMs`, oldest first. */
  between(ref: number, fromMs: number, toMs: number): StoredChunk[] {
    const sql = `
      SELECT ${columns} FROM chunk
      WHERE series = ?1 AND from_ms < ?3
        AND from_ms >= coalesce((SELECT max(from_ms) FROM chunk WHERE series = ?1 AND from_ms <= ?2), ?2)
      ORDER BY from_ms`;
    return this.#database.all(sql, ref, fromMs, toMs).map(chunkOf);
  }

  /** A series' chunks that were not merged and end before a time, oldest first. */
  short(ref: number, beforeMs: number): StoredChunk[] {
    const sql = `SELECT ${columns} FROM chunk WHERE series = ? AND merged = 0 AND to_ms < ? ORDER BY from_ms`;
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
      const bytes = unpack(chunk, this.#key, chunkPlace(ref, chunk.fromMs));
      decodeChunk(bytes, chunk.fromMs, timesMs.subarray(start, end), values.subarray(start, end));
      start = end;
    }
    return { timesMs, values };
  }

  /** A series' chunk from a time on as it is kept for long. */
  pack(ref: number, fromMs: number, bytes: Uint8Array, secret: boolean): Packed {
    return pack(bytes, 'thorough', secret ? this.#key : undefined, chunkPlace(ref, fromMs));
  }

  /** Takes a chunk away. */
  delete(ref: number, { fromMs }: StoredChunk): void {
    this.#database.run('DELETE FROM chunk WHERE series = ? AND from_ms = ?', ref, fromMs);
  }

  /** Takes a series' chunks away that end before a time; tells how many samples they held. */
  deleteBefore(ref: number, timeMs: number): number {
    const sql = 'DELETE FROM chunk WHERE series = ? AND from_ms < ? AND to_ms < ? RETURNING count';
    return this.#database.all(sql, ref, timeMs, timeMs).reduce((sum, row) => sum + Number(row['count']), 0);
  }

  /** Takes a series away with all that it has; samples of chunks that are left are counted off. */
  deleteSeries(ref: number): void {
    const rows = this.#database.all('DELETE FROM chunk WHERE series = ? RETURNING count', ref);
    this.addSamples(-rows.reduce((sum, row) => sum + Number(row['count']), 0));
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
    const row = this.#database.get('SELECT to_ms FROM chunk WHERE series = ? ORDER BY from_ms LIMIT 1', ref);
    return row === undefined ? Infinity : Number(row['to_ms']);
  }

  /** When a series' oldest rollup ends; after all times when it has none. */
  oldestRollupEndMs(ref: number): number {
    const row = this.#database.get('SELECT min(to_ms) AS oldest FROM rollup WHERE series = ?', ref);
    return typeof row?.['oldest'] === 'number' ? row['oldest'] : Infinity;
  }

  /** The newest time of a series' chunks and rollups; before all times when there are none. */
  newestMs(ref: number): number {
    const sql = 'SELECT to_ms FROM chunk WHERE series = ? ORDER BY from_ms DESC LIMIT 1';
    const row = this.#database.get(sql, ref);
    if (row !== undefined) return Number(row['to_ms']);
    const rollup = this.#database.get('SELECT max(to_ms) AS newest FROM rollup WHERE series = ?', ref)?.['newest'];
    return typeof rollup === 'number' ? rollup : -Infinity;
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

/** Where a series' chunk stands. */
export function chunkPlace(ref: number, fromMs: number): string {
  return `chunk ${ref} ${fromMs}`;
}

function rollupPlace(ref: number, tierMs: number, fromMs: number): string {
  return `rollup ${ref} ${tierMs} ${fromMs}`;
}

function chunkOf(row: Row): StoredChunk {
  return {
    fromMs: Number(row['from_ms']),
    toMs: Number(row['to_ms']),
    count: Number(row['count']),
    merged: Number(row['merged']),
    packing: Number(row['packing']),
    data: bytesOf(row['data']),
  };
}
