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

  it('takes few bytes for what is measured: one time, series in order, decimals', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => i / 10);
    const timesMs = new Float64Array(100).fill(1_760_000_000_000);
    const inOrder = Uint32Array.from({ length: 100 }, (_, i) => i + 7);
    expect(encodeLogRow({ refs: inOrder, timesMs, values }).length).toBeLessThan(230);
    const regular = timesMs.map((timeMs, i) => timeMs + i * 15_000);
    expect(encodeLogRow({ refs: inOrder, timesMs: regular, values }).length).toBeLessThan(240);
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
    const row = (count: number, ...rest: number[]): Uint8Array =>
      Uint8Array.of(0x24, count, 0, 0, 0, 0, 0, 0, 0, 0, ...rest);
    expect([...decodeLogRow(row(3, 10, 2, 8, 1, 0, 0, 0)).refs]).toEqual([5, 6, 10]);
    for (const runs of [[10, 4], [10, 2, 10, 2], [10, 0], []]) {
      expect(() => decodeLogRow(row(3, ...runs, 0, 0, 0))).toThrow(
        expect.objectContaining({ code: 'NOVA_MONITORING_CORRUPT' }),
      );
    }
  });

  it('does not take room for an absurd count', () => {
    const row = Uint8Array.of(0x24, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0, 0, 0, 0, 0);
    expect(() => decodeLogRow(row)).toThrow(/wrong length/);
  });
});
