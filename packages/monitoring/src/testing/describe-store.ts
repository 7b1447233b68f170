import type { Clock } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';
import type { MetricStore } from '../store/metric-store.ts';
import type { StoreRules } from '../store/series-catalog.ts';
import { describeStoreAppending } from './store-appending.ts';
import { sample, type StoreAbility, type WithStore } from './store-fixtures.ts';
import { describeStoreManaging } from './store-managing.ts';
import { describeStoreReading } from './store-reading.ts';
import { whereIt } from './where-it.ts';

/** What a store under test is opened with. */
export interface StoreUnderTestOptions extends StoreRules {
  /** Says what is old. */
  readonly clock: Clock;
}

/** Opens a new and empty store. */
export type OpenStore = (options: StoreUnderTestOptions) => MetricStore | Promise<MetricStore>;

/**
 * The conformance suite of {@link MetricStore}: call it in a vitest file of the store. Every test opens a store of
 * its own and closes it.
 *
 * @param name - The store's name in the report.
 * @param open - Opens a new and empty store.
 * @param cannot - What its protocol can't do, and is not tested. @default everything is
 *
 * @example
 * ```ts no-run
 * import { memoryStore } from '@novacron/monitoring';
 * import { describeStore } from '@novacron/monitoring/testing';
 *
 * describeStore('memoryStore', (options) => memoryStore(options));
 * ```
 */
export function describeStore(name: string, open: OpenStore, cannot: readonly StoreAbility[] = []): void {
  const lacks = new Set(cannot);
  describe(`${name} is a metric store`, () => {
    const withStore: WithStore = async (task, rules = {}) => {
      const clock = new ManualClock(1_000_000);
      await using store = await open({ clock, ...rules });
      await task(store, clock);
    };
    describeStoreAppending(withStore, lacks);
    describeStoreReading(withStore, lacks);
    describeStoreManaging(withStore, lacks);

    whereIt(!lacks.has('retention'))('drops what is older than its retention, and forgets series without samples', () =>
      withStore(
        async (store, clock) => {
          await store.append([sample('old', 995_000, 1), sample('both', 995_000, 1), sample('both', 1_000_000, 2)]);
          expect(await store.append([sample('both', 800_000, 1)])).toMatchObject({
            rejected: [{ reason: 'too-old' }],
          });
          await clock.advance(7_000);
          const visible = await store.select();
          expect(visible.map(({ metric, values }) => [metric, [...values]])).toEqual([['both', [2]]]);
          await store.maintain();
          expect((await store.series()).map(({ metric }) => metric)).toEqual(['both']);
          await clock.advance(100_000);
          await store.maintain();
          expect(await store.stats()).toMatchObject({ series: 0, samples: 0 });
          expect(await store.append([sample('old', 1_100_000, 3)])).toEqual({ appended: 1, rejected: [] });
        },
        { retentionMs: 10_000 },
      ),
    );

    whereIt(!lacks.has('retention'))('rejects references to series that retention took away', () =>
      withStore(
        async (store, clock) => {
          const refs = await store.register([{ metric: 'gone', labels: {} }]);
          await store.appendBatch({ refs, timesMs: Float64Array.of(1_000_000), values: Float64Array.of(1) });
          await clock.advance(20_000);
          await store.maintain();
          const late = { refs, timesMs: Float64Array.of(1_020_000), values: Float64Array.of(1) };
          expect(await store.appendBatch(late)).toEqual({
            appended: 0,
            rejected: [{ reason: 'unknown-series', count: 1 }],
          });
        },
        { retentionMs: 10_000 },
      ),
    );

    whereIt(!lacks.has('retention'))('forgets series that have had no sample for an hour', () =>
      withStore(
        async (store, clock) => {
          const refs = await store.register(['a', 'b'].map((metric) => ({ metric, labels: {} })));
          const future = { refs, timesMs: Float64Array.of(1e12, 1_000_000), values: Float64Array.of(1, 1) };
          expect(await store.appendBatch(future)).toMatchObject({ appended: 1 });
          await store.maintain();
          await clock.advance(3_000_000);
          await store.maintain();
          expect(await store.stats()).toMatchObject({ series: 2 });
          await clock.advance(600_000);
          await store.maintain();
          expect((await store.series()).map(({ metric }) => metric)).toEqual(['b']);
          const late = { refs, timesMs: Float64Array.of(2e6, 2e6), values: Float64Array.of(1, 1) };
          expect(await store.appendBatch(late)).toEqual({
            appended: 1,
            rejected: [{ reason: 'unknown-series', count: 1 }],
          });
        },
        { maxFutureMs: 1e9 },
      ),
    );

    it('refuses calls after it was closed, and may be closed twice', () =>
      withStore(async (store) => {
        await store.close();
        await store.close();
        const calls = [
          store.append([]),
          store.register([]),
          store.select(),
          store.labelNames(),
          store.cardinality(),
          store.delete({}),
          store.stats(),
          store.maintain(),
        ];
        for (const call of calls) {
          await expect(call).rejects.toMatchObject({ code: 'NOVA_MONITORING_CONFLICT' });
        }
      }));
  });
}
