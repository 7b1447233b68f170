import { describe, expect, it } from 'vitest';
import { XdrError } from '../../src/xdr/xdr-error.ts';
import { XdrWriter } from '../../src/xdr/writer.ts';

function written(write: (writer: XdrWriter) => void): string {
  const writer = new XdrWriter(4);
  write(writer);
  return writer.toBuffer().toString('hex');
}

describe('XdrWriter', () => {
  it('writes integers at the ends of their ranges', () => {
    expect(written((w) => [w.int(-(2 ** 31)), w.int(2 ** 31 - 1), w.uint(2 ** 32 - 1)])).toBe(
      '800000007fffffffffffffff',
    );
    expect(written((w) => [w.hyper(-(2n ** 63n)), w.uhyper(2n ** 64n - 1n)])).toBe('8000000000000000ffffffffffffffff');
    expect(written((w) => [w.hyperNumber(-1), w.uhyperNumber(2 ** 53 - 1)])).toBe('ffffffffffffffff001fffffffffffff');
  });

  it('writes strings in UTF-8 with zeros behind them', () => {
    expect(written((w) => w.string('Güß', 10))).toBe('0000000547c3bcc39f000000');
    expect(written((w) => w.string('', 10))).toBe('00000000');
  });

  it('grows with what is written and starts again after a reset', () => {
    const writer = new XdrWriter(4);
    writer.string('x'.repeat(100_000), 200_000);
    expect(writer.length).toBe(100_004);
    writer.reset();
    writer.int(7);
    expect(writer.toBuffer()).toEqual(Buffer.from('00000007', 'hex'));
  });

  it('hands out copies, which later writing leaves alone', () => {
    const writer = new XdrWriter();
    writer.int(1);
    const first = writer.toBuffer();
    writer.reset();
    writer.int(2);
    expect(first.readInt32BE(0)).toBe(1);
  });

  it('writes UUIDs with and without hyphens, in either case', () => {
    const packed = '6f1d7c4e00004000800000000000000a';
    expect(written((w) => w.uuid('6F1D7C4E-0000-4000-8000-00000000000A'))).toBe(packed);
    expect(written((w) => w.uuid(packed))).toBe(packed);
  });

  it('writes chars four bytes each', () => {
    expect(written((w) => w.chars('a', 4))).toBe('0000000100000061');
    expect(written((w) => w.fixedChars('a', 2))).toBe('0000006100000000');
    expect(written((w) => w.charBytes(Uint8Array.of(255), 4))).toBe('00000001000000ff');
  });

  it('writes bytes with their length, or exactly so many', () => {
    expect(written((w) => w.bytes(Uint8Array.of(1), 4))).toBe('0000000101000000');
    expect(written((w) => w.fixedBytes(Uint8Array.of(1, 2), 2))).toBe('01020000');
  });

  it('takes null for absent too, as callers from JavaScript may give it', () => {
    expect(written((w) => expect(w.present(null)).toBe(false))).toBe('00000000');
  });

  it.each<[string, (w: XdrWriter) => void]>([
    ['a signed 32-bit integer, got 2147483648', (w) => w.int(2 ** 31)],
    ['a signed 32-bit integer, got NaN', (w) => w.int(Number.NaN)],
    ['a signed 32-bit integer, got 1.5', (w) => w.int(1.5)],
    ['a signed 32-bit integer, got undefined', (w) => w.int(undefined as unknown as number)],
    ['a signed 32-bit integer, got a string', (w) => w.int('1' as unknown as number)],
    ['an unsigned 32-bit integer, got -1', (w) => w.uint(-1)],
    ['a signed 64-bit integer, got 9223372036854775808', (w) => w.hyper(2n ** 63n)],
    ['an unsigned 64-bit integer, got -1', (w) => w.uhyper(-1n)],
    ['an unsigned 64-bit integer, got 9007199254740992', (w) => w.uhyperNumber(2 ** 53)],
    ['an unsigned 64-bit integer, got Infinity', (w) => w.uhyper(Infinity)],
    ['a number, got a string', (w) => w.double('1' as unknown as number)],
    ['a string, got null', (w) => w.string(null as unknown as string, 5)],
    ['a string without NUL characters', (w) => w.string('a\0b', 5)],
    ['bytes, got a string', (w) => w.bytes('a' as unknown as Uint8Array, 5)],
    ['3 bytes, got 2', (w) => w.fixedBytes(new Uint8Array(2), 3)],
    ['a UUID, got a string', (w) => w.uuid('6f1d7c4e-0000-4000-8000-00000000000')],
    ['a list, got a string', (w) => w.list('5' as unknown as number[], 5)],
  ])('expects %s', (message, write) => {
    expect(() => written(write)).toThrow(new XdrError(`expected ${message}`));
  });

  it.each<[string, (w: XdrWriter) => void]>([
    ['a string', (w) => w.string('üü', 3)],
    ['bytes', (w) => w.bytes(new Uint8Array(4), 3)],
    ['chars', (w) => w.chars('abcd', 3)],
    ['fixed chars', (w) => w.fixedChars('abcd', 3)],
    ['a list', (w) => w.list([1, 2, 3, 4], 3)],
  ])('refuses %s beyond the limit', (_, write) => {
    expect(() => written(write)).toThrow(new XdrError('a length of 4 exceeds the limit of 3'));
  });

  it('refuses a case that a union does not have', () => {
    expect(() => new XdrWriter().unknownCase('TypedParamValue', 9)).toThrow(
      new XdrError('TypedParamValue has no case 9'),
    );
  });
});
