import { ManualClock } from '@novacron/core/testing';
import { memoryStore, type MetricStore } from '@novacron/monitoring';
import { createPromqlEngine, type MatrixResult, type QueryResult } from '@novacron/monitoring/promql';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { describe, expect, it } from 'vitest';
import { temporaryPath } from '../sqlite/temporary-path.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A gauge that swings every day and a counter that is reset every seven hours, each minute of some days. */
async function fill(store: MetricStore, days: number): Promise<void> {
  const [load = 0, total = 0] = await store.register([
    { metric: 'load', labels: { vm: 'a' } },
    { metric: 'requests_total', labels: { vm: 'a' } },
  ]);
  const timesMs = Float64Array.from({ length: days * 1_440 }, (_, i) => i * minuteMs);
  const swing = timesMs.map((timeMs) => 50 + 40 * Math.sin((2 * Math.PI * timeMs) / dayMs) + Math.cos(timeMs) / 4);
  const count = timesMs.map((timeMs) => ((timeMs / minuteMs) % 420) * 3);
  for (const [ref, values] of [
    [load, swing],
    [total, count],
  ] as const) {
    await store.appendBatch({ refs: new Uint32Array(timesMs.length).fill(ref), timesMs, values });
  }
}

const valuesOf = ({ result }: QueryResult<MatrixResult>): number[] => [...(result.series[0]?.values ?? [])];
const days = { startMs: dayMs, endMs: 4 * dayMs, stepMs: hourMs };

describe('buckets in place of samples', () => {
  it.each([
    ['sum_over_time(load[6h])', 0.02],
    ['count_over_time(load[6h])', 0.02],
    ['avg_over_time(load[6h])', 0.02],
    ['min_over_time(load[6h])', 0.05],
    ['max_over_time(load[6h])', 0.05],
    ['last_over_time(load[6h])', 0.06],
    ['present_over_time(load[6h])', 0],
    ['rate(requests_total[6h])', 0.05],
    ['increase(requests_total[6h])', 0.05],
    ['delta(load[6h]) + 100', 0.05],
    ['load', 0.06],
    ['sum by (vm) (rate(requests_total[6h]))', 0.05],
  ])('answer %s nearly as its samples do, and are far fewer', async (query, tolerance) => {
    await using store = memoryStore();
    await fill(store, 4);
    const engine = createPromqlEngine(store);
    const raw = await engine.queryRange(query, days);
    const coarse = await engine.queryRange(query, { ...days, maxSourceResolutionMs: 'auto' });
    expect(coarse.explain.reads.map(({ tier }) => tier)).toEqual(coarse.explain.reads.map(() => '5m'));
    expect(raw.explain.reads[0]?.samples).toBeGreaterThan(4 * (coarse.explain.reads[0]?.samples ?? Infinity));
    const [exact, near] = [valuesOf(raw), valuesOf(coarse)];
    expect(near).toHaveLength(exact.length);
    for (const [i, value] of exact.entries())
      expect(Math.abs((near[i] as number) - value)).toBeLessThanOrEqual(tolerance * Math.abs(value));
  });

  it('are not read unless asked for, nor for short ranges, nor by functions that need every sample', async () => {
    await using store = memoryStore();
    await fill(store, 2);
    const engine = createPromqlEngine(store, { maxSourceResolutionMs: 'auto' });
    const tiers = async (query: string, options = {}): Promise<string[]> =>
      (await engine.queryRange(query, { ...days, ...options })).explain.reads.map(({ tier }) => tier);
    expect(await tiers('rate(requests_total[6h])')).toEqual(['5m']);
    expect(await tiers('rate(requests_total[6h])', { maxSourceResolutionMs: 0 })).toEqual(['raw']);
    expect(await tiers('rate(requests_total[20m])')).toEqual(['raw']);
    expect(await tiers('rate(requests_total[6h])', { stepMs: 20 * minuteMs })).toEqual(['raw']);
    expect(await tiers('quantile_over_time(0.9, load[6h])')).toEqual(['raw']);
    expect(await tiers('max_over_time(load[1d:10m])')).toEqual(['raw']);
    expect(await tiers('max_over_time(load[1d])', { stepMs: 6 * hourMs })).toEqual(['1h']);
    expect(await tiers('max_over_time(load[1d])', { maxSourceResolutionMs: 300_000 })).toEqual(['5m']);
    const { explain } = await engine.query('max_over_time(load[2d])', { timeMs: 2 * dayMs });
    expect(explain.reads[0]).toMatchObject({ tier: '1h', samples: 48 });
    expect((await engine.query('load', { timeMs: 2 * dayMs })).explain.reads[0]?.tier).toBe('raw');
  });

  it('keep their own place in the cache', async () => {
    const clock = new ManualClock(30 * dayMs);
    await using store = memoryStore();
    await fill(store, 4);
    const engine = createPromqlEngine(store, { clock, cache: {} });
    const coarse = valuesOf(await engine.queryRange('load', { ...days, maxSourceResolutionMs: 'auto' }));
    const raw = valuesOf(await engine.queryRange('load', days));
    expect(raw).not.toEqual(coarse);
    expect(raw).toEqual(valuesOf(await createPromqlEngine(store, { clock }).queryRange('load', days)));
  });

  it('answer for times of which a file keeps no samples any more', async () => {
    const clock = new ManualClock(0);
    const options = { path: temporaryPath(), clock, retentionMs: dayMs, rollupRetentionMs: 60 * dayMs };
    await using store = await sqliteStore(options);
    await fill(store, 4);
    await clock.advance(10 * dayMs);
    await store.maintain();
    const engine = createPromqlEngine(store, { clock });
    expect(valuesOf(await engine.queryRange('max_over_time(load[6h])', days))).toEqual([]);
    const coarse = await engine.queryRange('max_over_time(load[6h])', { ...days, maxSourceResolutionMs: 'auto' });
    expect(Math.max(...valuesOf(coarse))).toBeGreaterThan(89);
  });

  it('refuse a resolution that makes no sense', async () => {
    for (const maxSourceResolutionMs of [-1, Number.NaN]) {
      expect(() => createPromqlEngine(memoryStore(), { maxSourceResolutionMs })).toThrow('maxSourceResolutionMs');
      const failure = createPromqlEngine(memoryStore()).query('1', { maxSourceResolutionMs });
      await expect(failure).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
    }
  });
});
