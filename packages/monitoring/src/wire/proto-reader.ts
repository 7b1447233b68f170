import { invalidInput } from '../error.ts';

const two32 = 2 ** 32;

/** Protocol Buffers' wire types that are in use. */
export const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const text = new TextDecoder('utf-8', { fatal: true });

/** Short texts of ASCII that were read, by a hash of their bytes: names of labels and most values come again and again. */
const knownTexts: string[] = Array.from({ length: 4_096 }, () => '');
const longestKnown = 32;

/**
 * Reads Protocol Buffers without making objects: the caller goes from field to field. Lengths are checked against what
 * there is before anything is read.
 *
 * Source: Protocol Buffers, "Encoding".
 */
export class ProtoReader {
  /** Where the next byte is read. */
  position: number;
  readonly bytes: Uint8Array;
  private readonly view: DataView;

  /**
   * @param bytes - A message.
   * @param position - Where it begins.
   */
  constructor(bytes: Uint8Array, position: number = 0) {
    this.bytes = bytes;
    this.position = position;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * Reads a field's number and wire type as one number: `number * 8 + type`.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when the bytes end, or the number is 0.
   */
  tag(): number {
    const tag = this.unsigned();
    if (tag < 8 || tag > 0xffff_ffff) throw this.damaged(`a field of number ${Math.floor(tag / 8)}`);
    return tag;
  }

  /**
   * Reads a whole number that is not negative; above 2^53 its last digits are lost.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is longer than ten bytes, or the bytes end.
   */
  unsigned(): number {
    const { bytes } = this;
    const byte = bytes[this.position] as number;
    if (byte < 0x80) {
      this.position++;
      return byte;
    }
    let value = 0;
    let factor = 1;
    for (let length = 0; length < 10; length++) {
      const next = bytes[this.position];
      if (next === undefined) throw this.damaged('the end of the bytes within a number');
      this.position++;
      value += (next & 0x7f) * factor;
      if (next < 0x80) return value;
      factor *= 128;
    }
    throw this.damaged('a number of more than ten bytes');
  }

  /**
   * Reads a whole number of either sign, as `int64` is written: negative ones as 64 bits in two's complement.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is longer than ten bytes, or the bytes end.
   */
  signed(): number {
    const start = this.position;
    const value = this.unsigned();
    if (this.position - start < 10) return value;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 4; i++) low += ((this.bytes[start + i] as number) & 0x7f) * 2 ** (7 * i);
    const middle = (this.bytes[start + 4] as number) & 0x7f;
    low += (middle & 0x0f) * 2 ** 28;
    high += middle >>> 4;
    for (let i = 5; i < 10; i++) high += ((this.bytes[start + i] as number) & 0x7f) * 2 ** (7 * i - 32);
    return ((high % two32) | 0) * two32 + low;
  }

  /** Reads a double. @throws {MonitoringError} NOVA_MONITORING_INVALID when the bytes end. */
  double(): number {
    this.need(8);
    const value = this.view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  /** Reads 64 bits as a whole number that is not negative. @throws {MonitoringError} NOVA_MONITORING_INVALID */
  fixed64(): number {
    this.need(8);
    const value = this.view.getUint32(this.position + 4, true) * two32 + this.view.getUint32(this.position, true);
    this.position += 8;
    return value;
  }

  /** Reads 64 bits as a whole number of either sign. @throws {MonitoringError} NOVA_MONITORING_INVALID */
  signedFixed64(): number {
    this.need(8);
    const value = this.view.getInt32(this.position + 4, true) * two32 + this.view.getUint32(this.position, true);
    this.position += 8;
    return value;
  }

  /** The bits of a double as they are: a NaN keeps its payload. @throws {MonitoringError} NOVA_MONITORING_INVALID */
  copyDouble(target: Uint32Array, index: number): void {
    this.need(8);
    target[index * 2] = this.view.getUint32(this.position, true);
    target[index * 2 + 1] = this.view.getUint32(this.position + 4, true);
    this.position += 8;
  }

  /**
   * Reads the length of bytes, a text or a message that follows.
   *
   * @returns where it ends.
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when that is behind the end.
   */
  block(end: number = this.bytes.length): number {
    const length = this.unsigned();
    const blockEnd = this.position + length;
    if (blockEnd > end) throw this.damaged(`${length} bytes where ${end - this.position} are left`);
    return blockEnd;
  }

  /** Reads a text. @throws {MonitoringError} NOVA_MONITORING_INVALID when it is no UTF-8. */
  text(end?: number): string {
    const textEnd = this.block(end);
    const start = this.position;
    this.position = textEnd;
    return this.textAt(start, textEnd);
  }

  /** A text between two places. @throws {MonitoringError} NOVA_MONITORING_INVALID when it is no UTF-8. */
  textAt(start: number, end: number): string {
    const length = end - start;
    if (length > longestKnown) return this.decoded(start, end);
    let hash = length;
    for (let i = start; i < end; i++) hash = Math.imul(hash, 31) + (this.bytes[i] as number);
    const slot = (hash ^ (hash >>> 12)) & (knownTexts.length - 1);
    const known = knownTexts[slot] as string;
    if (known.length === length && isWritten(known, this.bytes, start)) return known;
    const read = this.decoded(start, end);
    if (read.length === length) knownTexts[slot] = read; // each byte is a character: it is ASCII
    return read;
  }

  /** Goes over a field. @throws {MonitoringError} NOVA_MONITORING_INVALID when its type is unknown, or the bytes end. */
  skip(tag: number): void {
    switch (tag & 7) {
      case wireType.varint:
        this.unsigned();
        return;
      case wireType.fixed64:
        this.need(8);
        this.position += 8;
        return;
      case wireType.bytes:
        this.position = this.block();
        return;
      case wireType.fixed32:
        this.need(4);
        this.position += 4;
        return;
      default:
        throw this.damaged(`a field of type ${tag & 7}`);
    }
  }

  /** Checks that a message ended where its length said. @throws {MonitoringError} NOVA_MONITORING_INVALID */
  expectEnd(end: number): void {
    if (this.position !== end) throw this.damaged('a message that is longer than its length');
  }

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when fewer are left. */
  private need(bytes: number): void {
    if (this.position + bytes > this.bytes.length) throw this.damaged('the end of the bytes within a value');
  }

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when it is no UTF-8. */
  private decoded(start: number, end: number): string {
    try {
      return text.decode(this.bytes.subarray(start, end));
    } catch {
      throw invalidInput(`The text at byte ${start} is no UTF-8`);
    }
  }

  private damaged(what: string): Error {
    return invalidInput(`The protobuf is damaged: at byte ${this.position} there is ${what}`, { byte: this.position });
  }
}

/** Whether a text of ASCII stands at a place. */
function isWritten(ascii: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < ascii.length; i++) if (ascii.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
