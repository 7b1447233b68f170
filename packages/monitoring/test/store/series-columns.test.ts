import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatBits } from '../../src/store/float-bits.ts';
import type { Columns } from '../../src/store/sample-columns.ts';
import { SeriesColumns } from '../../src/store/series-columns.ts';
import { SharedTimes } from '../../src/store/shared-times.ts';

function push(columns: SeriesColumns, timeMs: number, value: number): void {
  columns.push(timeMs, value, floatBits(Float64Array.of(value)), 0);
}

function grown(columns: SeriesColumns, from: number, to: number): SeriesColumns {
  for (let time = from; time < to; time++) push(columns, time, time);
  return columns;
}

function placeOf(timesMs: readonly number[], timeMs: number): number {
  return timesMs.filter((each) => each < timeMs).length;
}

const all = [-Infinity, Infinity] as const;

const places = [0, 1, 2, 3, 4];

/** Rounds in which most series get a sample, late ones, samples that go, looks, and memory that is tidied up. */
const change = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('round' as const), late: fc.subarray(places) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('late' as const), series: fc.nat(4), back: fc.nat(40) }) },
  {
    arbitrary: fc.record({ kind: fc.constant('drop' as const), series: fc.nat(4), from: fc.nat(60), count: fc.nat(9) }),
    weight: 1,
  },
  {
    arbitrary: fc.record({ kind: fc.constant('retire' as const), count: fc.nat(30), series: fc.subarray(places) }),
    weight: 2,
  },
  { arbitrary: fc.record({ kind: fc.constant('look' as const), from: fc.nat(60), count: fc.nat(60) }), weight: 2 },
);

describe('columns of series that share their times', () => {
  it('hold what columns of their own would hold, and what was lent never changes', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80, size: 'max' }), (changes) => {
        const times = new SharedTimes();
        const columns = Array.from({ length: 5 }, () => new SeriesColumns(times));
        const expected = Array.from({ length: 5 }, () => ({ timesMs: [] as number[], values: [] as number[] }));
        const lent: { readonly columns: Columns; readonly was: Columns }[] = [];
        let now = 0;
        for (const [index, one] of columns.entries()) {
          push(one, 0, index);
          expected[index]?.timesMs.push(0);
          expected[index]?.values.push(index);
        }
        const add = (series: number, timeMs: number, value: number): void => {
          const one = expected[series] as (typeof expected)[number];
          if (one.timesMs.includes(timeMs)) return;
          const place = placeOf(one.timesMs, timeMs);
          one.timesMs.splice(place, 0, timeMs);
          one.values.splice(place, 0, value);
          push(columns[series] as SeriesColumns, timeMs, value);
        };
        for (const each of changes) {
          if (each.kind === 'round') {
            now += 10;
            // Some get theirs a moment later than the others.
            for (const series of places) {
              const timeMs = now + (each.late.includes(series) ? 1 : 0);
              add(series, timeMs, timeMs + series / 10);
            }
          } else if (each.kind === 'late') add(each.series, now - each.back * 5, -now);
          else if (each.kind === 'drop') {
            const one = expected[each.series] as (typeof expected)[number];
            const [fromMs, toMs] = [each.from * 10, (each.from + each.count) * 10];
            const [from, to] = [placeOf(one.timesMs, fromMs), placeOf(one.timesMs, toMs)];
            if (to - from === one.timesMs.length) continue; // a series without samples goes
            one.timesMs.splice(from, to - from);
            one.values.splice(from, to - from);
            expect(columns[each.series]?.dropBetween(fromMs, toMs)).toBe(to - from);
          } else if (each.kind === 'retire') {
            for (const [series, one] of expected.entries()) {
              if (each.series.includes(series)) continue;
              const count = Math.min(each.count, one.timesMs.length - 1);
              one.timesMs.splice(0, count);
              one.values.splice(0, count);
              columns[series]?.dropFirst(count);
            }
            for (const one of columns) one.keepTimes();
            for (const one of columns) one.times.trim();
          } else {
            for (const one of columns) {
              const found = one.lend(each.from * 10, (each.from + each.count) * 10);
              lent.push({ columns: found, was: { timesMs: found.timesMs.slice(), values: found.values.slice() } });
            }
          }
        }
        for (const [series, one] of expected.entries()) {
          const { timesMs, values } = (columns[series] as SeriesColumns).between(...all);
          expect([...timesMs]).toEqual(one.timesMs);
          expect([...values]).toEqual(one.values);
        }
        for (const { columns: found, was } of lent) expect(found).toEqual(was);
      }),
      { numRuns: 300 },
    );
  });

  it('keep times once, as long as they are the same', () => {
    const times = new SharedTimes();
    const [one, other] = [grown(new SeriesColumns(times), 0, 100), grown(new SeriesColumns(times), 0, 100)];
    expect(one.times).toBe(other.times);
    expect(one.between(10, 20).timesMs).toBe(other.between(10, 20).timesMs);
  });

  it('go on together when they go another way together', () => {
    const times = new SharedTimes();
    const [first, second, third] = Array.from({ length: 3 }, () => grown(new SeriesColumns(times), 0, 50)) as [
      SeriesColumns,
      SeriesColumns,
      SeriesColumns,
    ];
    grown(first, 50, 60);
    for (const one of [second, third]) grown(one, 70, 80);
    expect(second.times).not.toBe(first.times);
    expect(third.times).toBe(second.times);
    expect([...third.between(...all).timesMs]).toEqual([...Array(50).keys(), 70, 71, 72, 73, 74, 75, 76, 77, 78, 79]);
  });

  it('let times go that no series needs any more', () => {
    const times = new SharedTimes();
    const columns = Array.from({ length: 3 }, () => grown(new SeriesColumns(times), 0, 10_000));
    const before = times.sizeBytes;
    for (const one of columns) one.dropFirst(9_900);
    for (const one of columns) one.keepTimes();
    times.trim();
    expect(times.sizeBytes).toBeLessThan(before / 20);
    expect(columns.map(({ firstMs, lastMs }) => [firstMs, lastMs])).toEqual(columns.map(() => [9_900, 9_999]));
  });

  it('keep every bit of a NaN', () => {
    const bits = Uint32Array.of(2, 0x7ff0_0000); // Prometheus' stale marker
    const columns = new SeriesColumns(new SharedTimes());
    columns.push(1, new Float64Array(bits.buffer)[0] as number, bits, 0);
    expect([...floatBits(columns.between(...all).values)]).toEqual([...bits]);
  });
});
