import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { corruptError } from '../codec/byte-buffer.ts';
import { mapSqliteError } from './map-error.ts';

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** A connection to an SQLite file: statements are prepared once, and errors are the package's own. */
export class Database {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws {MonitoringError} when the file can't be opened; see `sqliteStore`. */
  constructor(path: string, options: { readonly readOnly?: boolean } = {}) {
    this.path = path;
    this.#database = this.#mapped(() => new DatabaseSync(path, options));
  }

  /** Runs statements that give nothing. */
  exec(sql: string): void {
    this.#mapped(() => this.#database.exec(sql));
  }

  /** Runs a statement that gives nothing. */
  run(sql: string, ...values: SQLInputValue[]): void {
    this.#mapped(() => this.#statement(sql).run(...values));
  }

  /** The first row, if there is one. */
  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#mapped(() => this.#statement(sql).get(...values));
  }

  /** All rows. */
  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#mapped(() => this.#statement(sql).all(...values));
  }

  /** One row after the other. Until the last one nobody else may use the same statement. */
  *each(sql: string, ...values: SQLInputValue[]): Generator<Row> {
    const rows = this.#mapped(() => this.#statement(sql).iterate(...values));
    for (;;) {
      const next = this.#mapped(() => rows.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  /** The number that a pragma has. */
  pragma(name: string): number {
    return Number(Object.values(this.get(`PRAGMA ${name}`) ?? {})[0]);
  }

  /**
   * Runs a task in one transaction: all of it or, when it throws, nothing.
   *
   * @throws {MonitoringError} what the task throws, and what SQLite says.
   */
  transaction<T>(task: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = task();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /** Lets go of the file. */
  close(): void {
    this.#statements.clear();
    this.#mapped(() => this.#database.close());
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
      throw mapSqliteError(error, this.path);
    }
  }
}

/**
 * A column's bytes.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when it holds something else.
 */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw corruptError('A row holds no bytes');
}
