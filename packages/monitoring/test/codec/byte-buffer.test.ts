import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/codec/byte-buffer.ts';

describe('bytes', () => {
  it('hold columns of numbers in the same bytes as one by one', () => {
    const number = fc.oneof(
      fc.integer({ min: -300, max: 300 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
      fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
      fc.constantFrom(2 ** 30, -(2 ** 30), 2 ** 30 - 1, 1 - 2 ** 30, 2 ** 52, -(2 ** 52), -0),
    );
    fc.assert(
      fc.property(fc.array(number, { maxLength: 400 }), fc.nat(1_100), (numbers, before) => {
        const [one, other] = [new ByteWriter(), new ByteWriter()];
        for (let i = 0; i < before; i++) {
          one.byte(i & 0xff);
          other.byte(i & 0xff);
        }
        one.signedVarints(Float64Array.from(numbers), numbers.length);
        for (const each of numbers) other.signedVarint(each);
        expect(one.toBytes()).toEqual(other.toBytes());
      }),
    );
  });

  it('hold whole numbers up to 2^53 and signed ones up to 2^52', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(2 ** 53, 127, 128, 2 ** 28, 2 ** 28 - 1))),
        fc.array(fc.integer({ min: -(2 ** 52), max: 2 ** 52 })),
        (numbers, signed) => {
          const writer = new ByteWriter();
          for (const number of numbers) writer.varint(number);
          for (const number of signed) writer.signedVarint(number);
          const reader = new ByteReader(writer.toBytes());
          expect(numbers.map(() => reader.varint())).toEqual(numbers);
          expect(signed.map(() => reader.signedVarint())).toEqual(signed);
          expect(reader.atEnd).toBe(true);
        },
      ),
    );
  });

  it('take one byte for small numbers of either sign', () => {
    const writer = new ByteWriter();
    for (const number of [0, 1, -1, 63, -64]) writer.signedVarint(number);
    expect(writer.length).toBe(5);
    writer.signedVarint(64);
    expect(writer.length).toBe(7);
  });

  it('hold words of 32 bits', () => {
    const words = [0, 1, 0x80000000, 0xffffffff, 0x12345678];
    const writer = new ByteWriter();
    for (const word of words) writer.word(word);
    const reader = new ByteReader(writer.toBytes());
    expect(words.map(() => reader.word())).toEqual(words);
  });

  it('grow as far as needed and can be taken back', () => {
    const writer = new ByteWriter();
    for (let i = 0; i < 5_000; i++) writer.byte(i & 0xff);
    expect(writer.toBytes()).toHaveLength(5_000);
    writer.truncate(2);
    writer.byte(9);
    expect([...writer.toBytes()]).toEqual([0, 1, 9]);
  });

  it('are refused when they end too early or a number never ends', () => {
    expect(() => new ByteReader(Uint8Array.of(0x80)).varint()).toThrow(/ends too early/);
    expect(() => new ByteReader(Uint8Array.of(1, 2, 3)).word()).toThrow(/ends too early/);
    const endless = new Uint8Array(20).fill(0xff);
    expect(() => new ByteReader(endless).varint()).toThrow(
      expect.objectContaining({ code: 'NOVA_MONITORING_CORRUPT', retryable: false }),
    );
  });
});
