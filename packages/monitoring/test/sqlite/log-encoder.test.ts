import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogDecoder } from '../../src/sqlite/log-decoder.ts';
import { LogEncoder } from '../../src/sqlite/log-encoder.ts';
import type { SampleBatch } from '../../src/store/metric-store.ts';
import { anyBits, bitsOf } from '../codec/bits.ts';

interface NumberedRow {
  readonly number: number;
  readonly row: Uint8Array;
  readonly opens: boolean;
}

/** Writes batches one after the other, as a store does. */
function written(batches: readonly SampleBatch[], partSamples = 30): NumberedRow[] {
  const encoder = new LogEncoder(partSamples);
  let number = 1;
  return batches.map((batch) => {
    const row = { number, ...encoder.encode(batch) };
    number += batch.refs.length;
    return row;
  });
}

function readAll(rows: readonly NumberedRow[]): SampleBatch[] {
  const decoder = new LogDecoder();
  return rows.map(({ row, number }) => {
    const { refs, timesMs, values } = decoder.decode(row, number);
    return { refs: refs.slice(), timesMs: timesMs.slice(), values: values.slice() };
  });
}

function expectSame(found: readonly SampleBatch[], expected: readonly SampleBatch[]): void {
  const plain = ({ refs, timesMs, values }: SampleBatch) => [[...refs], bitsOf(timesMs), bitsOf(values)];
  expect(found.map(plain)).toEqual(expected.map(plain));
}

/** Rounds of series that are measured together; `valueOf` tells the value of a series in a round. */
function roundsOf(rounds: number, series: number, valueOf: (round: number, series: number) => number): SampleBatch[] {
  return Array.from({ length: rounds }, (_, round) => ({
    refs: Uint32Array.from({ length: series }, (_ref, i) => i),
    timesMs: new Float64Array(series).fill(1.7e12 + round * 15_000),
    values: Float64Array.from({ length: series }, (_value, i) => valueOf(round, i)),
  }));
}

const bytesPerSample = (rows: readonly NumberedRow[], series: number): number =>
  rows.reduce((sum, { row }) => sum + row.length, 0) / rows.length / series;

describe('a log', () => {
  it('gives back every bit of rows that follow each other, wherever they stand in a buffer', () => {
    const batch = fc
      .record({ values: anyBits, oneTime: fc.boolean(), first: fc.nat(50), step: fc.nat(2) })
      .map(({ values, oneTime, first, step }): SampleBatch => ({
        refs: Uint32Array.from(values, (_, i) => first + i * step),
        timesMs: Float64Array.from(values, (_, i) => (oneTime ? 1.7e12 : i / 3)),
        values,
      }));
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 12 }), fc.nat(9), (batches, offset) => {
        const rows = written(batches, 3).map(({ row, ...rest }) => {
          const moved = new Uint8Array(row.length + offset);
          moved.set(row, offset);
          return { ...rest, row: moved.subarray(offset) };
        });
        expectSame(readAll(rows), batches);
      }),
    );
  });

  it('gives back decimals, pages of memory and whole numbers up to the greatest', () => {
    const value = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer().map((integer) => integer / 100),
      fc.nat(2 ** 30).map((pages) => pages * 4_096),
      fc.constantFrom(
        0,
        -0,
        Number.NaN,
        Infinity,
        -Infinity,
        2 ** 51,
        -(2 ** 51),
        2 ** 53,
        0.1 + 0.2,
        Number.MIN_VALUE,
      ),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (list) => {
        const batches = roundsOf(list.length, 2, (round, i) => list[(round + i) % list.length] as number);
        expectSame(readAll(written(batches)), batches);
      }),
    );
  });

  it('gives back references in any order, and those that it told before', () => {
    const anyRefs = fc.array(fc.oneof(fc.nat(20), fc.nat(2 ** 32 - 1)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(anyRefs, { minLength: 1, maxLength: 5 }), (lists) => {
        const batches = [...lists, ...lists].map((list) => {
          const columns = Float64Array.from(list, (_, i) => i);
          return { refs: Uint32Array.from(list), timesMs: columns, values: columns };
        });
        expectSame(readAll(written(batches, 1_000)), batches);
      }),
    );
  });

  it('takes few bytes for what is measured again and again', () => {
    const settled = (valueOf: (round: number, series: number) => number): number =>
      bytesPerSample(written(roundsOf(20, 1_000, valueOf)).slice(1), 1_000);
    expect(settled((_, i) => i * 1.1)).toBeLessThan(0.6); // nothing changes
    expect(settled((round, i) => (round * (i % 90)) / 10)).toBeLessThan(1.6); // a byte says how much
    expect(settled((round, i) => (round * (i % 90) + 50_000) * 4_096)).toBeLessThan(1.6); // pages of memory
  });

  it('tells a list of series once, however scattered its references are', () => {
    const batches = roundsOf(3, 1_000, () => 1).map((batch) => ({
      ...batch,
      refs: batch.refs.map((_, i) => (i * 7_919) % 100_003),
    }));
    const [first, second, third] = written(batches).map(({ row }) => row.length);
    expect(first).toBeGreaterThan(3_000);
    expect(second).toBeLessThan(600);
    expect(third).toBe(second);
  });

  it('comes in parts, each of which needs none before it', () => {
    const batches = roundsOf(100, 10, (round, i) => round * i);
    const rows = written(batches);
    const openings = rows.flatMap(({ opens }, i) => (opens ? [i] : []));
    expect(openings).toEqual([0, 30, 60, 90]);
    for (const opening of openings) expectSame(readAll(rows.slice(opening)), batches.slice(opening));
  });

  it('opens a part after a row that was not kept', () => {
    const encoder = new LogEncoder(30);
    const [first, lost, next] = roundsOf(3, 4, (round, i) => round * i) as [SampleBatch, SampleBatch, SampleBatch];
    const rows = [{ number: 1, ...encoder.encode(first) }];
    encoder.encode(lost);
    encoder.end();
    rows.push({ number: 5, ...encoder.encode(next) });
    expect(rows.map(({ opens }) => opens)).toEqual([true, true]);
    expectSame(readAll(rows), [first, next]);
  });
});

describe('a damaged log', () => {
  const corrupt = expect.objectContaining({ code: 'NOVA_MONITORING_CORRUPT' });
  const rows = written(roundsOf(4, 20, (round, i) => Math.sqrt(round) + i));

  it('is noticed whichever bit of a row was turned', () => {
    const [{ row }] = rows as [NumberedRow];
    for (let bit = 0; bit < row.length * 8; bit++) {
      const turned = row.slice();
      (turned[bit >>> 3] as number) ^= 1 << (bit & 7);
      expect(() => new LogDecoder().decode(turned, 1)).toThrow(corrupt);
    }
  });

  it('is noticed when a row was cut, lengthened, or is something else', () => {
    const [{ row }] = rows as [NumberedRow];
    const wrong = [
      new Uint8Array(0),
      row.slice(0, 4),
      row.slice(0, -1),
      Uint8Array.of(...row, 0),
      row.map((b) => b ^ 0xff),
    ];
    for (const bytes of wrong) expect(() => new LogDecoder().decode(bytes, 1)).toThrow(corrupt);
  });

  it('is noticed when a row is missing, and read again from where the next part opens', () => {
    const batches = roundsOf(60, 5, (round, i) => round * i);
    const all = written(batches);
    const decoder = new LogDecoder();
    const found: SampleBatch[] = [];
    for (const { row, number } of all.filter((_, i) => i !== 10)) {
      try {
        const { refs, timesMs, values } = decoder.decode(row, number);
        found.push({ refs: refs.slice(), timesMs: timesMs.slice(), values: values.slice() });
      } catch (error) {
        expect(error).toEqual(corrupt);
      }
    }
    expectSame(found, [...batches.slice(0, 10), ...batches.slice(30)]);
  });
});
