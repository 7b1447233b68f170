import { describe, expect, it } from 'vitest';
import { batchOf, contentsOf, countsOf, sample, type StoreAbility, type WithStore } from './store-fixtures.ts';
import { whereIt } from './where-it.ts';

/** The part of the conformance suite that counts, deletes, sums up and takes late samples. */
export function describeStoreManaging(withStore: WithStore, lacks: ReadonlySet<StoreAbility>): void {
  describe('managing', () => {
    it('names labels, and metrics as values of __name__', () =>
      withStore(async (store) => {
        expect(await store.labelNames()).toEqual([]);
        await store.append([
          { metric: 'cpu', labels: { vm: 'a', zone: '1' }, timeMs: 1_000, value: 1 },
          { metric: 'up', labels: { job: 'x' }, timeMs: 1_000, value: 1 },
        ]);
        expect(await store.labelNames()).toEqual(['__name__', 'job', 'vm', 'zone']);
        expect(await store.labelNames({ metric: 'cpu' })).toEqual(['__name__', 'vm', 'zone']);
        expect(await store.labelNames({ metric: 'nothing' })).toEqual([]);
        expect(await store.labelValues('__name__')).toEqual(['cpu', 'up']);
        expect(await store.labelValues('__name__', { labels: { vm: 'a' } })).toEqual(['cpu']);
      }));

    it('tells what its series are made of', () =>
      withStore(async (store) => {
        await store.append(
          Array.from({ length: 30 }, (_, i) => ({
            metric: i < 20 ? 'cpu' : 'up',
            labels: { vm: `vm-${10 + (i % 20)}`, zone: i % 20 < 6 ? 'a' : 'b' },
            timeMs: 1_000,
            value: 1,
          })),
        );
        const all = await store.cardinality({ limit: 1 });
        expect(all).toEqual({
          series: 30,
          labelPairs: 2 + 20 + 2,
          seriesByMetric: [{ name: 'cpu', count: 20 }],
          valuesByLabel: [{ name: 'vm', count: 20 }],
          charactersByLabel: [{ name: 'vm', count: 20 * 7 }],
          seriesByPair: [{ name: 'zone=b', count: 18 }],
        });
        const some = await store.cardinality({ metric: 'up' });
        expect(some.seriesByMetric).toEqual([{ name: 'up', count: 10 }]);
        expect(some.series).toBe(10);
      }));

    it('lists the series that may have samples in a range', () =>
      withStore(async (store) => {
        await store.append([sample('early', 900_000, 1), sample('late', 990_000, 1)]);
        const names = async (fromMs: number): Promise<string[]> =>
          (await store.series({ fromMs })).map(({ metric }) => metric);
        expect(await names(0)).toEqual(['early', 'late']);
        if (!lacks.has('series-ranges')) expect(await names(950_000)).toEqual(['late']);
        await expect(store.series({ fromMs: Number.NaN })).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
      }));

    whereIt(!lacks.has('deletion'))('deletes samples of a range, and series without any', () =>
      withStore(async (store) => {
        const times = Array.from({ length: 400 }, (_, i) => 900_000 + i * 100);
        const refs = await store.register(['a', 'b', 'c'].map((vm) => ({ metric: 'm', labels: { vm } })));
        for (const ref of refs) await store.appendBatch(batchOf(ref, times, times));
        expect(await store.delete({ labels: { vm: 'a' } })).toEqual({ series: 1, samples: 400 });
        const range = { labels: { vm: 'b' }, fromMs: 910_000, toMs: 935_000 };
        expect(await store.delete(range)).toEqual({ series: 0, samples: 250 });
        expect(await store.delete(range)).toEqual({ series: 0, samples: 0 });
        const left = await contentsOf(store);
        expect(Object.keys(left)).toEqual(['m{vm="b"}', 'm{vm="c"}']);
        expect(left['m{vm="b"}']?.map(([timeMs]) => timeMs)).toEqual(times.filter((t) => t < 910_000 || t >= 935_000));
        expect(await store.stats()).toMatchObject({ series: 2, samples: 550 });
        expect(await store.labelValues('vm')).toEqual(['b', 'c']);
        // A series that was deleted may come again, with older samples than it had.
        await store.append([{ metric: 'm', labels: { vm: 'a' }, timeMs: 900_500, value: 7 }]);
        expect((await contentsOf(store))['m{vm="a"}']).toEqual([[900_500, 7]]);
        expect(await store.delete({})).toMatchObject({ series: 3 });
        expect(await store.select()).toEqual([]);
      }),
    );

    it('sums samples up in buckets that are not longer than the step', () =>
      withStore(async (store) => {
        const [ref = 0] = await store.register([{ metric: 'm', labels: {} }]);
        const times = Array.from({ length: 1_200 }, (_, i) => i * 15_000); // five hours
        await store.appendBatch(
          batchOf(
            ref,
            times,
            times.map((_, i) => (i === 7 ? Number.NaN : i)),
          ),
        );
        const by = async (aggregate: 'count' | 'sum' | 'min' | 'max' | 'last', stepMs: number, fromMs = 0) => {
          const [series] = await store.select({ downsample: { stepMs, aggregate }, fromMs, toMs: 7_200_000 });
          return { times: [...(series?.timesMs ?? [])], values: [...(series?.values ?? [])] };
        };
        expect(await by('max', 3_600_000)).toEqual({ times: [3_585_000, 7_185_000], values: [239, 479] });
        expect((await by('min', 4_000_000)).values).toEqual([0, 240]);
        expect((await by('count', 3_600_000)).values).toEqual([239, 240]);
        expect((await by('sum', 3_600_000)).values).toEqual([(239 * 240) / 2 - 7, ((240 + 479) * 240) / 2]);
        const fives = await by('last', 1_000_000, 3_600_000);
        expect(fives.values).toEqual(Array.from({ length: 12 }, (_, i) => 259 + i * 20));
        expect((await by('last', 60_000)).times).toHaveLength(479);
        await expect(by('mean' as 'max', 1)).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
        await expect(by('max', 0)).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
      }));

    whereIt(!lacks.has('late'))('takes late samples within its window, each once', () =>
      withStore(
        async (store) => {
          const times = [10_000, 30_000, 50_000, 40_000, 20_000, 30_000, 40_000, 9_999];
          const late = await store.append(times.map((timeMs) => sample('m', timeMs, timeMs)));
          expect(countsOf(late)).toEqual({ duplicate: 2, 'out-of-order': 1 });
          const [ref = 0] = await store.register([{ metric: 'm', labels: {} }]);
          for (let start = 60_000; start < 1_000_000; start += 30_000) {
            const mixed = [start + 20_000, start, start + 10_000, start - 10_000];
            expect(countsOf(await store.appendBatch(batchOf(ref, mixed, mixed)))).toEqual({ duplicate: 1 });
          }
          const [series] = await store.select();
          const expected = Array.from({ length: 101 }, (_, i) => (i + 1) * 10_000);
          expect([...(series?.timesMs ?? [])]).toEqual(expected);
          expect([...(series?.values ?? [])]).toEqual(expected);
          expect(await store.stats()).toMatchObject({
            rejected: expect.arrayContaining([{ reason: 'out-of-order', count: 1 }]),
          });
        },
        { outOfOrderMs: 40_000 },
      ),
    );

    it('refuses what is too far in the future', () =>
      withStore(
        async (store, clock) => {
          expect(await store.append([sample('m', 1_060_000, 1), sample('n', 1_060_001, 1)])).toEqual({
            appended: 1,
            rejected: [{ reason: 'future', count: 1 }],
          });
          expect((await store.series()).map(({ metric }) => metric)).toEqual(['m']);
          await clock.advance(1);
          expect(await store.append([sample('n', 1_060_001, 1)])).toEqual({ appended: 1, rejected: [] });
        },
        { maxFutureMs: 60_000 },
      ));

    it('guards against metrics and sources that make too many series', () =>
      withStore(
        async (store) => {
          const pods = (job: string, metric: string, count: number) =>
            Array.from({ length: count }, (_, i) => ({
              metric,
              labels: { job, pod: `${i}` },
              timeMs: 1_000,
              value: 1,
            }));
          expect(countsOf(await store.append(pods('a', 'wild', 8)))).toEqual({ 'series-limit': 3 });
          expect(countsOf(await store.append(pods('a', 'tame', 3)))).toEqual({ 'series-limit': 1 });
          expect(countsOf(await store.append(pods('b', 'wild', 1)))).toEqual({ 'series-limit': 1 });
          expect(countsOf(await store.append(pods('b', 'tame', 3)))).toEqual({});
          const { refused, rejected } = await store.stats();
          expect(refused).toEqual([
            { name: 'metric wild', count: 4 },
            { name: 'job=a', count: 1 },
          ]);
          expect(rejected).toEqual([{ reason: 'series-limit', count: 5 }]);
        },
        { maxSeriesPerMetric: 5, maxSeriesPerSource: { label: 'job', maxSeries: 7 } },
      ));

    it('guards against series with too many labels, or too long ones', () =>
      withStore(
        async (store) => {
          const series = (metric: string, labels: Record<string, string>) => ({
            metric,
            labels,
            timeMs: 1_000,
            value: 1,
          });
          const many = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`l${i}`, 'x']));
          const wrong = [
            series('wide', many),
            series('long', { vm: 'x'.repeat(11) }),
            series('m', { ['n'.repeat(11)]: 'x' }),
            series('m'.repeat(11), {}),
          ];
          const fine = [series('m'.repeat(10), {}), series('m', { ['n'.repeat(10)]: 'x'.repeat(10), a: '1', b: '2' })];
          expect(await store.append([...wrong, ...fine])).toEqual({
            appended: 2,
            rejected: [{ reason: 'series-limit', count: 4 }],
          });
          expect((await store.stats()).refused.map(({ name }) => name).toSorted()).toEqual([
            'labels of wide',
            'length of labels of long',
            'length of labels of m',
            'length of names',
          ]);
          const refused = store.register([wrong[0] as (typeof wrong)[number]]);
          await expect(refused).rejects.toMatchObject({ code: 'NOVA_MONITORING_QUOTA' });
        },
        { maxLabels: 3, maxLabelLength: 10 },
      ));

    whereIt(!lacks.has('retention'))('keeps some series longer than others', () =>
      withStore(
        async (store, clock) => {
          await store.append([sample('slo', 999_000, 1), sample('noise', 999_000, 1), sample('other', 999_000, 1)]);
          await clock.advance(20_000);
          expect((await store.select()).map(({ metric }) => metric)).toEqual(['other', 'slo']);
          await store.maintain();
          expect((await store.series()).map(({ metric }) => metric)).toEqual(['other', 'slo']);
          await clock.advance(100_000);
          await store.maintain();
          expect((await store.series()).map(({ metric }) => metric)).toEqual(['slo']);
          expect(countsOf(await store.append([sample('noise', 1_000_000, 1), sample('slo', 999_500, 2)]))).toEqual({
            'too-old': 1,
          });
        },
        {
          retentionMs: 60_000,
          retention: [
            { series: { metric: 'slo' }, retentionMs: Infinity },
            { series: { metricMatch: { op: 'prefix', value: 'noi' } }, retentionMs: 10_000 },
          ],
        },
      ),
    );
  });
}
