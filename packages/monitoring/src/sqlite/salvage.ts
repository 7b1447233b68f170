import { closeSync, copyFileSync, existsSync, openSync, readSync, rmSync, statSync, truncateSync } from 'node:fs';
import { NovaError, type Labels } from '@novacron/core';
import { LogDecoder } from './log-decoder.ts';
import { invalidInput } from '../error.ts';
import type { SampleBatch, SeriesId } from '../store/metric-store.ts';
import type { Columns } from '../store/sample-columns.ts';
import { ChunkTable } from './chunk-table.ts';
import { Database, type Row } from './database.ts';
import { lockFile } from './file-lock.ts';
import type { EncryptionOptions } from './options.ts';
import { decodeRow } from './log-table.ts';
import { sqliteStore, type SqliteStore } from './sqlite-store.ts';

/** What was saved of a damaged file. */
export interface SalvageReport {
  /** Series that have samples in the new file. */
  readonly series: number;
  /** Samples in the new file. */
  readonly samples: number;
  /** Parts that could not be read: chunks, rows of the log, series, or whole tables from a place on. */
  readonly damaged: number;
}

/**
 * Saves what can be read of a damaged store file into a new one, which is opened and served as any other. The damaged
 * file stays as it is. Nothing that is read is wrong: what does not fit its own structure counts as damaged.
 *
 * @param path - The damaged file.
 * @param to - Where the new one is made; nothing may be there.
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when not even its list of series can be read.
 * @throws {MonitoringError} NOVA_MONITORING_CONFLICT when a store has it open.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when `to` is not a new path.
 *
 * @example
 * ```ts no-run
 * import { salvageStore, sqliteStore } from '@novacron/monitoring/sqlite';
 *
 * const { samples, damaged } = await salvageStore('metrics.db', 'saved.db');
 * console.log(`${samples} samples saved, ${damaged} parts lost`);
 * await using store = await sqliteStore({ path: 'saved.db' });
 * ```
 */
export async function salvageStore(
  path: string,
  to: string,
  encryption?: Pick<EncryptionOptions, 'key'>,
): Promise<SalvageReport> {
  const key = await encryption?.key();
  const lock = lockFile(path);
  try {
    return await salvage(path, to, encryption, key);
  } finally {
    lock.release();
  }
}

async function salvage(
  path: string,
  to: string,
  encryption: Pick<EncryptionOptions, 'key'> | undefined,
  key: Uint8Array | undefined,
): Promise<SalvageReport> {
  const outOfOrderMs = Number.MAX_VALUE;
  const store = await sqliteStore({ path: to, synchronous: 'normal', worker: false, outOfOrderMs, encryption });
  const working = `${to}-working`;
  let database: Database | undefined;
  try {
    if ((await store.stats()).series > 0) throw invalidInput('to must be a new path', { to });
    padded(path, working);
    database = new Database(working);
    const damaged = await new Salvage(database, store, key).run();
    const { samples } = await store.stats();
    return { series: (await store.series({ fromMs: -Number.MAX_VALUE })).length, samples, damaged };
  } finally {
    database?.close();
    await store.close();
    for (const file of [working, `${working}-wal`, `${working}-shm`]) rmSync(file, { force: true });
  }
}

/**
 * Copies a file, with zeros in place of the pages that are missing at its end: SQLite reads nothing at all of a file that
 * is shorter than its header says (sqlite.org/fileformat2.html, 1.3.2 and 1.3.7).
 */
function padded(path: string, copy: string): void {
  copyFileSync(path, copy);
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
  const header = Buffer.alloc(32);
  const file = openSync(copy, 'r');
  readSync(file, header);
  closeSync(file);
  const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const sizeBytes = pageBytes * header.readUInt32BE(28);
  if (sizeBytes > statSync(copy).size) truncateSync(copy, sizeBytes);
}

class Salvage {
  readonly #database: Database;
  readonly #store: SqliteStore;
  readonly #chunks: ChunkTable;
  readonly #key: Uint8Array | undefined;
  readonly #ids = new Map<number, SeriesId>();
  #damaged = 0;

  constructor(database: Database, store: SqliteStore, key: Uint8Array | undefined) {
    this.#database = database;
    this.#store = store;
    this.#key = key;
    this.#chunks = new ChunkTable(database, key);
  }

  async run(): Promise<number> {
    for (const row of this.#rows('SELECT id, metric, labels FROM series ORDER BY id')) this.#readSeries(row);
    for (const [ref, id] of this.#ids) {
      for (const columns of this.#chunksOf(ref)) await this.#append(id, columns);
    }
    const decoder = new LogDecoder();
    for (const row of this.#rows('SELECT id, batch FROM log ORDER BY id')) {
      const batch = this.#tried(() => decodeRow(decoder, row, this.#key));
      if (batch !== undefined) await this.#appendRow(batch);
    }
    return this.#damaged;
  }

  /** Rows until one can't be read. */
  #rows(sql: string, ...values: readonly number[]): Row[] {
    const rows: Row[] = [];
    this.#tried(() => {
      for (const row of this.#database.each(sql, ...values)) rows.push(row);
    });
    return rows;
  }

  #readSeries(row: Row): void {
    const labels = this.#tried(() => JSON.parse(String(row['labels'])) as Labels);
    if (labels !== undefined) this.#ids.set(Number(row['id']), { metric: String(row['metric']), labels });
  }

  /** From the oldest on, and from the newest back when something is in between. */
  #chunksOf(ref: number): Columns[] {
    const before = this.#damaged;
    const sql = 'SELECT from_ms FROM chunk WHERE series = ? ORDER BY from_ms';
    const times = new Set(this.#rows(sql, ref).map((row) => Number(row['from_ms'])));
    if (this.#damaged > before) {
      for (const row of this.#rows(`${sql} DESC`, ref)) times.add(Number(row['from_ms']));
    }
    return [...times]
      .sort((a, b) => a - b)
      .flatMap((fromMs) => {
        const columns = this.#tried(() => {
          const chunks = this.#chunks.between(ref, fromMs, fromMs + Math.max(1, Math.abs(fromMs)) * Number.EPSILON);
          return this.#chunks.decode(chunks.filter((chunk) => chunk.fromMs === fromMs));
        });
        return columns === undefined ? [] : [columns];
      });
  }

  async #append(id: SeriesId, { timesMs, values }: Columns): Promise<void> {
    const [ref = 0] = await this.#store.register([id]);
    await this.#store.appendBatch({ refs: new Uint32Array(timesMs.length).fill(ref), timesMs, values });
  }

  async #appendRow({ refs, timesMs, values }: SampleBatch): Promise<void> {
    const known = [...new Set(refs)].filter((ref) => this.#ids.has(ref));
    const own = await this.#store.register(known.map((ref) => this.#ids.get(ref) as SeriesId));
    const refOf = new Map(known.map((ref, i) => [ref, own[i] as number]));
    await this.#store.appendBatch({ refs: refs.map((ref) => refOf.get(ref) ?? 0xffff_ffff), timesMs, values });
  }

  /** What a reading gives; nothing when it hits damage. */
  #tried<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (NovaError.isInstance(error) && error.kind === 'permission') throw error; // the key is wrong, not the file
      this.#damaged++;
      return undefined;
    }
  }
}
