import { corruptError } from '../codec/byte-buffer.ts';
import { MonitoringError } from '../error.ts';
import type { Database } from './database.ts';

/** "NoVa" in the file's header tells a store from other SQLite files. */
const applicationId = 0x4e6f5661;
const fileVersion = 3;

/**
 * A row of the log is numbered by its first sample, and `part` is the number of the row that opens its part.
 *
 * A chunk's `packing` is 0 for what `encodeChunk` made, otherwise a sum of 1 (deflated) and 2 (encrypted). `merged` is
 * 1 when the chunk is the compaction of many and its samples are in the rollups.
 */
const schema = `
  CREATE TABLE series (id INTEGER PRIMARY KEY, metric TEXT NOT NULL, labels TEXT NOT NULL);
  CREATE TABLE log (id INTEGER PRIMARY KEY, part INTEGER NOT NULL, batch BLOB NOT NULL);
  CREATE TABLE tombstone (series INTEGER NOT NULL, from_ms REAL NOT NULL, to_ms REAL NOT NULL, log_id INTEGER NOT NULL);
  CREATE TABLE chunk (
    series INTEGER NOT NULL, from_ms REAL NOT NULL, to_ms REAL NOT NULL, count INTEGER NOT NULL,
    merged INTEGER NOT NULL, packing INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (series, from_ms)
  ) WITHOUT ROWID;
  CREATE TABLE rollup (
    series INTEGER NOT NULL, tier_ms INTEGER NOT NULL, from_ms REAL NOT NULL, to_ms REAL NOT NULL,
    packing INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (series, tier_ms, from_ms)
  ) WITHOUT ROWID;
  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO counter VALUES ('chunk_samples', 0), ('next_series', 0);
`;

/** How a store's file is opened for writing. */
export interface FileOptions {
  /** Where it is. */
  readonly path: string;
  /** When a commit is durable. */
  readonly synchronous: 'full' | 'normal';
  /** How big it may grow, in bytes. */
  readonly maxSizeBytes: number;
}

/**
 * Makes the tables of a new file, and looks at what an old one is.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when it is no store, NOVA_MONITORING_UNSUPPORTED when it is of
 * another version.
 */
export function prepareFile(database: Database, { path, synchronous, maxSizeBytes }: FileOptions): void {
  const version = database.pragma('user_version');
  const application = database.pragma('application_id');
  const isNew = version === 0 && application === 0 && database.pragma('schema_version') === 0;
  if (!isNew && application !== applicationId) throw corruptError(`The file ${path} is an SQLite file, but no store`);
  if (!isNew && version !== fileVersion) {
    const message = `The store file ${path} has version ${version}; this package knows version ${fileVersion}`;
    throw new MonitoringError({ kind: 'unsupported', message, details: { version, supported: fileVersion } });
  }
  if (isNew) database.exec('PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL');
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous === 'full' ? 'FULL' : 'NORMAL'};
     PRAGMA journal_size_limit = 67108864; PRAGMA busy_timeout = 5000`,
  );
  if (maxSizeBytes !== Infinity) {
    const pages = Math.max(1, Math.floor(maxSizeBytes / database.pragma('page_size')));
    database.exec(`PRAGMA max_page_count = ${pages}`);
  }
  database.transaction(() => {
    if (!isNew) return;
    database.exec(schema);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${fileVersion}`);
  });
}
