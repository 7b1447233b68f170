import type { Database } from './database.ts';

/** A range of a series that was deleted; rows of the log that are older may still hold its samples. */
export interface Tombstone {
  readonly fromMs: number;
  readonly toMs: number;
  readonly logBefore: number;
}

/** The ranges of a file that were deleted, by series. */
export function tombstonesIn(database: Database): Map<number, Tombstone[]> {
  const found = new Map<number, Tombstone[]>();
  for (const row of database.all('SELECT series, from_ms, to_ms, log_id FROM tombstone')) {
    const ref = Number(row['series']);
    const tombstone = {
      fromMs: Number(row['from_ms']),
      toMs: Number(row['to_ms']),
      logBefore: Number(row['log_id']),
    };
    found.set(ref, [...(found.get(ref) ?? []), tombstone]);
  }
  return found;
}

/** Whether a sample of a row of the log was deleted. */
export function isDeleted(tombstones: readonly Tombstone[] | undefined, number: number, timeMs: number): boolean {
  return (
    tombstones?.some(({ fromMs, toMs, logBefore }) => number < logBefore && timeMs >= fromMs && timeMs < toMs) === true
  );
}
