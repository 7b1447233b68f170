import { createSeries, type CallOptions, type Series } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';
import { AnalyticsError, collect, pipeline } from '@novacron/analytics';

interface Query {
  readonly metric?: string;
  readonly fromMs: number;
  readonly toMs: number;
}

class Store {
  readonly asked: { query: Query; signal: AbortSignal | undefined }[] = [];

  async select(query: Query, options?: CallOptions): Promise<readonly Series[]> {
    this.asked.push({ query, signal: options?.signal });
    return [createSeries(query.metric ?? 'all', {}, [query.fromMs], [1])];
  }
}

describe('collect', () => {
  it('asks the store and gives what it answers', async () => {
    const store = new Store();
    const { value } = await pipeline('read', collect(store, { metric: 'up', fromMs: 5, toMs: 9 })).run();
    expect(value).toEqual([createSeries('up', {}, [5], [1])]);
    expect(store.asked[0]?.query).toEqual({ metric: 'up', fromMs: 5, toMs: 9 });
  });

  it('makes the query from the time of the run', async () => {
    const store = new Store();
    const lastMinute = collect(store, ({ startTimeMs }) => ({ fromMs: startTimeMs - 60_000, toMs: startTimeMs }));
    await pipeline('read', lastMinute).run(undefined, { clock: new ManualClock(100_000) });
    expect(store.asked[0]?.query).toEqual({ fromMs: 40_000, toMs: 100_000 });
  });

  it('is checked by the compiler', () => {
    // @ts-expect-error toMs is missing
    collect(new Store(), { fromMs: 1 });
  });

  it('hands the signal of the run to the store', async () => {
    const store = new Store();
    const controller = new AbortController();
    await pipeline('read', collect(store, { fromMs: 0, toMs: 1 })).run(undefined, { signal: controller.signal });
    const signal = store.asked[0]?.signal;
    expect(signal).toBeInstanceOf(AbortSignal);
    expect(signal?.aborted).toBe(false);
  });

  it('names itself when the store fails', async () => {
    const broken = { select: () => Promise.reject(new Error('disk on fire')) };
    const error: unknown = await pipeline('read', collect(broken, {}))
      .run()
      .catch((reason: unknown) => reason);
    expect(AnalyticsError.isInstance(error) && error.details).toEqual({ pipeline: 'read', stage: 'collect', index: 0 });
  });
});
