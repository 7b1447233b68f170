import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/codec/byte-buffer.ts';
import { decodeXor, encodeXor } from '../../src/codec/xor-codec.ts';
import { anyBits, bitsOf, mixed } from './bits.ts';

function encode(values: Float64Array): Uint8Array {
  const writer = new ByteWriter();
  encodeXor(writer, values);
  return writer.toBytes();
}

describe('XOR bytes', () => {
  it('give every bit back', () => {
    fc.assert(
      fc.property(fc.oneof(anyBits, mixed), (values) => {
        const back = new Float64Array(values.length);
        decodeXor(new ByteReader(encode(values)), back);
        expect(bitsOf(back)).toEqual(bitsOf(values));
      }),
      { numRuns: 500 },
    );
  });

  it('take one byte for a repeat and few for a value that differs in few bytes', () => {
    expect(encode(Float64Array.of(Math.PI, Math.PI, Math.PI))).toHaveLength(9 + 1 + 1);
    expect(encode(Float64Array.of(Math.PI, -Math.PI))).toHaveLength(9 + 2);
  });

  it('refuse a value of more than eight bytes', () => {
    expect(() => decodeXor(new ByteReader(Uint8Array.of(0x1f, ...new Uint8Array(20))), new Float64Array(1))).toThrow(
      expect.objectContaining({ code: 'NOVA_MONITORING_CORRUPT' }),
    );
  });
});
