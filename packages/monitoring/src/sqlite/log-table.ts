import { LogDecoder } from './log-decoder.ts';
import { LogEncoder } from './log-encoder.ts';
import type { SampleBatch } from '../store/metric-store.ts';
import { bytesOf, type Database, type Row } from './database.ts';
import { pack, unpack } from './pack.ts';
import type { LogRow } from './writer-tasks.ts';

/** Rows that are shorter are not worth deflating. */
const shortBytes = 200;

/** The log of a store's file as it is written. */
export class LogTable {
  readonly #database: Database;
  readonly #key: Uint8Array | undefined;
  readonly #encoder: LogEncoder;
  /** The numbers of the rows that open the parts, oldest first. */
  #parts: number[];

  /**
   * @param partSamples - About so many samples of each series make a part, which is taken away as a whole.
   * @param key - Encrypts the rows.
   */
  constructor(database: Database, partSamples: number, key: Uint8Array | undefined) {
    this.#database = database;
    this.#key = key;
    this.#encoder = new LogEncoder(partSamples);
    this.#parts = this.#readParts();
  }

  /** Adds a row at the end. */
  insert({ number, batch }: LogRow): void {
    const { opens, row } = this.#encoder.encode(batch);
    if (opens) this.#parts.push(number);
    const { packing, data } = pack(row, row.length < shortBytes ? 'none' : 'quick', this.#key, placeOf(number));
    const blob = new Uint8Array(data.length + 1);
    blob[0] = packing;
    blob.set(data, 1);
    this.#database.run('INSERT INTO log VALUES (?, ?, ?)', number, this.#parts.at(-1) ?? number, blob);
  }

  /** Takes the parts away of which nobody needs a row: of those that are needed the first has this number. */
  deleteBefore(number: number): void {
    let first = 0;
    while (first + 1 < this.#parts.length && (this.#parts[first + 1] as number) <= number) first++;
    if (first === 0) return;
    this.#parts = this.#parts.slice(first);
    const [start = 0] = this.#parts;
    this.#database.run('DELETE FROM log WHERE id < ?', start);
    this.#database.run('DELETE FROM tombstone WHERE log_id <= ?', start);
  }

  /** Says that what was written last is not there after all. */
  rolledBack(): void {
    this.#encoder.end();
    this.#parts = this.#readParts();
  }

  #readParts(): number[] {
    return this.#database.all('SELECT DISTINCT part FROM log ORDER BY part').map(({ part }) => Number(part));
  }
}

/**
 * The rows of a log, oldest first, with their numbers. The columns of one are good until the next.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when a row makes no sense.
 */
export function* readLog(
  database: Database,
  key: Uint8Array | undefined,
): Generator<{ readonly number: number; readonly batch: SampleBatch }> {
  const decoder = new LogDecoder();
  for (const row of database.each('SELECT id, batch FROM log ORDER BY id')) {
    yield { number: Number(row['id']), batch: decodeRow(decoder, row, key) };
  }
}

/**
 * The samples of a row that follows the one that was decoded before.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when it makes no sense.
 */
export function decodeRow(decoder: LogDecoder, row: Row, key: Uint8Array | undefined): SampleBatch {
  const blob = bytesOf(row['batch']);
  const number = Number(row['id']);
  return decoder.decode(unpack({ packing: blob[0] ?? 0, data: blob.subarray(1) }, key, placeOf(number)), number);
}

function placeOf(number: number): string {
  return `log ${number}`;
}
