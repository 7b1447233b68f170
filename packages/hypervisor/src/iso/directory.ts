import { both16, both32 } from './both-endian.ts';

/** The size of a sector, which everything begins at. */
export const sectorBytes = 2048;

/** An entry of a directory. */
export interface DirectoryEntry {
  /** Its identifier as it is written. */
  readonly identifier: Uint8Array;
  readonly isDirectory: boolean;
  /** The sector that it begins at. */
  readonly sector: number;
  /** Its length in bytes. */
  readonly length: number;
  /** Fields of the Rock Ridge extension. */
  readonly systemUse?: Uint8Array | undefined;
}

/** The record of an entry (ECMA-119, 9.1). */
export function directoryRecord(entry: DirectoryEntry, timeMs: number): Uint8Array {
  const { identifier, isDirectory, sector, length, systemUse = new Uint8Array() } = entry;
  const useAt = 33 + identifier.length + ((identifier.length + 1) % 2);
  const size = useAt + systemUse.length + (systemUse.length % 2);
  const record = new Uint8Array(size);
  const view = new DataView(record.buffer);
  record[0] = size;
  both32(view, 2, sector);
  both32(view, 10, length);
  record.set(recordTime(timeMs), 18);
  record[25] = isDirectory ? 2 : 0;
  both16(view, 28, 1);
  record[32] = identifier.length;
  record.set(identifier, 33);
  record.set(systemUse, useAt);
  return record;
}

/** Records in sectors; none goes over the end of one. */
export function directory(records: readonly Uint8Array[]): Uint8Array {
  const offsets: number[] = [];
  let end = 0;
  for (const record of records) {
    const left = sectorBytes - (end % sectorBytes);
    if (record.length > left) end += left;
    offsets.push(end);
    end += record.length;
  }
  const bytes = new Uint8Array(Math.ceil(end / sectorBytes) * sectorBytes);
  for (const [index, record] of records.entries()) bytes.set(record, offsets[index]);
  return bytes;
}

/** A time of seven bytes, in UTC (ECMA-119, 9.1.5). */
function recordTime(timeMs: number): Uint8Array {
  const date = new Date(timeMs);
  return Uint8Array.of(
    date.getUTCFullYear() - 1900,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    0,
  );
}
