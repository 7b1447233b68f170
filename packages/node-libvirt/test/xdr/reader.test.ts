import { describe, expect, it } from 'vitest';
import { XdrReader } from '../../src/xdr/reader.ts';
import { XdrError } from '../../src/xdr/xdr-error.ts';

const reader = (text: string): XdrReader => new XdrReader(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('XdrReader', () => {
  it('reads integers of both widths, signed and not', () => {
    const r = reader('ffffffff ffffffff ffffffffffffffff ffffffffffffffff');
    expect([r.int(), r.uint(), r.hyper(), r.uhyper()]).toEqual([-1, 0xffff_ffff, -1n, 2n ** 64n - 1n]);
    expect(r.remaining).toBe(0);
  });

  it('reads 64-bit integers as numbers, negative ones too', () => {
    const r = reader('ffffffffffffffff fffffffffffffffe 001fffffffffffff ffe0000000000001');
    expect([r.hyperNumber(), r.hyperNumber(), r.uhyperNumber(), r.hyperNumber()]).toEqual([
      -1,
      -2,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ]);
  });

  it('reads doubles', () => {
    expect(reader('3ff8000000000000').double()).toBe(1.5);
    expect(reader('7ff0000000000000').double()).toBe(Infinity);
  });

  it('reads strings in UTF-8 and passes their padding', () => {
    const r = reader('00000005 47c3bcc39f 000000 00000007');
    expect(r.string(10)).toBe('Güß');
    expect(r.uint()).toBe(7);
  });

  it('reads bytes as copies, so that a message is not kept alive by them', () => {
    const buffer = Buffer.from('0000000201020000', 'hex');
    const bytes = new XdrReader(buffer).bytes(10);
    buffer.fill(0);
    expect(bytes).toEqual(Uint8Array.of(1, 2));
    expect(bytes.buffer).not.toBe(buffer.buffer);
    expect(Buffer.isBuffer(bytes)).toBe(false);
  });

  it('ends C strings at their NUL', () => {
    expect(reader('00000061 00000062 00000000 00000063').fixedChars(4)).toBe('ab');
    expect(reader('00000002 00000061 00000062').chars(5)).toBe('ab');
    expect(reader('00000002 000000ff ffffff80').charBytes(5)).toEqual(Uint8Array.of(0xff, 0x80));
  });

  it('reads lists and values that may be absent', () => {
    expect(reader('00000002 00000005 00000006').list(9, (r) => r.int())).toEqual([5, 6]);
    expect(reader('00000001').present()).toBe(true);
    expect(reader('00000000').present()).toBe(false);
  });

  it('reads from a part of a buffer only', () => {
    const r = new XdrReader(Buffer.from('000000010000000200000003', 'hex'), 4, 8);
    expect(r.int()).toBe(2);
    expect(() => r.int()).toThrow(XdrError);
  });

  it.each<[string, (r: XdrReader) => unknown, string]>([
    ['000000', (r) => r.int(), 'expected 4 bytes, 3 are left'],
    ['00000000 000000', (r) => r.uhyper(), 'expected 8 bytes, 7 are left'],
    ['00000005 61626364', (r) => r.string(10), 'expected 8 bytes, 4 are left'],
    ['00000005 6162636465', (r) => r.string(4), 'a length of 5 exceeds the limit of 4'],
    ['ffffffff', (r) => r.bytes(4096), 'a length of 4294967295 exceeds the limit of 4096'],
    ['00000003 00000000', (r) => r.list(3, (x) => x.int()), 'a list of 3 items does not fit 4 bytes'],
    ['00000002', (r) => r.present(), 'expected a flag of 0 or 1, got 2'],
    ['', (r) => r.unknownCase('TypedParamValue', 9), 'TypedParamValue has no case 9'],
  ])('says what is wrong with %s', (bytes, read, message) => {
    expect(() => read(reader(bytes))).toThrow(new XdrError(message));
  });
});
