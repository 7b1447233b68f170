import type { Sample } from '@novacron/core';
import { memoryStore, MonitoringError, type AppendResult, type MetricStore } from '@novacron/monitoring';
import { toStore, type StoreReport, type ToStoreOptions } from '@novacron/monitoring/stream';
import { lastValueFrom, of, Subject, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { at } from './marbles.ts';

/** A store that a test lets go on, one append at a time. */
class SlowStore implements Pick<MetricStore, 'append'> {
  readonly stored: number[] = [];
  readonly signals: AbortSignal[] = [];
  #waiting: ((how: 'store' | 'fail') => void)[] = [];

  append(samples: readonly Sample[], options?: { signal?: AbortSignal | undefined }): Promise<AppendResult> {
    if (options?.signal !== undefined) this.signals.push(options.signal);
    return new Promise((resolve, reject) => {
      this.#waiting.push((how) => {
        if (how === 'fail') return reject(new MonitoringError({ kind: 'capacity', message: 'full' }));
        this.stored.push(...samples.map(({ value }) => value));
        resolve({ appended: samples.length, rejected: [] });
      });
    });
  }

  get appending(): number {
    return this.#waiting.length;
  }

  async finish(how: 'store' | 'fail' = 'store'): Promise<void> {
    this.#waiting.shift()?.(how);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

function batch(...values: number[]): Sample[] {
  return values.map((value) => at(value, value));
}

function run(store: SlowStore, options?: ToStoreOptions) {
  const source = new Subject<readonly Sample[]>();
  const reports: StoreReport[] = [];
  const ends: unknown[] = [];
  const subscription = source.pipe(toStore(store, options)).subscribe({
    next: (report) => reports.push(report),
    error: (error: unknown) => ends.push(error),
    complete: () => ends.push('complete'),
  });
  return { source, reports, ends, subscription };
}

describe('toStore', () => {
  it('stores collections and arrays of samples, and reports on each', async () => {
    await using store = memoryStore();
    const collection = { timeMs: 0, durationMs: 0, samples: batch(1, 2), errors: [] };
    const reports = await lastValueFrom(of(collection, batch(2, 3)).pipe(toStore(store), toArray()));
    expect(reports).toEqual([
      { appended: 2, rejected: [], lost: 0, dropped: 0, queued: 1 + 1 },
      { appended: 1, rejected: [{ reason: 'duplicate', count: 1 }], lost: 0, dropped: 0, queued: 0 },
    ]);
    expect(await store.stats()).toMatchObject({ samples: 3 });
  });

  it('stores one batch after the other, in order, and what waits before it completes', async () => {
    const store = new SlowStore();
    const { source, reports, ends } = run(store);
    source.next(batch(1));
    source.next(batch(2));
    source.next(batch(3));
    source.complete();
    expect(store.appending).toBe(1);
    for (let i = 0; i < 3; i++) {
      expect(ends).toEqual([]);
      await store.finish();
    }
    expect(store.stored).toEqual([1, 2, 3]);
    expect(reports.map(({ queued }) => queued)).toEqual([2, 1, 0]);
    expect(ends).toEqual(['complete']);
  });

  it('completes at once when nothing waits', async () => {
    const { source, ends } = run(new SlowStore());
    source.complete();
    expect(ends).toEqual(['complete']);
  });

  it('turns errors of the store into reports and goes on', async () => {
    const store = new SlowStore();
    const { source, reports, ends } = run(store);
    source.next(batch(1, 2));
    source.next(batch(3));
    await store.finish('fail');
    await store.finish();
    expect(reports).toMatchObject([
      { appended: 0, lost: 2, error: { code: 'NOVA_MONITORING_CAPACITY' } },
      { appended: 1, lost: 0 },
    ]);
    expect(reports[1]).not.toHaveProperty('error');
    expect(ends).toEqual([]);
  });

  it("passes the source's own error on after what waits is stored", async () => {
    const store = new SlowStore();
    const { source, ends } = run(store);
    source.next(batch(1));
    source.next(batch(2));
    source.error(new Error('source'));
    await store.finish();
    expect(ends).toEqual([]);
    await store.finish();
    expect(store.stored).toEqual([1, 2]);
    expect(ends).toEqual([new Error('source')]);
    const failing = throwError(() => new Error('at once')).pipe(toStore(new SlowStore()));
    await expect(lastValueFrom(failing)).rejects.toThrow('at once');
  });

  it('drops what waits longest when the queue is full', async () => {
    const store = new SlowStore();
    const { source, reports } = run(store, { maxQueuedSamples: 3 });
    source.next(batch(1)); // is being stored
    for (const value of [2, 4, 6]) source.next(batch(value, value + 1));
    for (let i = 0; i < 3; i++) await store.finish();
    expect(store.stored).toEqual([1, 6, 7]);
    expect(reports.at(-1)).toMatchObject({ dropped: 4, queued: 0 });
  });

  it('drops what comes when it is told so', async () => {
    const store = new SlowStore();
    const { source, reports } = run(store, { maxQueuedSamples: 3, policy: 'drop-newest' });
    source.next(batch(1));
    for (const value of [2, 4, 6]) source.next(batch(value, value + 1));
    for (let i = 0; i < 3; i++) await store.finish();
    expect(store.stored).toEqual([1, 2, 3]);
    expect(reports).toHaveLength(2);
    expect(reports.at(-1)).toMatchObject({ dropped: 4 });
  });

  it('says at once what it drops when it is told so', async () => {
    const store = new SlowStore();
    const { source, reports } = run(store, { maxQueuedSamples: 2, policy: 'error-value' });
    source.next(batch(1));
    source.next(batch(2, 3));
    source.next(batch(4));
    expect(reports).toMatchObject([{ appended: 0, dropped: 1, queued: 2, lost: 0, error: { kind: 'capacity' } }]);
    await store.finish();
    await store.finish();
    expect(store.stored).toEqual([1, 2, 3]);
  });

  it('takes a batch that is bigger than the queue when nothing else waits', async () => {
    const store = new SlowStore();
    const { source } = run(store, { maxQueuedSamples: 1 });
    source.next(batch(1));
    source.next(batch(2, 3, 4));
    await store.finish();
    await store.finish();
    expect(store.stored).toEqual([1, 2, 3, 4]);
  });

  it('aborts what is being stored and lets go of what waits when it is left', async () => {
    const store = new SlowStore();
    const { source, reports, subscription } = run(store);
    source.next(batch(1));
    source.next(batch(2));
    subscription.unsubscribe();
    expect(store.signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(source.observed).toBe(false);
    await store.finish('fail');
    expect(store.appending).toBe(0);
    expect(reports).toEqual([]);
  });

  it('refuses a queue without room', () => {
    for (const maxQueuedSamples of [0, -1, Number.NaN]) {
      expect(() => toStore(memoryStore(), { maxQueuedSamples })).toThrow(expect.objectContaining({ kind: 'invalid' }));
    }
  });
});
