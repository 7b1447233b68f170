import { createSeries, type Series } from '@novacron/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnalyticsError, pipeline, resample, type Aggregate, type ResampleOptions } from '@novacron/analytics';
import { at } from '../at.ts';

async function resampled(input: readonly Series[], options: ResampleOptions): Promise<readonly Series[]> {
  return (
    await pipeline('test', () => input)
      .pipe(resample(options))
      .run()
  ).value;
}

const raw = createSeries('load', { vm: 'a' }, [1_000, 4_000, 9_999, 10_000, 31_000, 32_000], [1, 3, NaN, 5, 7, 2]);

describe('resample', () => {
  it.each<[Aggregate, number[]]>([
    ['mean', [2, 5, NaN, 4.5]],
    ['min', [1, 5, NaN, 2]],
    ['max', [3, 5, NaN, 7]],
    ['sum', [4, 5, NaN, 9]],
    ['last', [3, 5, NaN, 2]],
    ['count', [2, 1, 0, 2]],
    ['p95', [2.9, 5, NaN, 6.75]],
  ])('takes the %s of each step and leaves gaps as they are', async (aggregate, expected) => {
    const [series] = await resampled([raw], { stepMs: 10_000, aggregate });
    expect([...(series?.values ?? [])]).toEqual(
      expected.map((value) => (Number.isNaN(value) ? NaN : expect.closeTo(value, 12))),
    );
    expect([...(series?.timesMs ?? [])]).toEqual([0, 10_000, 20_000, 30_000]);
    expect(series).toMatchObject({ metric: 'load', labels: { vm: 'a' } });
  });

  it('puts all series on the same steps, in one array of times', async () => {
    const other = createSeries('load', { vm: 'b' }, [25_000, 55_000], [1, 2]);
    const [a, b] = await resampled([raw, other], { stepMs: 10_000 });
    expect(a?.timesMs).toBe(b?.timesMs);
    expect([...(a?.timesMs ?? [])]).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000]);
    expect([...(b?.values ?? [])]).toEqual([NaN, NaN, 1, NaN, NaN, 2]);
  });

  it('keeps to the range given, in whole steps', async () => {
    const [series] = await resampled([raw], { stepMs: 10_000, fromMs: 12_345, toMs: 31_001 });
    expect([...(series?.timesMs ?? [])]).toEqual([10_000, 20_000, 30_000]);
    expect([...(series?.values ?? [])]).toEqual([5, NaN, 4.5]);
  });

  it('begins steps at whole multiples, before the epoch too', async () => {
    const [series] = await resampled([createSeries('x', {}, [-15_000, 3_000], [1, 2])], { stepMs: 10_000 });
    expect([...(series?.timesMs ?? [])]).toEqual([-20_000, -10_000, 0]);
    expect([...(series?.values ?? [])]).toEqual([1, NaN, 2]);
  });

  it.each<[string, Series[]]>([
    ['no series', []],
    ['a series of nothing', [createSeries('x', {}, [], [])]],
  ])('makes nothing of %s', async (_, input) => {
    const output = await resampled(input, { stepMs: 1_000 });
    expect(output.map(({ values }) => values.length)).toEqual(input.map(() => 0));
  });

  it('leaves its input alone', async () => {
    const before = raw.values.slice();
    await resampled([raw], { stepMs: 10_000, aggregate: 'p95' });
    expect(raw.values).toEqual(before);
  });

  it('agrees with a plain grouping for any series', async () => {
    const samples = fc
      .uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 60 })
      .map((times) => times.toSorted((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(samples, fc.integer({ min: 1, max: 90 }), async (times, stepMs) => {
        const values = times.map((time) => (time % 7 === 0 ? NaN : Math.sin(time)));
        const [series] = await resampled([createSeries('x', {}, times, values)], { stepMs, aggregate: 'max' });
        for (const [step, time] of (series?.timesMs ?? []).entries()) {
          const inside = values.filter(
            (value, i) => Math.floor(at(times, i) / stepMs) * stepMs === time && !Number.isNaN(value),
          );
          expect(at(series?.values ?? [], step)).toBe(inside.length === 0 ? NaN : Math.max(...inside));
        }
      }),
    );
  });

  it.each<[string, ResampleOptions]>([
    ['a step of 0', { stepMs: 0 }],
    ['an endless step', { stepMs: Infinity }],
    ['no number', { stepMs: NaN }],
    ['an unknown aggregate', { stepMs: 1, aggregate: 'mode' as 'mean' }],
    ['a range that ends before it begins', { stepMs: 1, fromMs: 10, toMs: 10 }],
  ])('refuses %s at once', (_, options) => {
    expect(() => resample(options)).toThrow(expect.objectContaining({ code: 'NOVA_ANALYTICS_INVALID' }));
  });

  it('refuses to fill the memory with gaps', async () => {
    const century = createSeries('x', {}, [0, 3e12], [1, 2]);
    const error: unknown = await resampled([century], { stepMs: 1_000 }).catch((reason: unknown) => reason);
    expect(AnalyticsError.isInstance(error) && error.kind).toBe('capacity');
    expect(AnalyticsError.isInstance(error) && error.cause).toMatchObject({ code: 'NOVA_ANALYTICS_CAPACITY' });
  });
});
