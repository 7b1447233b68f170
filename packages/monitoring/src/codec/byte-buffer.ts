import { MonitoringError } from '../error.ts';

const two28 = 2 ** 28;
const two30 = 2 ** 30;

/** What a whole number of up to 2^53 takes at most. */
const maxVarintBytes = 8;

/** Bytes that are written one after the other; the room grows. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** Forgets the bytes after the first `length`. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** Sets a byte that was written. */
  set(position: number, value: number): void {
    this.#bytes[position] = value;
  }

  /** The bytes themselves, with room behind them; good until the next one is written. */
  get buffer(): Uint8Array {
    return this.#bytes;
  }

  /** A copy of the bytes. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** Writes a byte. */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** Writes bytes. */
  bytes(values: Uint8Array): void {
    if (this.#length + values.length > this.#bytes.length) this.#grow(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** Writes a 32-bit word, low byte first. */
  word(value: number): void {
    this.byte(value & 0xff);
    this.byte((value >>> 8) & 0xff);
    this.byte((value >>> 16) & 0xff);
    this.byte(value >>> 24);
  }

  /** Writes a whole number from 0 to 2^53 in as few bytes as it needs, 7 bits in each (LEB128). */
  varint(value: number): void {
    let rest = value;
    while (rest >= two28) {
      this.byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Writes a whole number from -2^52 to 2^52, small ones of either sign in few bytes (zigzag). */
  signedVarint(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /**
   * Writes the first numbers of a column as {@link ByteWriter.signedVarint} does one by one. Those of 31 bits and less,
   * nearly all, do not leave the machine's whole numbers, and room is looked for once.
   */
  signedVarints(values: Float64Array, count: number): void {
    const most = count * maxVarintBytes;
    if (this.#length + most > this.#bytes.length) this.#grow(most);
    const bytes = this.#bytes;
    let position = this.#length;
    for (let i = 0; i < count; i++) {
      const value = values[i] as number;
      if (value >= two30 || value <= -two30) {
        this.#length = position;
        this.signedVarint(value);
        position = this.#length;
        continue;
      }
      let rest = (value << 1) ^ (value >> 31);
      while (rest >= 0x80) {
        bytes[position++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      bytes[position++] = rest;
    }
    this.#length = position;
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads what a {@link ByteWriter} wrote. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  /** @param bytes - What was written. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** How many bytes were read. */
  get position(): number {
    return this.#position;
  }

  /** Whether all was read. */
  get atEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  /** @throws {MonitoringError} NOVA_MONITORING_CORRUPT when there is no byte left. */
  byte(): number {
    if (this.#position >= this.#bytes.length) throw corruptError('A chunk ends too early');
    return this.#bytes[this.#position++] as number;
  }

  /**
   * Some of the bytes, as they are and not a copy.
   *
   * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when there are not so many left.
   */
  bytes(count: number): Uint8Array {
    const end = this.#position + count;
    if (end > this.#bytes.length) throw corruptError('A chunk ends too early');
    const some = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return some;
  }

  /** @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes end too early. */
  word(): number {
    const low = this.byte() | (this.byte() << 8) | (this.byte() << 16);
    return (low | (this.byte() << 24)) >>> 0;
  }

  /** @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes end too early or the number is too great. */
  varint(): number {
    const bytes = this.#bytes;
    const first = bytes[this.#position];
    if (first !== undefined && first < 0x80) {
      this.#position++;
      return first;
    }
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
      if (factor > 2 ** 53) throw corruptError('A number in a chunk is too great');
    }
  }

  /** @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes end too early or the number is too great. */
  signedVarint(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /**
   * Reads numbers as {@link ByteReader.signedVarint} does one by one, to the places from `start` to before `end`. Those
   * of four bytes and less, nearly all, are put together without leaving the machine's whole numbers.
   *
   * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes end too early or a number is too great.
   */
  signedVarints(into: Float64Array, start: number, end: number): void {
    const bytes = this.#bytes;
    const safe = bytes.length - 4;
    let position = this.#position;
    for (let i = start; i < end; i++) {
      if (position >= safe) {
        this.#position = position;
        into[i] = this.signedVarint();
        position = this.#position;
        continue;
      }
      let byte = bytes[position++] as number;
      let value = byte & 0x7f;
      for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
        byte = bytes[position++] as number;
        value |= (byte & 0x7f) << shift;
      }
      if (byte < 0x80) {
        into[i] = (value >>> 1) ^ -(value & 1);
        continue;
      }
      this.#position = position - 4;
      into[i] = this.signedVarint();
      position = this.#position;
    }
    this.#position = position;
  }
}

/** The error of stored data that makes no sense. */
export function corruptError(message: string, cause?: unknown): MonitoringError {
  return new MonitoringError({ kind: 'internal', code: 'NOVA_MONITORING_CORRUPT', message, cause });
}
