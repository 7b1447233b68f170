import { NovaError, type Labels } from '@novacron/core';
import { corruptError } from '../codec/byte-buffer.ts';
import { MonitoringError } from '../error.ts';
import type { SampleBatch, SeriesId } from '../store/metric-store.ts';
import type { Columns } from '../store/sample-columns.ts';
import { bytesOf, Database, type Row } from './database.ts';
import { ChunkTable, chunkPlace, mergedPlace, type StoredBuckets, type StoredChunk } from './chunk-table.ts';
import { checkVersion, hasKey, isRightKey, versionOf } from './file-format.ts';
import { LogDecoder } from './log-decoder.ts';
import { decodeRow } from './log-table.ts';
import { unpack } from './pack.ts';
import { nextAfter } from './sealed-samples.ts';
import { isDeleted, tombstonesIn, type Tombstone } from './tombstones.ts';

/** Chunks and rows of the log that a key is tried on where the file does not say whether it is the right one. */
const triedAtMost = 100;

/** A store file of which not everything can be read. */
export class DamagedFile {
  readonly #database: Database;
  readonly #key: Uint8Array | undefined;
  readonly #chunks: ChunkTable;
  readonly #tombstones: ReadonlyMap<number, readonly Tombstone[]>;
  readonly #damaged = new Set<string>();
  #mergedRows: ReadonlyMap<number, readonly number[]> | undefined;

  /**
   * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when it is no store file at all, NOVA_MONITORING_UNSUPPORTED when it is
   * of another version, NOVA_MONITORING_PERMISSION when it is encrypted with another key.
   */
  constructor(path: string, key: Uint8Array | undefined) {
    this.#database = new Database(path);
    this.#key = key;
    this.#chunks = new ChunkTable(this.#database, key);
    const version = this.#version();
    if (version !== undefined) checkVersion(version, path);
    if (key !== undefined && !this.#isKey(key)) {
      const message = `The store file ${path} is encrypted with another key`;
      throw new MonitoringError({ kind: 'permission', message });
    }
    this.#tombstones = this.#tried('tombstones', () => tombstonesIn(this.#database)) ?? new Map();
  }

  /** Parts that could not be read so far. */
  get damaged(): number {
    return this.#damaged.size;
  }

  /** Counts a part that makes no sense after all. */
  count(part: string): void {
    this.#damaged.add(part);
  }

  /**
   * The series, by reference.
   *
   * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when there is not one to be read.
   */
  series(): Map<number, SeriesId> {
    const found = new Map<number, SeriesId>();
    for (const row of this.#rows('series', 'SELECT id, metric, labels FROM series ORDER BY id')) {
      const labels = this.#tried(`series ${String(row['id'])}`, () => labelsOf(String(row['labels'])));
      if (labels !== undefined) found.set(Number(row['id']), { metric: String(row['metric']), labels });
    }
    if (found.size === 0 && this.damaged > 0) throw corruptError('The list of series can not be read');
    return found;
  }

  /** What chunks of a series hold: from the oldest on, and from the newest back when something is in between. */
  *chunksOf(ref: number): Generator<Columns> {
    for (const id of this.#mergedOf(ref)) {
      yield* this.#decoded(`merged ${id}`, ref, () => this.#chunks.mergedAt(ref, id));
    }
    const sql = 'SELECT from_ms FROM chunk WHERE series = ? ORDER BY from_ms';
    for (const fromMs of this.#times(`chunks ${ref}`, sql, ref)) {
      yield* this.#decoded(chunkPlace(ref, fromMs), ref, () => this.#chunks.shortAt(ref, fromMs));
    }
  }

  /** The rows of the log, oldest first, with their numbers. */
  *log(): Generator<{ readonly number: number; readonly batch: SampleBatch }> {
    const decoder = new LogDecoder();
    for (const row of this.#rows('log', 'SELECT id, batch FROM log ORDER BY id')) {
      const number = Number(row['id']);
      const batch = this.#tried(`log ${number}`, () => decodeRow(decoder, row, this.#key));
      if (batch !== undefined) yield { number, batch };
    }
  }

  /** Whether a sample of a row of the log was deleted. */
  isDeleted(ref: number, number: number, timeMs: number): boolean {
    return isDeleted(this.#tombstones.get(ref), number, timeMs);
  }

  /** Whether there are rollups. */
  get hasRollups(): boolean {
    return this.#tried('rollups', () => this.#database.get('SELECT 1 FROM rollup LIMIT 1')) !== undefined;
  }

  /** Parts of a series' rollups, oldest first. */
  *rollupsOf(ref: number, tierMs: number): Generator<StoredBuckets> {
    const sql = 'SELECT from_ms FROM rollup WHERE series = ? AND tier_ms = ? ORDER BY from_ms';
    for (const fromMs of this.#times(`rollups ${ref} ${tierMs}`, sql, ref, tierMs)) {
      const parts = this.#tried(`rollup ${ref} ${tierMs} ${fromMs}`, () =>
        this.#chunks
          .rollups(ref, tierMs, fromMs, nextAfter(fromMs))
          .filter(({ timesMs }) => timesMs[0] === fromMs && isInOrder(timesMs, fromMs, timesMs.at(-1))),
      );
      if (parts?.length === 0) this.count(`rollup ${ref} ${tierMs} ${fromMs}`);
      yield* parts ?? [];
    }
  }

  /** Lets go of the file. */
  close(): void {
    this.#database.close();
  }

  *#decoded(part: string, ref: number, find: () => StoredChunk | undefined): Generator<Columns> {
    const columns = this.#tried(part, () => {
      const chunk = find();
      if (chunk === undefined) throw corruptError('A chunk is missing');
      const read = this.#chunks.decode(ref, [chunk]);
      if (!isInOrder(read.timesMs, chunk.fromMs, chunk.toMs)) throw corruptError('The times of a chunk are wrong');
      return read;
    });
    if (columns !== undefined) yield columns;
  }

  /**
   * A series' rows of merged chunks; looked for among all of them where the index is damaged. Their numbers rise with time,
   * but for those that a deletion made anew.
   */
  #mergedOf(ref: number): readonly number[] {
    const part = `merged of ${ref}`;
    const ids = new Set<number>();
    const found = this.#rows(part, 'SELECT id FROM merged WHERE series = ? ORDER BY from_ms', ref);
    for (const { id } of found) ids.add(Number(id));
    if (!this.#damaged.has(part)) return [...ids];
    this.#mergedRows ??= this.#allMerged();
    for (const id of this.#mergedRows.get(ref) ?? []) ids.add(id);
    return [...ids].sort((a, b) => a - b);
  }

  /** By series, the rows of merged chunks: from the first on, and from the last back when something is in between. */
  #allMerged(): Map<number, number[]> {
    const found = new Map<number, number[]>();
    for (const order of ['ASC', 'DESC']) {
      for (const { id, series } of this.#rows(
        'merged',
        `SELECT id, series FROM merged NOT INDEXED ORDER BY id ${order}`,
      )) {
        const ids = found.get(Number(series)) ?? [];
        found.set(Number(series), ids);
        ids.push(Number(id));
      }
      if (!this.#damaged.has('merged')) break;
    }
    return found;
  }

  /** What a reading gives; nothing when it hits damage. @throws {MonitoringError} NOVA_MONITORING_PERMISSION without a key. */
  #tried<T>(part: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (NovaError.isInstance(error) && error.kind === 'permission') throw error;
      this.count(part);
      return undefined;
    }
  }

  /** Rows until one can't be read. */
  *#rows(part: string, sql: string, ...values: readonly number[]): Generator<Row> {
    try {
      yield* this.#database.each(sql, ...values);
    } catch {
      this.count(part);
    }
  }

  /** The first times of some rows, in their order; read from both ends when one can't be read. */
  #times(part: string, sql: string, ...values: readonly number[]): number[] {
    const known = this.#damaged.has(part);
    const times = new Set<number>();
    for (const row of this.#rows(part, sql, ...values)) times.add(Number(row['from_ms']));
    if (known || this.#damaged.has(part)) {
      for (const row of this.#rows(part, `${sql} DESC`, ...values)) times.add(Number(row['from_ms']));
    }
    return [...times].sort((a, b) => a - b);
  }

  /** Nothing where the header is damaged. */
  #version(): number | undefined {
    try {
      return versionOf(this.#database);
    } catch {
      return undefined;
    }
  }

  /** Whether a key is the file's, as far as the file can tell. */
  #isKey(key: Uint8Array): boolean {
    const attempt = (read: () => boolean): boolean => {
      try {
        return read();
      } catch {
        return false;
      }
    };
    if (attempt(() => isRightKey(this.#database, key)) || !attempt(() => hasKey(this.#database))) return true;
    // A wrong key, or what tells of it is damaged: then the key opens something else.
    const isSecret = `WHERE packing & 2 LIMIT ${triedAtMost}`;
    const placed = [
      ...this.#rows('keys', `SELECT series, from_ms, NULL AS times, packing, data FROM chunk ${isSecret}`),
      ...this.#rows('keys', `SELECT series, from_ms, times, packing, data FROM merged ${isSecret}`),
    ];
    for (const { series, from_ms: fromMs, times, packing, data } of placed) {
      const at = [Number(series), Number(fromMs)] as const;
      const place = times === null ? chunkPlace(...at) : mergedPlace(...at, Number(times));
      const read = (): boolean => unpack({ packing: Number(packing), data: bytesOf(data) }, key, place).length > 0;
      if (attempt(read)) return true;
    }
    for (const row of this.#rows('keys', `SELECT id, batch FROM log ORDER BY id LIMIT ${triedAtMost}`)) {
      if (attempt(() => decodeRow(new LogDecoder(), row, key).refs.length > 0)) return true;
    }
    return false;
  }
}

function labelsOf(text: string): Labels {
  const labels: unknown = JSON.parse(text);
  if (typeof labels === 'object' && labels !== null) return labels as Labels;
  throw corruptError('The labels of a series are damaged');
}

function isInOrder(timesMs: Float64Array, fromMs: number, toMs: number | undefined): boolean {
  if (timesMs[0] !== fromMs || timesMs.at(-1) !== toMs) return false;
  return timesMs.every((timeMs, i) => i === 0 || timeMs > (timesMs[i - 1] as number));
}
