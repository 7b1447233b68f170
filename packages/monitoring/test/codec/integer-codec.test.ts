import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/codec/byte-buffer.ts';
import { decodeIntegers, encodeIntegers, zeroRunsPay } from '../../src/codec/integer-codec.ts';

const integers = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -(2 ** 51), max: 2 ** 51 })), { maxLength: 400 });

describe('whole numbers', () => {
  it('come back, with runs of zeros and without', () => {
    fc.assert(
      fc.property(integers, fc.boolean(), (list, runs) => {
        const writer = new ByteWriter();
        encodeIntegers(writer, Float64Array.from(list), list.length, runs);
        const back = new Float64Array(list.length);
        decodeIntegers(new ByteReader(writer.toBytes()), back, 0, list.length, runs);
        expect([...back]).toEqual(list);
      }),
    );
  });

  it('take two bytes for any run of up to 128 zeros', () => {
    const writer = new ByteWriter();
    encodeIntegers(writer, new Float64Array(128), 128, true);
    expect(writer.length).toBe(2);
  });

  it('are written in runs just when that is shorter', () => {
    fc.assert(
      fc.property(integers, (list) => {
        const numbers = Float64Array.from(list.map((number) => Math.sign(number)));
        const length = (runs: boolean): number => {
          const writer = new ByteWriter();
          encodeIntegers(writer, numbers, numbers.length, runs);
          return writer.length;
        };
        const pays = length(true) < length(false);
        expect(zeroRunsPay(numbers, numbers.length) === pays || list.length > 128).toBe(true);
      }),
    );
  });

  it('refuse a run that is longer than there is room', () => {
    const writer = new ByteWriter();
    encodeIntegers(writer, new Float64Array(10), 10, true);
    expect(() => decodeIntegers(new ByteReader(writer.toBytes()), new Float64Array(9), 0, 9, true)).toThrow(
      expect.objectContaining({ code: 'NOVA_MONITORING_CORRUPT' }),
    );
  });
});
