import { DatabaseSync } from 'node:sqlite';
import { MonitoringError } from '../error.ts';
import { mapSqliteError } from './map-error.ts';

/** A request that waits to be written. */
export interface WaitingRequest {
  readonly id: number;
  readonly shard: number;
  readonly request: Uint8Array;
}

/** Requests that could not be written yet, in a file, in their order. */
export class WriteBuffer {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #maxBytes: number;
  #bytes: number;

  /** @throws {MonitoringError} when the file can't be opened. */
  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#database = this.#mapped(() => new DatabaseSync(path));
    this.#bytes = this.#mapped(() => {
      this.#database.exec(`
        PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS request (id INTEGER PRIMARY KEY AUTOINCREMENT, shard INTEGER, request BLOB)`);
      const row = this.#database.prepare('SELECT coalesce(sum(length(request)), 0) AS bytes FROM request').get();
      return Number(row?.['bytes']);
    });
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /**
   * Adds requests, all of them or none.
   *
   * @throws {MonitoringError} NOVA_MONITORING_CAPACITY when there is no room.
   */
  add(requests: readonly Omit<WaitingRequest, 'id'>[]): void {
    const bytes = requests.reduce((sum, { request }) => sum + request.length, 0);
    if (this.#bytes + bytes > this.#maxBytes) {
      const message = `The buffer ${this.#path} may not hold more than ${this.#maxBytes} bytes`;
      throw new MonitoringError({ kind: 'capacity', message, details: { bytes: this.#bytes } });
    }
    this.#mapped(() => {
      this.#database.exec('BEGIN');
      try {
        const insert = this.#database.prepare('INSERT INTO request (shard, request) VALUES (?, ?)');
        for (const { shard, request } of requests) insert.run(shard, request);
        this.#database.exec('COMMIT');
      } catch (error) {
        this.#database.exec('ROLLBACK');
        throw error;
      }
    });
    this.#bytes += bytes;
  }

  /** The oldest one of a shard. */
  first(shard: number): WaitingRequest | undefined {
    const sql = 'SELECT id, request FROM request WHERE shard = ? ORDER BY id LIMIT 1';
    const row = this.#mapped(() => this.#database.prepare(sql).get(shard));
    return row === undefined ? undefined : { id: Number(row['id']), shard, request: row['request'] as Uint8Array };
  }

  /** Takes one away that was written. */
  remove({ id, request }: WaitingRequest): void {
    this.#mapped(() => this.#database.prepare('DELETE FROM request WHERE id = ?').run(id));
    this.#bytes -= request.length;
  }

  /** Lets go of the file. */
  close(): void {
    this.#database.close();
  }

  #mapped<T>(task: () => T): T {
    try {
      return task();
    } catch (error) {
      throw mapSqliteError(error, this.#path);
    }
  }
}
