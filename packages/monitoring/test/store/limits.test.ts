import { memoryStore, type LabelCondition } from '@novacron/monitoring';
import { describe, expect, it } from 'vitest';

const samples = ['a', 'b', 'c'].flatMap((metric) =>
  [0, 1, 2].map((timeMs) => ({ metric, labels: { vm: metric + metric }, timeMs, value: 1 })),
);

describe('a store that is read within limits', () => {
  it('gives what does not pass them', async () => {
    await using store = memoryStore();
    await store.append(samples);
    expect(await store.select({ maxSamples: 9, maxSeries: 3 })).toHaveLength(3);
  });

  it('refuses the rest, and says which limit was passed', async () => {
    await using store = memoryStore();
    await store.append(samples);
    await expect(store.select({ maxSamples: 8 })).rejects.toMatchObject({
      kind: 'quota',
      details: { limit: 'maxSamples' },
    });
    await expect(store.select({ maxSeries: 2 })).rejects.toMatchObject({
      kind: 'quota',
      details: { limit: 'maxSeries' },
    });
  });
});

describe('conditions of names and tests', () => {
  it('choose series by their name', async () => {
    await using store = memoryStore();
    await store.append(samples);
    const names = async (metricMatch: LabelCondition): Promise<string[]> =>
      (await store.series({ metricMatch })).map(({ metric }) => metric);
    expect(await names({ op: 'in', values: ['a', 'c', 'x'] })).toEqual(['a', 'c']);
    expect(await names({ op: '!=', value: 'a' })).toEqual(['b', 'c']);
    expect(await names({ op: 'test', test: (name) => name > 'a' })).toEqual(['b', 'c']);
  });

  it('take a function for what no other condition can say', async () => {
    await using store = memoryStore();
    await store.append(samples);
    const found = await store.series({ labels: { vm: { op: 'test', test: (vm) => /^[ab]+$/.test(vm) } } });
    expect(found.map(({ metric }) => metric)).toEqual(['a', 'b']);
    await expect(store.series({ labels: { vm: { op: 'test' } as unknown as LabelCondition } })).rejects.toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
    });
  });
});
