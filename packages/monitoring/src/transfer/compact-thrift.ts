import { invalidInput } from '../error.ts';

/** Structs in structs, as far as anybody needs them. */
const mostDepth = 8;

const type = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
};

/** The whole numbers of a struct by the numbers of their fields, and the structs in it. Everything else is passed over. */
export interface ThriftStruct {
  readonly numbers: ReadonlyMap<number, number>;
  readonly structs: ReadonlyMap<number, ThriftStruct>;
}

/**
 * Reads structs in Thrift's compact protocol, of which only whole numbers are of interest
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
 */
export class CompactThrift {
  readonly #bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when the bytes are no struct. */
  struct(depth = 0): ThriftStruct {
    if (depth > mostDepth) throw invalidInput('structs are nested too deep');
    const numbers = new Map<number, number>();
    const structs = new Map<number, ThriftStruct>();
    for (let field = 0; ;) {
      const head = this.#byte();
      if (head === 0) return { numbers, structs };
      const step = head >>> 4;
      field = step === 0 ? this.#zigzag() : field + step;
      const kind = head & 15;
      if (kind === type.struct) structs.set(field, this.struct(depth + 1));
      else if (kind === type.i16 || kind === type.i32 || kind === type.i64) numbers.set(field, this.#zigzag());
      else if (kind !== type.true && kind !== type.false) this.#skip(kind, depth);
    }
  }

  #skip(kind: number, depth: number): void {
    if (kind === type.true || kind === type.false || kind === type.byte) this.position++; // in a list
    else if (kind === type.i16 || kind === type.i32 || kind === type.i64) this.#zigzag();
    else if (kind === type.double) this.position += 8;
    else if (kind === type.binary) {
      const length = this.#varint();
      this.position += length;
    } else if (kind === type.struct) this.struct(depth + 1);
    else if (kind === type.list || kind === type.set) {
      const head = this.#byte();
      const count = head >>> 4 === 15 ? this.#varint() : head >>> 4;
      if (depth > mostDepth) throw invalidInput('lists are nested too deep');
      for (let i = 0; i < count && this.position <= this.#bytes.length; i++) this.#skip(head & 15, depth + 1);
    } else throw invalidInput(`there is no type ${kind}`);
    if (this.position > this.#bytes.length) throw invalidInput('it ends too early');
  }

  #byte(): number {
    const byte = this.#bytes[this.position++];
    if (byte === undefined) throw invalidInput('it ends too early');
    return byte;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 64; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw invalidInput('a number is too long');
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
