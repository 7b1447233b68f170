import { createHash, createHmac } from 'node:crypto';
import { ByteReader, ByteWriter, corruptError } from '../codec/byte-buffer.ts';
import { decodeTimes, encodeTimes } from '../codec/chunk-codec.ts';
import { floatBits } from '../store/float-bits.ts';
import { bytesOf, type Database } from './database.ts';
import { pack, unpack, type Packed } from './pack.ts';

/** Times that take fewer bytes, as regular ones do, stay with their values: telling where they are would take as many. */
const shortBytes = 48;

/** How many times stay decoded, of all columns together: 1 MiB. */
const maxDecoded = 131_072;

/** More than a column can have. */
const maxCount = 2 ** 27;

const writer: ByteWriter = new ByteWriter();

/**
 * Columns of times that many chunks have in common: those of series that were measured together. Each is found by what
 * it holds, so that nobody must remember which ones there are. A trigger counts the chunks that use one, and takes it away
 * with the last of them.
 */
export class SharedTimes {
  readonly #database: Database;
  readonly #key: Uint8Array | undefined;
  readonly #decoded = new Map<number, Float64Array>();
  #decodedTimes = 0;

  /** @param key - Decrypts, and encrypts the times of encrypted chunks. */
  constructor(database: Database, key: Uint8Array | undefined) {
    this.#database = database;
    this.#key = key;
  }

  /**
   * Sees to it that times are in the file, which chunks must use before the transaction ends.
   *
   * @param timesMs - Rising; at least one.
   * @returns Their number, above 0; 0 when they had better stay with their values.
   */
  keep(timesMs: Float64Array, secret: boolean): number {
    const bytes = encoded(timesMs);
    if (bytes.length < shortBytes) return 0;
    const key = secret ? this.#key : undefined;
    const id = numberOf(bytes, key);
    const row = this.#database.get('SELECT packing, data FROM times WHERE id = ?', id);
    if (row !== undefined) return this.#holds(id, row, bytes) ? id : 0;
    const { packing, data } = pack(bytes, 'thorough', key, placeOf(id));
    this.#database.run('INSERT INTO times VALUES (?, 0, ?, ?)', id, packing, data);
    return id;
  }

  /**
   * The times of a number, which nobody may write to.
   *
   * @param packed - What stands there.
   * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when they are damaged, NOVA_MONITORING_PERMISSION when they are
   * encrypted and there is no key.
   */
  read(id: number, packed: Packed): Float64Array {
    const known = this.#decoded.get(id);
    if (known !== undefined) return known;
    const timesMs = decoded(unpack(packed, this.#key, placeOf(id)));
    this.#decodedTimes += timesMs.length;
    if (this.#decodedTimes > maxDecoded) {
      this.#decoded.clear();
      this.#decodedTimes = timesMs.length;
    }
    this.#decoded.set(id, timesMs);
    return timesMs;
  }

  /** Whether a row holds these bytes, and neither others of the same number nor damaged ones. */
  #holds(id: number, row: { readonly [column: string]: unknown }, bytes: Uint8Array): boolean {
    try {
      const packed = { packing: Number(row['packing']), data: bytesOf(row['data']) };
      return Buffer.compare(unpack(packed, this.#key, placeOf(id)), bytes) === 0;
    } catch {
      return false;
    }
  }
}

/** A byte that says how the times are written, their count, the first one, and the others. */
function encoded(timesMs: Float64Array): Uint8Array {
  const [low = 0, high = 0] = floatBits(timesMs.slice(0, 1));
  writer.truncate(0);
  writer.byte(0); // becomes the mode
  writer.varint(timesMs.length);
  writer.word(low);
  writer.word(high);
  writer.set(0, encodeTimes(writer, timesMs));
  return writer.toBytes();
}

function decoded(bytes: Uint8Array): Float64Array {
  const reader = new ByteReader(bytes);
  const mode = reader.byte();
  const count = reader.varint();
  if (count === 0 || count > maxCount) throw corruptError('Times of chunks have a wrong length');
  const first = new Float64Array(1);
  const bits = floatBits(first);
  bits[0] = reader.word();
  bits[1] = reader.word();
  const timesMs = new Float64Array(count);
  decodeTimes(reader, mode, first[0] as number, timesMs);
  if (!reader.atEnd) throw corruptError('Times of chunks are longer than they should be');
  return timesMs;
}

/** 48 bits of a digest (FIPS 180-4), with a key one that says nothing of the times to others (RFC 2104). */
function numberOf(bytes: Uint8Array, key: Uint8Array | undefined): number {
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  return Math.max(1, hash.update(bytes).digest().readUIntBE(0, 6));
}

function placeOf(id: number): string {
  return `times ${id}`;
}
