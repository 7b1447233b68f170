import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLogRow, encodeLogRow } from '../../src/codec/log-row.ts';
import { anyBits, bitsOf } from './bits.ts';

describe('a row of the log', () => {
  it('gives back every bit of every column, from any place in a buffer', () => {
    fc.assert(
      fc.property(anyBits, fc.boolean(), fc.nat({ max: 9 }), (values, oneTime, offset) => {
        const batch = {
          refs: Uint32Array.from(values, (_, i) => i * 7),
          timesMs: Float64Array.from(values, (_, i) => (oneTime ? 1.7e12 : i / 3)),
          values,
        };
        const row = encodeLogRow(batch);
        const moved = new Uint8Array(row.length + offset);
        moved.set(row, offset);
        const back = decodeLogRow(moved.subarray(offset));
        expect([...back.refs]).toEqual([...batch.refs]);
        expect(bitsOf(back.timesMs)).toEqual(bitsOf(batch.timesMs));
        expect(bitsOf(back.values)).toEqual(bitsOf(values));
      }),
    );
  });

  it('gives back references in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 2 ** 32 - 1 })), { minLength: 1 }), (list) => {
        const columns = new Float64Array(list.length);
        const row = encodeLogRow({ refs: Uint32Array.from(list), timesMs: columns, values: columns });
        expect([...decodeLogRow(row).refs]).toEqual(list);
      }),
    );
  });

  it('writes one time once, and references that follow each other as one run', () => {
    const values = new Float64Array(100);
    const timesMs = new Float64Array(100).fill(5);
    const inOrder = Uint32Array.from({ length: 100 }, (_, i) => i + 7);
    expect(encodeLogRow({ refs: inOrder, timesMs, values })).toHaveLength(16 + 8 + 100 * 8 + 8);
    timesMs[99] = 6;
    expect(encodeLogRow({ refs: inOrder.toReversed(), timesMs, values })).toHaveLength(16 + 100 * 20);
  });

  it('is refused when it was cut, lengthened or is something else', () => {
    const row = encodeLogRow({
      refs: Uint32Array.of(1, 2),
      timesMs: Float64Array.of(1, 2),
      values: Float64Array.of(1, 2),
    });
    const wrong = [row.slice(0, 4), row.slice(0, -1), Uint8Array.of(...row, 0), row.map((byte) => byte ^ 0xff)];
    for (const bytes of wrong) {
      expect(() => decodeLogRow(bytes)).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_CORRUPT' }));
    }
  });

  it('is refused when its references are more or fewer than its samples', () => {
    const head = (form: number, count: number, ...references: number[]): Uint8Array => {
      const bytes = new Uint8Array(16 + (1 + count) * 8 + references.length * 4);
      new Uint32Array(bytes.buffer, 0, 3).set([form, count, references.length]);
      new Uint32Array(bytes.buffer, 16 + (1 + count) * 8).set(references);
      return bytes;
    };
    expect([...decodeLogRow(head(0x0103, 3, 5, 2, 9, 1)).refs]).toEqual([5, 6, 9]);
    const wrong = [head(0x0101, 2, 1), head(0x0103, 3, 5, 4), head(0x0103, 3, 5, 2), head(0x0103, 3, 5, 0xffffffff)];
    for (const bytes of wrong) expect(() => decodeLogRow(bytes)).toThrow(/series/);
  });

  it('does not take room for an absurd count', () => {
    const row = new Uint8Array(16);
    new Uint32Array(row.buffer).set([0x0101, 0xffffffff]);
    expect(() => decodeLogRow(row)).toThrow(/wrong length/);
  });
});
