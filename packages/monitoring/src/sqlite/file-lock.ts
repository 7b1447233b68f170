import { NovaError } from '@novacron/core';
import { MonitoringError } from '../error.ts';
import { Database } from './database.ts';

/** Holds a store's file for one store. */
export interface FileLock {
  /** Lets others have it. */
  release(): void;
}

/**
 * Makes sure that no other store has a file open, in this process or another: two writers would not know of each
 * other's samples. SQLite's lock on an empty file beside it ends with the process, however that ends; the file stays.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CONFLICT when another store has it, NOVA_MONITORING_NOT_FOUND when its folder
 * does not exist.
 */
export function lockFile(path: string): FileLock {
  const lock = new Database(`${path}-lock`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!NovaError.isInstance(error) || error.kind !== 'conflict') throw error;
    const message = `The store file ${path} is in use by another store`;
    throw new MonitoringError({ kind: 'conflict', message, cause: error, details: { path } });
  }
  return { release: () => lock.close() };
}
