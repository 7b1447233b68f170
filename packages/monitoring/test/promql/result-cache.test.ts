import { systemClock } from '@novacron/core';
import { memoryStore, type MetricStore } from '@novacron/monitoring';
import { createPromqlEngine, type PromqlEngine } from '@novacron/monitoring/promql';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';
import { filled } from './filled.ts';

describe('the cache of results', () => {
  const minute = 60_000;

  async function cached(nowMs: number): Promise<{
    store: MetricStore;
    ask: (
      startMs: number,
      endMs: number,
      query?: string,
    ) => ReturnType<ReturnType<typeof createPromqlEngine>['queryRange']>;
  }> {
    const store = await filled(3, 400);
    const engine = createPromqlEngine(store, { cache: { lateMs: 10 * minute }, clock: new ManualClock(nowMs) });
    return {
      store,
      ask: (startMs, endMs, query = 'sum(m_total)') => engine.queryRange(query, { startMs, endMs, stepMs: minute }),
    };
  }

  it('keeps answers that look back differently apart', async () => {
    await using store = memoryStore();
    await store.append([{ metric: 'm', labels: {}, timeMs: 0, value: 1 }]);
    const engine = createPromqlEngine(store, { cache: {}, clock: new ManualClock(100 * minute) });
    const lengthBy = async (lookbackMs?: number): Promise<number | undefined> => {
      const { result } = await engine.queryRange('m', { startMs: 0, endMs: 9 * minute, stepMs: minute, lookbackMs });
      return result.series[0]?.values.length;
    };
    expect([await lengthBy(), await lengthBy(2 * minute), await lengthBy()]).toEqual([5, 2, 5]);
    for (const wrong of [0, -1, NaN, Infinity]) {
      await expect(lengthBy(wrong)).rejects.toMatchObject({ code: 'NOVA_MONITORING_QUERY_INVALID' });
    }
    const { result } = await engine.query('m', { timeMs: 9 * minute, lookbackMs: 10 * minute });
    expect(result).toMatchObject({ type: 'vector', values: Float64Array.of(1) });
  });

  it('works out only what is new, and gives the same', async () => {
    const { store, ask } = await cached(100 * minute);
    const first = await ask(10 * minute, 60 * minute);
    expect(first.explain).toMatchObject({ steps: 51, cachedSteps: 0 });
    const second = await ask(20 * minute, 80 * minute);
    expect(second.explain).toMatchObject({ steps: 20, cachedSteps: 41, query: 'sum(m_total)' });
    expect(second.explain.reads[0]?.fromMs).toBeGreaterThan(55 * minute);
    const plain = createPromqlEngine(store);
    const same = await plain.queryRange('sum(m_total)', { startMs: 20 * minute, endMs: 80 * minute, stepMs: minute });
    expect(second.result).toEqual(same.result);
    const third = await ask(20 * minute, 80 * minute);
    expect(third.explain).toMatchObject({ steps: 0, cachedSteps: 61, reads: [] });
    expect(third.result).toEqual(same.result);
  });

  it('does not keep what late samples can still change', async () => {
    const { store, ask } = await cached(62 * minute);
    await ask(30 * minute, 62 * minute);
    await store.append([{ metric: 'm_total', labels: { i: 'late' }, timeMs: 54 * minute, value: 1e6 }]);
    const { result, explain } = await ask(30 * minute, 62 * minute);
    expect(explain.cachedSteps).toBe(23);
    const at = (time: number): number | undefined => result.series[0]?.values[time - 30];
    expect(at(54)).toBe(3 * 54 * 60 + 1e6);
    expect(at(52)).toBe(3 * 52 * 60);
  });

  it.each(['m_total @ end()', 'm_total offset -5m', 'sum_over_time(m_total[5m:1m] @ 3600)'])(
    'is not used for %s',
    async (query) => {
      const { ask } = await cached(100 * minute);
      await ask(10 * minute, 20 * minute, query);
      expect((await ask(10 * minute, 20 * minute, query)).explain.cachedSteps).toBe(0);
    },
  );

  it('tells queries of another phase or step apart', async () => {
    const { ask } = await cached(100 * minute);
    await ask(10 * minute, 20 * minute);
    expect((await ask(10 * minute + 1_000, 20 * minute)).explain.cachedSteps).toBe(0);
  });

  it('repeats warnings, and forgets what is not used when it is full', async () => {
    const engine = createPromqlEngine(await filled(3, 400), {
      cache: { lateMs: 0, maxValues: 30 },
      clock: new ManualClock(100 * minute),
    });
    const range = { startMs: 10 * minute, endMs: 20 * minute, stepMs: minute };
    const query = 'quantile(2, m_total)';
    const { warnings } = await engine.queryRange(query, range);
    expect(warnings).toHaveLength(1);
    const again = await engine.queryRange(query, range);
    expect(again).toMatchObject({ warnings, explain: { cachedSteps: 11 } });
    await engine.queryRange('m_total', range);
    expect((await engine.queryRange(query, range)).explain.cachedSteps).toBe(0);
  });
});

describe('what the cache of results gives', () => {
  const range = { startMs: 0, endMs: 600_000, stepMs: 60_000 };
  const valuesOf = async (engine: PromqlEngine, query = 'm'): Promise<number[]> => [
    ...((await engine.queryRange(query, range)).result.series[0]?.values ?? []),
  ];

  it('belongs to the caller, whether it was kept or worked out', async () => {
    await using store = memoryStore();
    await store.append([{ metric: 'm', labels: {}, timeMs: 0, value: 7 }]);
    const engine = createPromqlEngine(store, { cache: {}, clock: new ManualClock(1e9) });
    const expected = await valuesOf(engine);
    for (let round = 0; round < 3; round++) {
      const { result } = await engine.queryRange('m', range);
      result.series[0]?.values.fill(99);
      result.series[0]?.timesMs.fill(99);
      expect(await valuesOf(engine)).toEqual(expected);
    }
  });

  it('is forgotten when the clock is set back, or somebody says so', async () => {
    await using store = memoryStore();
    let nowMs = 1e9;
    const clock = { ...systemClock, now: () => nowMs };
    const engine = createPromqlEngine(store, { cache: {}, clock });
    expect(await valuesOf(engine)).toEqual([]);
    await store.append([{ metric: 'm', labels: {}, timeMs: 0, value: 7 }]);
    expect(await valuesOf(engine)).toEqual([]);
    nowMs -= 3_600_000;
    expect(await valuesOf(engine)).toHaveLength(5);
    await store.delete({ metric: 'm' });
    expect(await valuesOf(engine)).toHaveLength(5);
    engine.clearCache();
    expect(await valuesOf(engine)).toEqual([]);
  });

  it('waits for samples as long as the store takes late ones', async () => {
    await using store = memoryStore({ outOfOrderMs: 3_600_000 });
    await store.append([{ metric: 'other', labels: {}, timeMs: 1_800_000, value: 7 }]);
    const engine = createPromqlEngine(store, { cache: {}, clock: new ManualClock(1_800_000) });
    expect(await valuesOf(engine)).toEqual([]);
    await store.append([{ metric: 'm', labels: {}, timeMs: 0, value: 7 }]);
    expect(await valuesOf(engine)).toHaveLength(5);
  });

  it('is no more than ten thousand results, even when they are empty', async () => {
    await using store = memoryStore();
    const engine = createPromqlEngine(store, { cache: {}, clock: new ManualClock(1e9) });
    const cachedSteps = async (query: string): Promise<number> =>
      (await engine.queryRange(query, range)).explain.cachedSteps;
    for (let i = 0; i < 10_001; i++) await engine.queryRange(`none_${i}`, range);
    expect(await cachedSteps('none_10000')).toBe(11);
    expect(await cachedSteps('none_0')).toBe(0);
  });
});
