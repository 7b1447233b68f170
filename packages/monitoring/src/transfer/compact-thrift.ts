import { invalidInput } from '../error.ts';

/** Structs in structs, as far as anybody needs them. */
const mostDepth = 8;

/** Thrift numbers fields with 16 bits, from 1. */
const mostField = 2 ** 15 - 1;

/** Bytes of which numbers of 32 and of 64 bits are at most, at 7 bits a byte. */
const wordBytes = 5;
const longBytes = 10;

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

/**
 * Of what type fields of a struct must be, by their numbers: a whole number of 32 bits, a truth value, or a struct. Fields of
 * other numbers may be of any type.
 */
export interface ThriftShape {
  readonly [field: number]: 'i32' | 'bool' | ThriftShape;
}

/** The whole numbers and the structs of a struct, by the numbers of their fields, as far as its shape knows them. */
export interface ThriftStruct {
  readonly numbers: ReadonlyMap<number, number>;
  readonly structs: ReadonlyMap<number, ThriftStruct>;
}

/**
 * Reads structs in Thrift's compact protocol, of which only whole numbers are of interest
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md). What another reader could take for
 * something else is refused: fields that are there twice or of another type than they should be, and numbers of more bits
 * than fit. Fields may come in any order, as the protocol has it.
 */
export class CompactThrift {
  readonly #bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when the bytes are no struct, or one of another shape. */
  struct(shape: ThriftShape = {}, depth = 0): ThriftStruct {
    if (depth > mostDepth) throw invalidInput('structs are nested too deep');
    const numbers = new Map<number, number>();
    const structs = new Map<number, ThriftStruct>();
    const seen = new Set<number>();
    for (let field = 0; ;) {
      const head = this.#byte();
      if (head === 0) return { numbers, structs };
      const step = head >>> 4;
      const kind = head & 15;
      field = step === 0 ? this.#number() : field + step;
      if (field < 1 || field > mostField) throw invalidInput(`there is no field ${field}`);
      if (seen.has(field)) throw invalidInput(`field ${field} is there twice`);
      seen.add(field);
      const expected = shape[field];
      if (expected === undefined) {
        if (kind !== type.true && kind !== type.false) this.#skip(kind, depth);
      } else if (typeof expected === 'object' && kind === type.struct) {
        structs.set(field, this.struct(expected, depth + 1));
      } else if (expected === 'i32' && kind === type.i32) numbers.set(field, this.#number());
      else if (!(expected === 'bool' && (kind === type.true || kind === type.false))) {
        throw invalidInput(`field ${field} is of the type ${kind}, which is not its own`);
      }
    }
  }

  #skip(kind: number, depth: number): void {
    if (kind === type.true || kind === type.false || kind === type.byte) this.position++; // in a list
    else if (kind === type.i16 || kind === type.i32) this.#varint();
    else if (kind === type.i64) this.#varint(longBytes);
    else if (kind === type.double) this.position += 8;
    else if (kind === type.binary) {
      const length = this.#varint();
      this.position += length;
    } else if (kind === type.struct) this.struct({}, depth + 1);
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

  /** A number without sign, of as many bytes as it may have. */
  #varint(most = wordBytes): number {
    let value = 0;
    for (let i = 0; i < most; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 128 ** i;
      if (byte >= 0x80) continue;
      if (most === wordBytes && value >= 2 ** 32) break;
      return value;
    }
    throw invalidInput('a number is too long');
  }

  /** A number of 32 bits with a sign. */
  #number(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
