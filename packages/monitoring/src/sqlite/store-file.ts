import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { corruptError } from '../codec/byte-buffer.ts';
import { MonitoringError } from '../error.ts';
import type { IndexedSeries } from '../store/series-index.ts';
import { mapSqliteError } from './map-error.ts';

/** "NoVa" in the file's header tells a store from other SQLite files. */
const applicationId = 0x4e6f5661;
const fileVersion = 1;

const schema = `
  CREATE TABLE series (id INTEGER PRIMARY KEY, metric TEXT NOT NULL, labels TEXT NOT NULL);
  CREATE TABLE log (id INTEGER PRIMARY KEY, batch BLOB NOT NULL);
  CREATE TABLE chunk (
    series INTEGER NOT NULL, from_ms REAL NOT NULL, to_ms REAL NOT NULL, count INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (series, from_ms)
  ) WITHOUT ROWID;
  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO counter VALUES ('chunk_samples', 0);
`;

/** How a store's file is opened. */
export interface StoreFileOptions {
  /** Where it is. */
  readonly path: string;
  /** When a commit is durable. */
  readonly synchronous: 'full' | 'normal';
  /** How big it may grow. */
  readonly maxSizeBytes: number;
}

/** A chunk as it is kept. */
export interface StoredChunk {
  /** First time. */
  readonly fromMs: number;
  /** Last time. */
  readonly toMs: number;
  /** Samples. */
  readonly count: number;
  /** What `encodeChunk` made. */
  readonly data: Uint8Array;
}

/** A store's SQLite file: its tables and statements, nothing of what they mean. Errors are the package's own. */
export class StoreFile {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #pageBytes: number;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws {MonitoringError} when it can't be opened; see `sqliteStore`. */
  constructor({ path, synchronous, maxSizeBytes }: StoreFileOptions) {
    this.#path = path;
    this.#database = this.#mapped(() => new DatabaseSync(path));
    try {
      this.#pageBytes = this.#mapped(() => this.#prepareFile(synchronous, maxSizeBytes));
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Runs a task in one transaction: all of it or, when it throws, nothing. */
  transaction<T>(task: () => T): T {
    return this.#mapped(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const result = task();
        this.#database.exec('COMMIT');
        return result;
      } catch (error) {
        this.#rollback();
        throw error;
      }
    });
  }

  /** All series. */
  *series(): Generator<{ id: number; metric: string; labels: string }> {
    const rows = this.#mapped(() => this.#statement('SELECT id, metric, labels FROM series ORDER BY id').all());
    for (const { id, metric, labels } of rows) yield { id: Number(id), metric: String(metric), labels: String(labels) };
  }

  /** Adds a series. */
  insertSeries({ ref, metric, labels }: IndexedSeries): void {
    this.#statement('INSERT INTO series VALUES (?, ?, ?)').run(ref, metric, JSON.stringify(labels));
  }

  /** Takes a series without samples away. */
  deleteSeries(ref: number): void {
    this.#statement('DELETE FROM series WHERE id = ?').run(ref);
  }

  /** The rows of the log, oldest first, with their numbers. */
  *log(): Generator<{ number: number; batch: Uint8Array }> {
    const rows = this.#statement('SELECT id, batch FROM log ORDER BY id').iterate();
    for (;;) {
      const next = this.#mapped(() => rows.next());
      if (next.done === true) return;
      yield { number: Number(next.value['id']), batch: bytesOf(next.value['batch']) };
    }
  }

  /** Adds a row to the log. */
  insertLog(number: number, batch: Uint8Array): void {
    this.#statement('INSERT INTO log VALUES (?, ?)').run(number, batch);
  }

  /** Takes rows out of the log whose number is less. */
  deleteLogBefore(number: number): void {
    this.#statement('DELETE FROM log WHERE id < ?').run(number);
  }

  /** Adds a chunk; {@link StoreFile.addChunkSamples} counts its samples. */
  insertChunk(ref: number, { fromMs, toMs, count, data }: StoredChunk): void {
    this.#statement('INSERT INTO chunk VALUES (?, ?, ?, ?, ?)').run(ref, fromMs, toMs, count, data);
  }

  /** A series' chunks that may hold samples with `fromMs <= time < toMs`, oldest first. */
  chunks(ref: number, fromMs: number, toMs: number): StoredChunk[] {
    const sql = `
      SELECT from_ms, to_ms, count, data FROM chunk
      WHERE series = ?1 AND from_ms < ?3
        AND from_ms >= coalesce((SELECT max(from_ms) FROM chunk WHERE series = ?1 AND from_ms <= ?2), ?2)
      ORDER BY from_ms`;
    return this.#mapped(() =>
      this.#statement(sql)
        .all(ref, fromMs, toMs)
        .map((row) => ({
          fromMs: Number(row['from_ms']),
          toMs: Number(row['to_ms']),
          count: Number(row['count']),
          data: bytesOf(row['data']),
        })),
    );
  }

  /** The newest time in a series' chunks; before all times when there is none. */
  newestMs(ref: number): number {
    const sql = 'SELECT to_ms FROM chunk WHERE series = ? ORDER BY from_ms DESC LIMIT 1';
    const row = this.#mapped(() => this.#statement(sql).get(ref));
    return row === undefined ? -Infinity : Number(row['to_ms']);
  }

  /** Takes a series' chunks away that end before a time; tells how many samples they held. */
  deleteChunksBefore(ref: number, timeMs: number): number {
    const sql = 'DELETE FROM chunk WHERE series = ? AND from_ms < ? AND to_ms < ? RETURNING count';
    const rows = this.#statement(sql).all(ref, timeMs, timeMs);
    return rows.reduce((sum, row) => sum + Number(row['count']), 0);
  }

  /** Samples in all chunks. */
  chunkSamples(): number {
    const row = this.#mapped(() => this.#statement("SELECT value FROM counter WHERE name = 'chunk_samples'").get());
    return Number(row?.['value'] ?? 0);
  }

  /** Counts samples that chunks gained, or lost when negative. */
  addChunkSamples(count: number): void {
    if (count === 0) return;
    this.#statement("UPDATE counter SET value = value + ? WHERE name = 'chunk_samples'").run(count);
  }

  /** Gives pages that are free back to the file system. */
  vacuum(): void {
    this.#mapped(() => this.#database.exec('PRAGMA incremental_vacuum(4000)'));
  }

  /** Bytes of the file and its log of changes. */
  sizeBytes(): number {
    return this.#mapped(() => {
      const pages = Number(this.#statement('PRAGMA page_count').get()?.['page_count']);
      const log = statSync(`${this.#path}-wal`, { throwIfNoEntry: false });
      return pages * this.#pageBytes + (log?.size ?? 0);
    });
  }

  /** Lets go of the file. */
  close(): void {
    this.#statements.clear();
    this.#mapped(() => this.#database.close());
  }

  #prepareFile(synchronous: 'full' | 'normal', maxSizeBytes: number): number {
    // Exclusive: two writers would not know of each other's samples. Ends with the process, however that ends.
    this.#database.exec('PRAGMA locking_mode = EXCLUSIVE');
    const version = this.#pragma('user_version');
    const application = this.#pragma('application_id');
    const isNew = version === 0 && application === 0 && this.#pragma('schema_version') === 0;
    if (!isNew && application !== applicationId) {
      throw corruptError(`The file ${this.#path} is an SQLite file, but no store`);
    }
    if (version > fileVersion) {
      const message = `The store file ${this.#path} has version ${version}; this package knows up to ${fileVersion}`;
      throw new MonitoringError({ kind: 'unsupported', message, details: { version, supported: fileVersion } });
    }
    if (isNew) this.#database.exec('PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL');
    this.#database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous === 'full' ? 'FULL' : 'NORMAL'};
       PRAGMA journal_size_limit = 67108864`,
    );
    const pageBytes = this.#pragma('page_size');
    if (maxSizeBytes !== Infinity) {
      this.#database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxSizeBytes / pageBytes))}`);
    }
    this.transaction(() => {
      if (!isNew) return;
      this.#database.exec(schema);
      this.#database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${fileVersion}`);
    });
    return pageBytes;
  }

  #pragma(name: string): number {
    return Number(Object.values(this.#database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }

  #rollback(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // SQLite rolls back by itself after some errors, a full disk among them.
    }
  }

  #mapped<T>(task: () => T): T {
    try {
      return task();
    } catch (error) {
      throw mapSqliteError(error, this.#path);
    }
  }
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw corruptError('A row holds no bytes');
}
