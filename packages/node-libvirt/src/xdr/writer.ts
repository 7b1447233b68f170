import { XdrError } from './xdr-error.ts';

const uuidPattern = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** Writes XDR values (RFC 4506) one after another into a buffer that grows. */
export class XdrWriter {
  private buffer: Buffer;
  private offset = 0;

  /** @param initialBytes - Room to begin with. */
  constructor(initialBytes: number = 512) {
    this.buffer = Buffer.allocUnsafe(initialBytes);
  }

  /** How many bytes were written. */
  get length(): number {
    return this.offset;
  }

  /** Forgets what was written and keeps the room, unless a big message made it larger than `keepBytes`. */
  reset(keepBytes: number = 65_536): void {
    this.offset = 0;
    if (this.buffer.length > keepBytes) this.buffer = Buffer.allocUnsafe(keepBytes);
  }

  /** A copy of what was written. */
  toBuffer(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.offset));
  }

  /** Leaves room for bytes that are written later by other means. */
  skip(length: number): void {
    this.advance(length);
  }

  /** A signed 32-bit integer. @throws {XdrError} when the value is not one. */
  int(value: number): void {
    if ((value | 0) !== value) throw new XdrError(`expected a signed 32-bit integer, got ${describe(value)}`);
    const at = this.advance(4);
    this.buffer.writeInt32BE(value, at);
  }

  /** An unsigned 32-bit integer. @throws {XdrError} when the value is not one. */
  uint(value: number): void {
    if (value >>> 0 !== value) throw new XdrError(`expected an unsigned 32-bit integer, got ${describe(value)}`);
    const at = this.advance(4);
    this.buffer.writeUInt32BE(value, at);
  }

  /** A signed 64-bit integer. @throws {XdrError} when the value is not one. */
  hyper(value: bigint | number): void {
    const integer = toBigInt(value, 'a signed 64-bit integer');
    if (BigInt.asIntN(64, integer) !== integer) throw new XdrError(`expected a signed 64-bit integer, got ${integer}`);
    const at = this.advance(8);
    this.buffer.writeBigInt64BE(integer, at);
  }

  /** An unsigned 64-bit integer. @throws {XdrError} when the value is not one. */
  uhyper(value: bigint | number): void {
    const integer = toBigInt(value, 'an unsigned 64-bit integer');
    if (BigInt.asUintN(64, integer) !== integer)
      throw new XdrError(`expected an unsigned 64-bit integer, got ${integer}`);
    const at = this.advance(8);
    this.buffer.writeBigUInt64BE(integer, at);
  }

  /** A signed 64-bit integer given as a number. @throws {XdrError} when it is not a safe integer. */
  hyperNumber(value: number): void {
    this.hyper(value);
  }

  /** An unsigned 64-bit integer given as a number. @throws {XdrError} when it is not a safe integer from 0. */
  uhyperNumber(value: number): void {
    this.uhyper(value);
  }

  /** A double. @throws {XdrError} when the value is not a number. */
  double(value: number): void {
    if (typeof value !== 'number') throw new XdrError(`expected a number, got ${describe(value)}`);
    const at = this.advance(8);
    this.buffer.writeDoubleBE(value, at);
  }

  /**
   * A string of at most `limit` bytes in UTF-8.
   *
   * @throws {XdrError} when it is longer, no string, or holds a NUL, at which libvirt would silently cut it off.
   */
  string(value: string, limit: number): void {
    if (typeof value !== 'string') throw new XdrError(`expected a string, got ${describe(value)}`);
    if (value.includes('\0')) throw new XdrError('expected a string without NUL characters');
    const length = Buffer.byteLength(value);
    this.checkLength(length, limit);
    this.uint(length);
    const at = this.advancePadded(length);
    this.buffer.write(value, at, length, 'utf8');
  }

  /** At most `limit` bytes. @throws {XdrError} when there are more. */
  bytes(value: Uint8Array, limit: number): void {
    this.checkBytes(value, limit);
    this.uint(value.length);
    const at = this.advancePadded(value.length);
    this.buffer.set(value, at);
  }

  /** Exactly `length` bytes. @throws {XdrError} when there are more or fewer. */
  fixedBytes(value: Uint8Array, length: number): void {
    this.checkBytes(value, length);
    if (value.length !== length) throw new XdrError(`expected ${length} bytes, got ${value.length}`);
    const at = this.advancePadded(length);
    this.buffer.set(value, at);
  }

  /** A UUID, with or without hyphens, as 16 bytes. @throws {XdrError} when it is none. */
  uuid(value: string): void {
    if (typeof value !== 'string' || !uuidPattern.test(value))
      throw new XdrError(`expected a UUID, got ${describe(value)}`);
    const at = this.advance(16);
    this.buffer.write(value.replaceAll('-', ''), at, 'hex');
  }

  /** A string as at most `limit` chars, 4 bytes each. @throws {XdrError} when it is longer. */
  chars(value: string, limit: number): void {
    this.charBytes(Buffer.from(value), limit);
  }

  /** A string as exactly `length` chars with NULs behind it, 4 bytes each. @throws {XdrError} when it is longer. */
  fixedChars(value: string, length: number): void {
    const bytes = Buffer.from(value);
    this.checkLength(bytes.length, length);
    for (let i = 0; i < length; i++) this.int(bytes[i] ?? 0);
  }

  /** Bytes as at most `limit` chars, 4 bytes each. @throws {XdrError} when there are more. */
  charBytes(value: Uint8Array, limit: number): void {
    this.checkBytes(value, limit);
    this.uint(value.length);
    for (const byte of value) this.int(byte);
  }

  /** Writes whether a value that may be absent follows, and tells the same. */
  present<Value>(value: Value | undefined): value is Value {
    const given = value !== undefined && value !== null;
    this.uint(given ? 1 : 0);
    return given;
  }

  /** Writes the length of a list and hands the list back. @throws {XdrError} when it has more than `limit` items. */
  list<Item>(items: readonly Item[], limit: number): readonly Item[] {
    if (!Array.isArray(items)) throw new XdrError(`expected a list, got ${describe(items)}`);
    this.checkLength(items.length, limit);
    this.uint(items.length);
    return items;
  }

  /** @throws {XdrError} always: a union was given a case that its type does not know. */
  unknownCase(union: string, type: number): never {
    throw new XdrError(`${union} has no case ${describe(type)}`);
  }

  /** @throws {XdrError} when the value is no bytes or too many. */
  private checkBytes(value: Uint8Array, limit: number): void {
    if (!(value instanceof Uint8Array)) throw new XdrError(`expected bytes, got ${describe(value)}`);
    this.checkLength(value.length, limit);
  }

  /** @throws {XdrError} when the length exceeds the limit. */
  private checkLength(length: number, limit: number): void {
    if (length > limit) throw new XdrError(`a length of ${length} exceeds the limit of ${limit}`);
  }

  private advance(length: number): number {
    const at = this.offset;
    const end = at + length;
    if (end > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(end, 2 * this.buffer.length));
      grown.set(this.buffer.subarray(0, at));
      this.buffer = grown;
    }
    this.offset = end;
    return at;
  }

  private advancePadded(length: number): number {
    const at = this.advance((length + 3) & ~3);
    for (let i = at + length; i < this.offset; i++) this.buffer[i] = 0;
    return at;
  }
}

function toBigInt(value: bigint | number, expected: string): bigint {
  if (typeof value === 'bigint') return value;
  if (!Number.isSafeInteger(value)) throw new XdrError(`expected ${expected}, got ${describe(value)}`);
  return BigInt(value);
}

/** A value for an error message: its type, and its content only where that can't be long or secret. */
function describe(value: unknown): string {
  return typeof value === 'number' || value === undefined || value === null ? String(value) : `a ${typeof value}`;
}
