import { createSeries, type Series } from '@novacron/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pipeline, summarise, type SeriesSummary } from '@novacron/analytics';
import { at } from '../at.ts';
import { hourMs, machineSeries } from '../sample-series.ts';

async function summaryOf(series: Series): Promise<SeriesSummary> {
  const { value } = await pipeline('test', () => [series])
    .pipe(summarise())
    .run();
  return at(value, 0);
}

describe('summarise', () => {
  it('says what a series looks like', async () => {
    const series = createSeries(
      'load',
      { vm: 'a' },
      [0, 1, 2, 3, 4, 5].map((hour) => hour * hourMs),
      [2, 4, NaN, 4, 10, 5],
    );
    expect(await summaryOf(series)).toEqual({
      metric: 'load',
      labels: { vm: 'a' },
      count: 5,
      missing: 1,
      min: 2,
      max: 10,
      mean: 5,
      standardDeviation: expect.closeTo(3, 12) as number,
      median: 4,
      p95: expect.closeTo(9, 12) as number,
      p99: expect.closeTo(9.8, 12) as number,
      last: 5,
      trendPerHour: expect.closeTo(16 / 17.2, 12) as number,
    });
  });

  it('has the last value that is there, and no numbers for what is not', async () => {
    expect((await summaryOf(createSeries('x', {}, [0, 1, 2], [1, 7, NaN]))).last).toBe(7);
    for (const values of [[], [NaN, NaN]]) {
      const times = values.map((_, i) => i);
      const { count, missing, ...numbers } = await summaryOf(createSeries('x', {}, times, values));
      expect([count, missing]).toEqual([0, values.length]);
      for (const name of [
        'min',
        'max',
        'mean',
        'median',
        'p95',
        'last',
        'standardDeviation',
        'trendPerHour',
      ] as const) {
        expect(numbers[name]).toBeNaN();
      }
    }
  });

  it('has no spread and no trend of a single value', async () => {
    const summary = await summaryOf(createSeries('x', {}, [5], [3]));
    expect(summary).toMatchObject({ mean: 3, median: 3, min: 3, max: 3 });
    expect([summary.standardDeviation, summary.trendPerHour]).toEqual([NaN, NaN]);
  });

  it('finds the slope of a line however late its times are', async () => {
    const late = Date.UTC(2026, 0, 1);
    const line = createSeries(
      'x',
      {},
      Array.from({ length: 50 }, (_, i) => late + i * 60_000),
      Array.from({ length: 50 }, (_, i) => 1e6 + i / 60),
    );
    expect((await summaryOf(line)).trendPerHour).toBeCloseTo(1, 6);
  });

  it('keeps its digits when the mean is large and the spread is small', async () => {
    const values = Array.from({ length: 1_000 }, (_, i) => 1e9 + (i % 2));
    const { standardDeviation, mean } = await summaryOf(
      createSeries(
        'x',
        {},
        values.map((_, i) => i),
        values,
      ),
    );
    expect(mean).toBeCloseTo(1e9 + 0.5, 6);
    expect(standardDeviation).toBeCloseTo(Math.sqrt(0.25 * (1_000 / 999)), 9);
  });

  it('keeps min <= median <= p95 <= p99 <= max, with the mean between', async () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(values, async (list) => {
        const { min, median, p95, p99, max, mean } = await summaryOf(
          createSeries(
            'x',
            {},
            list.map((_, i) => i),
            list,
          ),
        );
        const order = [min, median, p95, p99, max];
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(mean).toBeGreaterThanOrEqual(min - 1e-6);
        expect(mean).toBeLessThanOrEqual(max + 1e-6);
      }),
    );
  });

  it('does not change the series', async () => {
    const series = machineSeries('a', 100);
    const before = series.values.slice();
    await summaryOf(series);
    expect(series.values).toEqual(before);
  });
});
