import { seriesKey, type Labels, type Sample } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import { memoryStore, type MetricStore } from '@novacron/monitoring';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryPath } from '../sqlite/temporary-path.ts';

/** What a store must do, written in the plainest way. */
class ModelStore {
  readonly series = new Map<string, Map<number, number>>();
  #newest = new Map<string, number>();
  readonly #retentionMs: number;

  constructor(retentionMs: number) {
    this.#retentionMs = retentionMs;
  }

  append(samples: readonly Sample[], nowMs: number): number {
    let appended = 0;
    for (const { metric, labels, timeMs, value } of samples) {
      const key = seriesKey(metric, labels);
      if (timeMs < nowMs - this.#retentionMs || timeMs <= (this.#newest.get(key) ?? -Infinity)) continue;
      this.#newest.set(key, timeMs);
      this.series.set(key, (this.series.get(key) ?? new Map<number, number>()).set(timeMs, value));
      appended++;
    }
    return appended;
  }

  maintain(nowMs: number): void {
    for (const [key, newestMs] of this.#newest) {
      if (newestMs >= nowMs - this.#retentionMs) continue;
      this.#newest.delete(key);
      this.series.delete(key);
    }
  }

  select(fromMs: number, toMs: number, nowMs: number): Record<string, [number, number][]> {
    const first = Math.max(fromMs, nowMs - this.#retentionMs);
    const found = [...this.series].map(([key, samples]): [string, [number, number][]] => [
      key,
      [...samples].filter(([timeMs]) => timeMs >= first && timeMs < toMs),
    ]);
    return Object.fromEntries(found.filter(([, samples]) => samples.length > 0));
  }
}

async function contents(store: MetricStore, fromMs: number, toMs: number): Promise<Record<string, [number, number][]>> {
  const found = await store.select({ fromMs, toMs });
  return Object.fromEntries(
    found.map(({ metric, labels, timesMs, values }) => [
      seriesKey(metric, labels),
      Array.from(timesMs, (timeMs, i): [number, number] => [timeMs, values[i] as number]),
    ]),
  );
}

const labels: readonly Labels[] = [{}, { vm: 'a' }, { vm: 'b' }, { vm: 'b', disk: 'x' }, { vm: 'c' }];

/** What happens to a store, at random: mostly samples, a little ahead of the clock or late; sometimes the rest. */
type Step =
  | { readonly do: 'append' | 'batch'; readonly samples: readonly { series: number; lateMs: number; value: number }[] }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'maintain' }
  | { readonly do: 'reopen' }
  | { readonly do: 'select'; readonly fromMs: number; readonly forMs: number };

const sample = fc.record({
  series: fc.nat({ max: labels.length - 1 }),
  lateMs: fc.integer({ min: -50, max: 300 }),
  value: fc.oneof(fc.integer({ min: 0, max: 100 }).map(Number), fc.double({ noNaN: true })),
});
const write = fc.record({ do: fc.constantFrom('append' as const, 'batch' as const), samples: fc.array(sample) });
const wait = fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 400 }) });
const rare = fc.constantFrom({ do: 'maintain' as const }, { do: 'reopen' as const });
const select = fc.record({
  do: fc.constant('select' as const),
  fromMs: fc.nat({ max: 9_000 }),
  forMs: fc.nat({ max: 4_000 }),
});
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: write },
    { weight: 6, arbitrary: wait },
    { weight: 2, arbitrary: select },
    { weight: 1, arbitrary: rare },
  ),
  { maxLength: 60 },
);

type Reopen = (store: MetricStore) => Promise<MetricStore>;

async function compare(
  list: readonly Step[],
  open: MetricStore,
  clock: ManualClock,
  model: ModelStore,
  reopen: Reopen,
) {
  let store = open;
  let nowMs = clock.now();
  try {
    for (const step of list) {
      if (step.do === 'wait') {
        await clock.advance(step.ms);
        nowMs = clock.now();
      } else if (step.do === 'select') {
        const toMs = step.fromMs + step.forMs;
        expect(await contents(store, step.fromMs, toMs)).toEqual(model.select(step.fromMs, toMs, nowMs));
      } else if (step.do === 'maintain') {
        await store.maintain();
        model.maintain(nowMs);
      } else if (step.do === 'reopen') {
        store = await reopen(store);
      } else {
        const samples = step.samples.map(({ series, lateMs, value }) => {
          return { metric: 'm', labels: labels[series] as Labels, timeMs: nowMs - lateMs, value };
        });
        const { appended } = step.do === 'append' ? await store.append(samples) : await appendColumns(store, samples);
        expect(appended).toBe(model.append(samples, nowMs));
      }
    }
    expect(await contents(store, -Infinity, Infinity)).toEqual(model.select(-Infinity, Infinity, nowMs));
  } finally {
    await store.close();
  }
}

async function appendColumns(store: MetricStore, samples: readonly Sample[]) {
  return store.appendBatch({
    refs: await store.register(samples),
    timesMs: Float64Array.from(samples, ({ timeMs }) => timeMs),
    values: Float64Array.from(samples, ({ value }) => value),
  });
}

describe('a store does what the plainest store does, whatever happens in which order', () => {
  const retentionMs = 5_000;

  it('in memory', { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(steps, async (list) => {
      const clock = new ManualClock(1_000);
      const store = memoryStore({ clock, retentionMs });
      await compare(list, store, clock, new ModelStore(retentionMs), async (same) => same);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('in a file, opened again now and then', { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(steps, fc.integer({ min: 1, max: 12 }), async (list, chunkSamples) => {
      const clock = new ManualClock(1_000);
      const options = {
        path: temporaryPath(),
        clock,
        retentionMs,
        chunkSamples,
        worker: false,
        synchronous: 'normal',
      } as const;
      const store = await sqliteStore(options);
      await compare(list, store, clock, new ModelStore(retentionMs), async (open) => {
        await open.close();
        return sqliteStore(options);
      });
    });
    await fc.assert(property, { numRuns: 100 });
  });
});
