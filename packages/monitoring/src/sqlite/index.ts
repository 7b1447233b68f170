/**
 * The metric store in one SQLite file. Needs Node.js 22.13 or newer, and nothing else.
 *
 * @module
 */
import { serveWriter } from './serve-writer.ts';

export { sqliteStore, type SqliteStore } from './sqlite-store.ts';
export { salvageStore, type SalvageReport } from './salvage.ts';
export type { EncryptionOptions, SqliteStoreOptions } from './options.ts';

// This module is also what the store's own thread runs.
serveWriter();
