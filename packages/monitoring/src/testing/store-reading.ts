import { describe, expect, it } from 'vitest';
import type { LabelSelector } from '../store/label-selector.ts';
import type { MetricStore } from '../store/metric-store.ts';
import { batchOf, sample, type StoreAbility, type WithStore } from './store-fixtures.ts';
import { whereIt } from './where-it.ts';

/** Bit patterns that a number conversion would change or confuse. */
const oddBits = [
  0x7ff0000000000002n, // Prometheus' stale marker: a signalling NaN
  0x7ff8000000000001n,
  0xfff8000000000000n,
  0x8000000000000000n, // -0
  0x0000000000000001n, // the smallest number above 0
  0x7ff0000000000000n,
  0xfff0000000000000n,
  0x3ff0000000000001n,
];

/** The part of the conformance suite that reads. */
export function describeStoreReading(withStore: WithStore, lacks: ReadonlySet<StoreAbility>): void {
  describe('reading', () => {
    whereIt(!lacks.has('bits'))('gives back every bit of every value', () =>
      withStore(async (store) => {
        const [ref = 0] = await store.register([{ metric: 'm', labels: {} }]);
        const bits = BigUint64Array.from({ length: 400 }, (_, i) => oddBits[i % oddBits.length] as bigint);
        const times = Array.from(bits, (_, i) => i * 15_000);
        await store.appendBatch({ ...batchOf(ref, times, times), values: new Float64Array(bits.buffer) });
        await store.appendBatch(batchOf(ref, [400 * 15_000], [1]));
        const [series] = await store.select({ toMs: 400 * 15_000 });
        const values = series?.values ?? new Float64Array();
        expect(new BigUint64Array(values.buffer, values.byteOffset, values.length)).toEqual(bits);
      }),
    );

    it('gives samples from a first time on and before a last one, across everything it did to them', () =>
      withStore(async (store) => {
        const [ref = 0] = await store.register([{ metric: 'm', labels: {} }]);
        for (let start = 0; start < 1_000; start += 50) {
          const times = Array.from({ length: 50 }, (_, i) => (start + i) * 10);
          await store.appendBatch(batchOf(ref, times, times));
        }
        const ranges = [
          [0, 10_000],
          [-5, 5],
          [1_190, 1_210],
          [1_200, 1_200],
          [1_195, 2_405],
          [9_990, 20_000],
          [10_000, 20_000],
          [5, 9],
          [7_000, 3_000],
        ] as const;
        for (const [fromMs, toMs] of ranges) {
          const expected = Array.from({ length: 1_000 }, (_, i) => i * 10).filter((t) => t >= fromMs && t < toMs);
          const [series] = await store.select({ fromMs, toMs });
          expect([...(series?.timesMs ?? [])]).toEqual(expected);
          expect([...(series?.values ?? [])]).toEqual(expected);
        }
        expect((await store.select())[0]?.timesMs).toHaveLength(1_000);
      }));

    it('hands out arrays that the caller may change', () =>
      withStore(async (store) => {
        await store.append([sample('m', 1_000, 1)]);
        (await store.select())[0]?.values.fill(99);
        expect((await store.select())[0]?.values[0]).toBe(1);
      }));

    it('finds series by metric and by what labels must be, in a fixed order', () =>
      withStore(async (store) => {
        await fill(store);
        const find = async (metric: string | undefined, labels?: LabelSelector) =>
          (await store.select({ metric, labels })).map((series) => `${series.metric} ${series.labels['vm'] ?? '-'}`);
        expect(await find(undefined)).toEqual(['cpu db-1', 'cpu web-1', 'cpu web-2', 'up -']);
        expect(await find('cpu', { vm: 'web-1' })).toEqual(['cpu web-1']);
        expect(await find('cpu', { vm: { op: '!=', value: 'web-1' } })).toEqual(['cpu db-1', 'cpu web-2']);
        expect(await find(undefined, { vm: { op: 'prefix', value: 'web-' } })).toEqual(['cpu web-1', 'cpu web-2']);
        expect(await find(undefined, { vm: { op: 'in', values: ['db-1', 'x'] } })).toEqual(['cpu db-1']);
        expect(await find(undefined, { vm: { op: 'not-in', values: ['web-1', ''] } })).toEqual([
          'cpu db-1',
          'cpu web-2',
        ]);
        expect(await find(undefined, { vm: '' })).toEqual(['up -']);
        expect(await find('unknown')).toEqual([]);
        expect(await find('cpu', { toString: 'x' })).toEqual([]);
      }));

    it('lists series and label values', () =>
      withStore(async (store) => {
        await fill(store);
        expect(await store.series({ labels: { zone: 'b' } })).toEqual([
          { metric: 'cpu', labels: { vm: 'web-2', zone: 'b' } },
        ]);
        expect(await store.labelValues('vm')).toEqual(['db-1', 'web-1', 'web-2']);
        expect(await store.labelValues('zone', { metric: 'cpu', labels: { vm: 'web-1' } })).toEqual(['a']);
        expect(await store.labelValues('nothing')).toEqual([]);
        expect(await store.stats()).toMatchObject({ series: 4, samples: 4 });
      }));

    it('refuses matchers and ranges that make no sense', () =>
      withStore(async (store) => {
        await fill(store);
        const nonsense = [
          { labels: { vm: { op: '=~', value: 'w.*' } } },
          { labels: { vm: { op: 'in', value: 'web-1' } } },
          { labels: { vm: null } },
          { fromMs: Number.NaN },
          { toMs: 'tomorrow' },
        ];
        for (const query of nonsense) {
          await expect(store.select(query as never)).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
        }
      }));

    it('stops reading when the signal fires or time is up', () =>
      withStore(async (store) => {
        await fill(store);
        await expect(store.select({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
        await expect(store.series({}, { timeoutMs: -1 })).rejects.toMatchObject({ kind: 'invalid' });
      }));
  });
}

async function fill(store: MetricStore): Promise<void> {
  await store.append([
    { metric: 'cpu', labels: { vm: 'web-1', zone: 'a' }, timeMs: 1_000, value: 1 },
    { metric: 'cpu', labels: { vm: 'web-2', zone: 'b' }, timeMs: 1_000, value: 2 },
    { metric: 'cpu', labels: { vm: 'db-1', zone: 'a' }, timeMs: 1_000, value: 3 },
    { metric: 'up', labels: {}, timeMs: 1_000, value: 1 },
  ]);
}
