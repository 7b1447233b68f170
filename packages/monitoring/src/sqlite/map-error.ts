import { NovaError, type ErrorKind } from '@novacron/core';
import { corruptError } from '../codec/byte-buffer.ts';
import { MonitoringError } from '../error.ts';

/** SQLite's primary result codes that mean something to a caller (sqlite.org/rescode.html). */
const kinds: Readonly<Record<number, { readonly kind: ErrorKind; readonly message: string }>> = {
  3: { kind: 'permission', message: 'may not be opened' },
  5: { kind: 'conflict', message: 'is in use by another store' },
  6: { kind: 'conflict', message: 'is in use by another store' },
  8: { kind: 'permission', message: 'is read-only' },
  10: { kind: 'unavailable', message: 'could not be read or written' },
  13: { kind: 'capacity', message: 'has no room to grow: the disk is full or maxSizeBytes is reached' },
  14: { kind: 'not-found', message: 'could not be opened: its folder must exist and be writable' },
};
const corrupt: ReadonlySet<number> = new Set([11, 26]);

/** Any error of node:sqlite as the package's own. */
export function mapSqliteError(error: unknown, path: string): NovaError {
  if (NovaError.isInstance(error)) return error;
  const { errcode } = error as { readonly errcode?: unknown };
  const code = typeof errcode === 'number' ? errcode & 0xff : -1;
  if (corrupt.has(code)) return corruptError(`The store file ${path} is damaged or no store file`, error);
  const known = kinds[code];
  const message = known?.message ?? `failed: ${error instanceof Error ? error.message : String(error)}`;
  return new MonitoringError({
    kind: known?.kind ?? 'internal',
    message: `The store file ${path} ${message}`,
    cause: error,
    details: { path, sqliteCode: errcode },
  });
}
