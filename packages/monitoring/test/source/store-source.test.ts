import { memoryStore, storeSource } from '@novacron/monitoring';
import { describeMetricSource } from '@novacron/monitoring/testing';
import { describe, expect, it } from 'vitest';

const series = ['a', 'b', 'c'].map((pod) => ({ metric: 'wild', labels: { pod }, timeMs: 1_000, value: 1 }));

describeMetricSource('storeSource', async () => {
  const store = memoryStore({ maxSeriesPerMetric: 1 });
  await store.append(series);
  return storeSource(store, { name: 'main' });
});

describe('storeSource', () => {
  it('tells how much the store holds, and what it refused', async () => {
    await using store = memoryStore({ maxSeriesPerMetric: 1 });
    const source = storeSource(store, { name: 'main' });
    expect((await source.collect({ timeMs: 5 })).samples.map(({ metric, value }) => [metric, value])).toEqual([
      ['metric_store.series.count', 0],
      ['metric_store.sample.count', 0],
      ['metric_store.size', 0],
    ]);
    await store.append(series);
    await store.append(series.slice(0, 1));
    const { samples, errors } = await source.collect({ timeMs: 5 });
    expect(errors).toEqual([]);
    expect(samples.filter(({ metric }) => /re(?:jected|fused)$/.test(metric))).toEqual([
      { metric: 'metric_store.sample.rejected', labels: { store: 'main', reason: 'duplicate' }, timeMs: 5, value: 1 },
      {
        metric: 'metric_store.sample.rejected',
        labels: { store: 'main', reason: 'series-limit' },
        timeMs: 5,
        value: 2,
      },
      { metric: 'metric_store.series.refused', labels: { store: 'main', limit: 'metric wild' }, timeMs: 5, value: 2 },
    ]);
  });

  it('passes on how it is to end', async () => {
    const source = storeSource(memoryStore());
    await expect(source.collect({ signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
  });
});
