/**
 * The metric store in one SQLite file. Needs Node.js 22.13 or newer, and nothing else.
 *
 * @module
 */
export { sqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
