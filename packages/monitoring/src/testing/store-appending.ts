import { NovaError, type Sample } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { batchOf, contentsOf, countsOf, sample, type StoreAbility, type WithStore } from './store-fixtures.ts';
import { whereIt } from './where-it.ts';

/** The part of the conformance suite that writes. */
export function describeStoreAppending(withStore: WithStore, lacks: ReadonlySet<StoreAbility>): void {
  describe('appending', () => {
    it('keeps samples by series, whatever the order in which labels are given', () =>
      withStore(async (store) => {
        const result = await store.append([
          { metric: 'up', labels: { vm: 'a', zone: '1' }, timeMs: 1_000, value: 1 },
          { metric: 'up', labels: { vm: 'b' }, timeMs: 1_000, value: 2 },
          { metric: 'up', labels: { zone: '1', vm: 'a' }, timeMs: 2_000, value: 3 },
        ]);
        expect(result).toEqual({ appended: 3, rejected: [] });
        expect(await contentsOf(store)).toEqual({
          'up{vm="a",zone="1"}': [
            [1_000, 1],
            [2_000, 3],
          ],
          'up{vm="b"}': [[1_000, 2]],
        });
      }));

    it('takes nothing as nothing', () =>
      withStore(async (store) => {
        expect(await store.append([])).toEqual({ appended: 0, rejected: [] });
        expect([...(await store.register([]))]).toEqual([]);
        expect(await store.stats()).toMatchObject({ series: 0, samples: 0 });
      }));

    it('counts duplicates and late samples, and stores the rest of the call', () =>
      withStore(async (store) => {
        await store.append([sample('m', 1_000, 1)]);
        const result = await store.append([
          sample('m', 1_000, 2),
          sample('m', 500, 3),
          sample('m', 600, 3),
          sample('m', 2_000, 4),
          sample('m', 2_000, 5),
        ]);
        expect(result.appended).toBe(1);
        expect(countsOf(result)).toEqual({ duplicate: 2, 'out-of-order': 2 });
        expect(await contentsOf(store)).toEqual({
          'm{}': [
            [1_000, 1],
            [2_000, 4],
          ],
        });
      }));

    it('rejects nonsense without making a series of it', () =>
      withStore(async (store) => {
        const nonsense = [
          sample('m', Number.NaN, 1),
          sample('m', Infinity, 1),
          sample('not a name', 1_000, 1),
          { metric: 'm', labels: { 'no-name': 'x' }, timeMs: 1_000, value: 1 },
          { metric: 'm', labels: { vm: 7 }, timeMs: 1_000, value: 1 },
          { metric: 'm', labels: { __name__: 'other' }, timeMs: 1_000, value: 1 },
          { metric: 'm', labels: {}, timeMs: 1_000, value: '1' },
          { metric: 'm', timeMs: 1_000, value: 1 },
          null,
        ] as unknown as Sample[];
        expect(await store.append(nonsense)).toEqual({ appended: 0, rejected: [{ reason: 'invalid', count: 9 }] });
        expect(await store.series()).toEqual([]);
      }));

    whereIt(!lacks.has('fractions'))('keeps fractional and negative times', () =>
      withStore(async (store) => {
        await store.append([sample('m', -1.5, 1), sample('m', 0.25, 2), sample('m', 1.7e12 + 0.125, 3)]);
        expect(await contentsOf(store)).toEqual({
          'm{}': [
            [-1.5, 1],
            [0.25, 2],
            [1.7e12 + 0.125, 3],
          ],
        });
      }),
    );

    it('gives each series one reference, the same every time', () =>
      withStore(async (store) => {
        const ids = ['a', 'b', 'a'].map((vm) => ({ metric: 'up', labels: { vm } }));
        const [a, b, again] = await store.register(ids);
        expect(a).toBe(again);
        expect(a).not.toBe(b);
        expect([...(await store.register(ids))]).toEqual([a, b, a]);
        await store.append([{ metric: 'up', labels: { vm: 'b' }, timeMs: 1_000, value: 1 }]);
        await store.appendBatch(batchOf(b as number, [1_000, 2_000], [2, 3]));
        expect(await contentsOf(store)).toEqual({
          'up{vm="b"}': [
            [1_000, 1],
            [2_000, 3],
          ],
        });
      }));

    it('refuses to register a wrong name, and then registers none of the call', () =>
      withStore(async (store) => {
        const ids = [
          { metric: 'good', labels: {} },
          { metric: 'bad name', labels: {} },
        ];
        await expect(store.register(ids)).rejects.toMatchObject({ kind: 'invalid' });
        const named = [{ metric: 'good', labels: { __name__: 'other' } }];
        await expect(store.register(named)).rejects.toMatchObject({ kind: 'invalid' });
        expect(await store.series()).toEqual([]);
      }));

    it('rejects references that it never gave and columns of different lengths', () =>
      withStore(async (store) => {
        expect(await store.appendBatch(batchOf(4_000_000_000, [1_000], [1]))).toEqual({
          appended: 0,
          rejected: [{ reason: 'unknown-series', count: 1 }],
        });
        const [ref = 0] = await store.register([{ metric: 'm', labels: {} }]);
        await expect(
          store.appendBatch({ ...batchOf(ref, [1_000, 2_000], [1, 2]), values: Float64Array.of(1) }),
        ).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
      }));

    it('rejects batch samples with times that are none, and stores the rest', () =>
      withStore(async (store) => {
        const [ref = 0] = await store.register([{ metric: 'm', labels: {} }]);
        const batch = batchOf(ref, [1, Number.NaN, -Infinity, 1, 0, 2], [1, 2, 3, 4, 5, 6]);
        const result = await store.appendBatch(batch);
        expect(result.appended).toBe(2);
        expect(countsOf(result)).toEqual({ invalid: 2, duplicate: 1, 'out-of-order': 1 });
        expect(await contentsOf(store)).toEqual({
          'm{}': [
            [1, 1],
            [2, 6],
          ],
        });
      }));

    it('stores what was given or nothing, when the call is ended and its arrays are used again', () =>
      withStore(async (store) => {
        const [ref = 0] = await store.register([{ metric: 'm', labels: {} }]);
        for (let turns = 0; turns < 30; turns++) {
          const batch = batchOf(ref, [1_000 * (turns + 1)], [turns]);
          const abort = new AbortController();
          const call = store.appendBatch(batch, { signal: abort.signal }).catch(() => undefined);
          for (let turn = 0; turn < turns; turn++) await Promise.resolve();
          abort.abort();
          await call;
          batch.timesMs.fill(1e12);
          batch.values.fill(-1);
        }
        await store.append([sample('last', 1_000, 1)]);
        const { 'm{}': stored = [] } = await contentsOf(store);
        for (const [timeMs, value] of stored) expect([timeMs, value]).toEqual([1_000 * (value + 1), value]);
      }));

    it('does not store when the signal has fired', () =>
      withStore(async (store) => {
        const error: unknown = await store.append([sample('m', 1, 1)], { signal: AbortSignal.abort() }).catch((e) => e);
        expect(NovaError.isInstance(error) && error.kind).toBe('aborted');
        expect(await store.select()).toEqual([]);
      }));
  });
}
