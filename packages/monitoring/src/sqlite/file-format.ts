import { corruptError } from '../codec/byte-buffer.ts';
import { MonitoringError } from '../error.ts';
import { bytesOf, type Database } from './database.ts';
import { pack, unpack } from './pack.ts';

/** "NoVa" in the file's header tells a store from other SQLite files. */
const applicationId = 0x4e6f5661;
const fileVersion = 5;

/** What a key is tried on, and where that stands. */
const knownText = new TextEncoder().encode('novacron');
const keyPlace = 'key';

/**
 * A row of the log is numbered by its first sample, and `part` is the number of the row that opens its part.
 *
 * A chunk's `packing` is 0 for what `encodeChunk` made, otherwise a sum of 1 (deflated) and 2 (encrypted). What compaction
 * makes of many chunks, and the rollups hold too, is a row of `merged`; those rows follow each other in the order in which they
 * were written, so that pages are full. Series that were measured together have the same times: such are written once, in
 * `times`, for all rows of `merged` that name them (0: a row has its own), and go with the last of these. What is packed has
 * a checksum, or is authenticated, together with the row in which it stands, and `secret` holds something known that tells
 * whether a key is the one it was encrypted with.
 */
const schema = `
  CREATE TABLE series (id INTEGER PRIMARY KEY, metric TEXT NOT NULL, labels TEXT NOT NULL);
  CREATE TABLE log (id INTEGER PRIMARY KEY, part INTEGER NOT NULL, batch BLOB NOT NULL);
  CREATE TABLE tombstone (series INTEGER NOT NULL, from_ms REAL NOT NULL, to_ms REAL NOT NULL, log_id INTEGER NOT NULL);
  CREATE TABLE chunk (
    series INTEGER NOT NULL, from_ms REAL NOT NULL, to_ms REAL NOT NULL, count INTEGER NOT NULL,
    packing INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (series, from_ms)
  ) WITHOUT ROWID;
  CREATE TABLE merged (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, from_ms REAL NOT NULL, to_ms REAL NOT NULL,
    count INTEGER NOT NULL, times INTEGER NOT NULL, packing INTEGER NOT NULL, data BLOB NOT NULL
  );
  CREATE UNIQUE INDEX merged_by_series ON merged (series, from_ms);
  CREATE TABLE times (id INTEGER PRIMARY KEY, uses INTEGER NOT NULL, packing INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE TRIGGER times_used AFTER INSERT ON merged WHEN new.times <> 0 BEGIN
    UPDATE times SET uses = uses + 1 WHERE id = new.times;
  END;
  CREATE TRIGGER times_left AFTER DELETE ON merged WHEN old.times <> 0 BEGIN
    UPDATE times SET uses = uses - 1 WHERE id = old.times;
    DELETE FROM times WHERE id = old.times AND uses = 0;
  END;
  CREATE TABLE rollup (
    series INTEGER NOT NULL, tier_ms INTEGER NOT NULL, from_ms REAL NOT NULL, to_ms REAL NOT NULL,
    packing INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (series, tier_ms, from_ms)
  ) WITHOUT ROWID;
  CREATE TABLE secret (packing INTEGER NOT NULL, data BLOB NOT NULL);
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
  /** Encrypts the log and chunks of some series. */
  readonly key?: Uint8Array | undefined;
}

/**
 * Makes the tables of a new file, and looks at what an old one is.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when it is no store, NOVA_MONITORING_UNSUPPORTED when it is of
 * another version, NOVA_MONITORING_PERMISSION when it was encrypted with another key.
 */
export function prepareFile(database: Database, { path, synchronous, maxSizeBytes, key }: FileOptions): void {
  const version = database.pragma('user_version');
  const application = database.pragma('application_id');
  const isNew = version === 0 && application === 0 && database.pragma('schema_version') === 0;
  if (!isNew && application !== applicationId) throw corruptError(`The file ${path} is an SQLite file, but no store`);
  if (!isNew) checkVersion(version, path);
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
    if (isNew) {
      database.exec(schema);
      database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${fileVersion}`);
    }
    if (key === undefined || isRightKey(database, key)) return;
    const message = `The store file ${path} is encrypted with another key`;
    if (hasKey(database)) throw new MonitoringError({ kind: 'permission', message, details: { path } });
    const { packing, data } = pack(knownText, 'none', key, keyPlace);
    database.run('INSERT INTO secret VALUES (?, ?)', packing, data);
  });
}

/**
 * The version of a store file; nothing when its header is no store's.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when nobody can tell.
 */
export function versionOf(database: Database): number | undefined {
  return database.pragma('application_id') === applicationId ? database.pragma('user_version') : undefined;
}

/** @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when a file is of a version that this package does not know. */
export function checkVersion(version: number, path: string): void {
  if (version === fileVersion) return;
  const next =
    version > fileVersion
      ? 'Open it with a newer release of the package'
      : 'Export its samples with the release of the package that wrote it and import them into a new file, or delete it';
  const message = `The store file ${path} has version ${version}, and this package knows version ${fileVersion}. ${next}`;
  throw new MonitoringError({ kind: 'unsupported', message, details: { version, supported: fileVersion } });
}

/** Whether a file was ever encrypted. @throws {MonitoringError} NOVA_MONITORING_CORRUPT when nobody can tell. */
export function hasKey(database: Database): boolean {
  return database.get('SELECT 1 FROM secret') !== undefined;
}

/** Whether a key is the one of a file. @throws {MonitoringError} NOVA_MONITORING_CORRUPT when nobody can tell. */
export function isRightKey(database: Database, key: Uint8Array): boolean {
  const row = database.get('SELECT packing, data FROM secret');
  if (row === undefined) return false;
  const packed = { packing: Number(row['packing']), data: bytesOf(row['data']) };
  try {
    unpack(packed, key, keyPlace);
    return true;
  } catch {
    return false;
  }
}
