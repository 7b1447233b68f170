const encoder = new TextEncoder();

/** Writes Protocol Buffers; the room grows. */
export class ProtoWriter {
  private bytes = new Uint8Array(4096);
  private view = new DataView(this.bytes.buffer);
  private count = 0;

  /** How many bytes were written. */
  get length(): number {
    return this.count;
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.count);
  }

  /** Forgets all. */
  clear(): void {
    this.count = 0;
  }

  /** Writes a whole number of either sign as `int64` or `uint64`; up to 2^53. */
  varint(value: number): void {
    this.need(10);
    if (value < 0) {
      this.negative(value);
      return;
    }
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.count++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.count++] = rest;
  }

  /** Writes the 64 bits of a double, low word first. */
  words(low: number, high: number): void {
    this.need(8);
    this.view.setUint32(this.count, low, true);
    this.view.setUint32(this.count + 4, high, true);
    this.count += 8;
  }

  /** Writes bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.need(bytes.length);
    this.bytes.set(bytes, this.count);
    this.count += bytes.length;
  }

  /** Writes what another writer has. */
  append(other: ProtoWriter): void {
    this.need(other.count);
    this.bytes.set(other.bytes.subarray(0, other.count), this.count);
    this.count += other.count;
  }

  /** Writes a field that holds bytes. */
  block(tag: number, bytes: Uint8Array): void {
    this.varint(tag);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Writes a field that holds a text. */
  text(tag: number, value: string): void {
    this.varint(tag);
    this.need(10 + 3 * value.length);
    // Nearly all texts are short and plain: one byte of length, one byte a character.
    const start = this.count;
    const { written } = encoder.encodeInto(value, this.bytes.subarray(start + 1));
    if (written < 128) {
      this.bytes[start] = written;
      this.count = start + 1 + written;
      return;
    }
    this.varint(written);
    encoder.encodeInto(value, this.bytes.subarray(this.count));
    this.count += written;
  }

  /** Two's complement in ten bytes. */
  private negative(value: number): void {
    let bits = BigInt.asUintN(64, BigInt(value));
    for (let i = 0; i < 9; i++) {
      this.bytes[this.count++] = Number(bits & 0x7fn) | 0x80;
      bits >>= 7n;
    }
    this.bytes[this.count++] = Number(bits);
  }

  private need(bytes: number): void {
    if (this.count + bytes <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.count + bytes));
    grown.set(this.bytes.subarray(0, this.count));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** How many bytes a whole number that is not negative takes. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}
