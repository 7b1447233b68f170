import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XdrReader } from '../../src/xdr/reader.ts';
import { XdrWriter } from '../../src/xdr/writer.ts';

/** Whether every value comes back as it was written. */
function comesBack<Value>(
  values: fc.Arbitrary<Value>,
  write: (writer: XdrWriter, value: Value) => void,
  read: (reader: XdrReader) => unknown,
): void {
  fc.assert(
    fc.property(values, (value) => {
      const writer = new XdrWriter(8);
      write(writer, value);
      const reader = new XdrReader(writer.toBuffer());
      expect(read(reader)).toEqual(value);
      expect(reader.remaining).toBe(0);
    }),
  );
}

describe('what is written is read again', () => {
  it('integers', () => {
    comesBack(
      fc.integer(),
      (w, v) => w.int(v),
      (r) => r.int(),
    );
    comesBack(
      fc.nat(0xffff_ffff),
      (w, v) => w.uint(v),
      (r) => r.uint(),
    );
    comesBack(
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      (w, v) => w.hyper(v),
      (r) => r.hyper(),
    );
    comesBack(
      fc.bigInt(0n, 2n ** 64n - 1n),
      (w, v) => w.uhyper(v),
      (r) => r.uhyper(),
    );
    comesBack(
      fc.maxSafeInteger(),
      (w, v) => w.hyperNumber(v),
      (r) => r.hyperNumber(),
    );
    comesBack(
      fc.maxSafeNat(),
      (w, v) => w.uhyperNumber(v),
      (r) => r.uhyperNumber(),
    );
  });

  it('doubles, NaN and infinities among them', () => {
    comesBack(
      fc.double(),
      (w, v) => w.double(v),
      (r) => r.double(),
    );
  });

  it('strings of any language', () => {
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    comesBack(
      texts,
      (w, v) => w.string(v, 10_000),
      (r) => r.string(10_000),
    );
  });

  it('bytes, UUIDs and lists', () => {
    comesBack(
      fc.uint8Array(),
      (w, v) => w.bytes(v, 100),
      (r) => r.bytes(100),
    );
    comesBack(
      fc.uint8Array(),
      (w, v) => w.charBytes(v, 100),
      (r) => r.charBytes(100),
    );
    comesBack(
      fc.uuid(),
      (w, v) => w.uuid(v),
      (r) => r.uuid(),
    );
    comesBack(
      fc.array(fc.integer()),
      (w, v) => {
        for (const item of w.list(v, 100)) w.int(item);
      },
      (r) => r.list(100, (item) => item.int()),
    );
  });
});
