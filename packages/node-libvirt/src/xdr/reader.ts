import { XdrError } from './xdr-error.ts';

const twoTo32 = 4_294_967_296;

/**
 * Reads XDR values (RFC 4506) one after another from a buffer.
 *
 * Every length is checked against its limit and against the bytes that are left before anything is allocated, so a
 * hostile message can't make it allocate more than a small multiple of its own size.
 */
export class XdrReader {
  private readonly buffer: Buffer;
  private readonly end: number;
  private offset: number;

  /**
   * @param buffer - Where the values are.
   * @param start - The first byte to read.
   * @param end - The byte after the last one.
   */
  constructor(buffer: Buffer, start: number = 0, end: number = buffer.length) {
    this.buffer = buffer;
    this.offset = start;
    this.end = end;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.end - this.offset;
  }

  /** A signed 32-bit integer. @throws {XdrError} when the message ends before it. */
  int(): number {
    return this.buffer.readInt32BE(this.advance(4));
  }

  /** An unsigned 32-bit integer. @throws {XdrError} when the message ends before it. */
  uint(): number {
    return this.buffer.readUInt32BE(this.advance(4));
  }

  /** A signed 64-bit integer. @throws {XdrError} when the message ends before it. */
  hyper(): bigint {
    return this.buffer.readBigInt64BE(this.advance(8));
  }

  /** An unsigned 64-bit integer. @throws {XdrError} when the message ends before it. */
  uhyper(): bigint {
    return this.buffer.readBigUInt64BE(this.advance(8));
  }

  /** A signed 64-bit integer as the nearest number. @throws {XdrError} when the message ends before it. */
  hyperNumber(): number {
    const at = this.advance(8);
    return this.buffer.readInt32BE(at) * twoTo32 + this.buffer.readUInt32BE(at + 4);
  }

  /** An unsigned 64-bit integer as the nearest number. @throws {XdrError} when the message ends before it. */
  uhyperNumber(): number {
    const at = this.advance(8);
    return this.buffer.readUInt32BE(at) * twoTo32 + this.buffer.readUInt32BE(at + 4);
  }

  /** A double. @throws {XdrError} when the message ends before it. */
  double(): number {
    return this.buffer.readDoubleBE(this.advance(8));
  }

  /** A UTF-8 string of at most `limit` bytes. @throws {XdrError} when it is longer or cut off. */
  string(limit: number): string {
    const length = this.length(limit);
    const at = this.advancePadded(length);
    return this.buffer.toString('utf8', at, at + length);
  }

  /** A copy of at most `limit` bytes. @throws {XdrError} when there are more or they are cut off. */
  bytes(limit: number): Uint8Array {
    return this.fixedBytes(this.length(limit));
  }

  /** All the bytes that are left, where they are. */
  restView(): Uint8Array {
    const length = this.remaining;
    const at = this.advance(length);
    return new Uint8Array(this.buffer.buffer, this.buffer.byteOffset + at, length);
  }

  /** A copy of all the bytes that are left. */
  rest(): Uint8Array {
    const length = this.remaining;
    const at = this.advance(length);
    const bytes = new Uint8Array(length);
    bytes.set(this.buffer.subarray(at, at + length));
    return bytes;
  }

  /** A copy of exactly `length` bytes. @throws {XdrError} when they are cut off. */
  fixedBytes(length: number): Uint8Array {
    const at = this.advancePadded(length);
    const bytes = new Uint8Array(length);
    bytes.set(this.buffer.subarray(at, at + length));
    return bytes;
  }

  /** 16 bytes as a lower-case UUID with hyphens. @throws {XdrError} when the message ends before it. */
  uuid(): string {
    const at = this.advance(16);
    const hex = this.buffer.toString('hex', at, at + 16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** A C string in an array of at most `limit` chars, 4 bytes each. @throws {XdrError} when it is longer or cut off. */
  chars(limit: number): string {
    return cString(this.charBytes(limit));
  }

  /** A C string in an array of exactly `length` chars, 4 bytes each. @throws {XdrError} when it is cut off. */
  fixedChars(length: number): string {
    return cString(this.unpack(length));
  }

  /** Bytes sent as chars, 4 bytes each. @throws {XdrError} when there are more than `limit` or they are cut off. */
  charBytes(limit: number): Uint8Array {
    return this.unpack(this.length(limit));
  }

  /** Whether a value that may be absent follows. @throws {XdrError} when the flag is neither 0 nor 1. */
  present(): boolean {
    const flag = this.uint();
    if (flag > 1) throw new XdrError(`expected a flag of 0 or 1, got ${flag}`);
    return flag === 1;
  }

  /** A list of at most `limit` items. @throws {XdrError} when there are more, or more than the message can hold. */
  list<Item>(limit: number, decode: (reader: XdrReader) => Item): Item[] {
    const length = this.length(limit);
    // No item takes less than 4 bytes.
    if (length * 4 > this.remaining)
      throw new XdrError(`a list of ${length} items does not fit ${this.remaining} bytes`);
    const items: Item[] = [];
    for (let i = 0; i < length; i++) items.push(decode(this));
    return items;
  }

  /** @throws {XdrError} always: a union holds a case that its type does not know. */
  unknownCase(union: string, type: number): never {
    throw new XdrError(`${union} has no case ${type}`);
  }

  /** Reads a length. @throws {XdrError} when it exceeds the limit. */
  private length(limit: number): number {
    const length = this.uint();
    if (length > limit) throw new XdrError(`a length of ${length} exceeds the limit of ${limit}`);
    return length;
  }

  /** Passes bytes and tells where they are. @throws {XdrError} when there are fewer. */
  private advance(length: number): number {
    const at = this.offset;
    if (at + length > this.end) throw new XdrError(`expected ${length} bytes, ${this.end - at} are left`);
    this.offset = at + length;
    return at;
  }

  private advancePadded(length: number): number {
    return this.advance((length + 3) & ~3);
  }

  private unpack(length: number): Uint8Array {
    const at = this.advance(length * 4);
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.buffer[at + 4 * i + 3] ?? 0;
    return bytes;
  }
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('utf8');
}
