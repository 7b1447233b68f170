import { DatabaseSync } from 'node:sqlite';
import type { Series } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import type { MetricStore } from '@novacron/monitoring';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyBits, bitsOf } from '../codec/bits.ts';
import { temporaryPath } from './temporary-path.ts';

function count(path: string, sql: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
  } finally {
    database.close();
  }
}

async function appendRounds(store: MetricStore, from: number, to: number, metrics: readonly string[]): Promise<void> {
  for (let round = from; round < to; round++) {
    await store.append(metrics.map((metric) => ({ metric, labels: {}, timeMs: round * 1_000, value: round / 10 })));
  }
}

function rounds(series: Series | undefined): number[] {
  return Array.from(series?.timesMs ?? [], (timeMs) => timeMs / 1_000);
}

describe('chunks', () => {
  it('may be as long as one likes', async () => {
    await using store = await sqliteStore({ path: temporaryPath(), chunkSamples: Number.MAX_SAFE_INTEGER });
    const metrics = Array.from({ length: 40 }, (_, i) => `m${i}`);
    await appendRounds(store, 0, 150, metrics);
    expect((await store.stats()).samples).toBe(6_000);
    expect(await store.select({ metric: 'm39' })).toMatchObject([{ timesMs: { length: 150 } }]);
  });

  it('take full chunks out of the log, in a file that keeps all', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ path, chunkSamples: 10 });
    await appendRounds(store, 0, 35, ['a', 'b']);
    await store.close();
    expect(count(path, 'SELECT count(*) FROM chunk')).toBeGreaterThanOrEqual(4);
    expect(count(path, 'SELECT max(count) FROM chunk')).toBeLessThanOrEqual(15);
    expect(count(path, 'SELECT count(*) FROM log')).toBeLessThanOrEqual(15);
    expect(count(path, 'SELECT value - (SELECT sum(count) FROM chunk) FROM counter')).toBe(0);
    await using again = await sqliteStore({ path, chunkSamples: 10 });
    const expected = Array.from({ length: 35 }, (_, i) => i);
    expect((await again.select()).map(rounds)).toEqual([expected, expected]);
    const { head, ...stats } = await again.stats();
    expect(stats).toMatchObject({ series: 2, samples: 70 });
    expect(head).toMatchObject({ chunks: 2, toMs: 34_000 });
    expect(head?.fromMs).toBeGreaterThan(0);
  });

  it('keep the log short when series fill at different speeds', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ path, chunkSamples: 10 });
    await store.append([{ metric: 'once', labels: {}, timeMs: 0, value: 7 }]);
    for (let round = 0; round < 400; round++) {
      const metrics = ['fast', ...(round % 3 === 0 ? ['third'] : []), ...(round % 50 === 0 ? ['rare'] : [])];
      await store.append(metrics.map((metric) => ({ metric, labels: {}, timeMs: round * 1_000, value: round })));
    }
    await store.close();
    expect(count(path, 'SELECT count(*) FROM log')).toBeLessThan(30);
    await using again = await sqliteStore({ path, chunkSamples: 10 });
    const stored = Object.fromEntries((await again.select()).map((series) => [series.metric, rounds(series)]));
    expect(stored).toEqual({
      fast: Array.from({ length: 400 }, (_, i) => i),
      third: Array.from({ length: 134 }, (_, i) => i * 3),
      rare: Array.from({ length: 8 }, (_, i) => i * 50),
      once: [0],
    });
  });

  it('are not all cut in the same moment', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ path, chunkSamples: 10 });
    const metrics = Array.from({ length: 100 }, (_, i) => `metric${i}`);
    await appendRounds(store, 0, 60, metrics);
    expect((await store.stats()).samples).toBe(6_000);
    await store.close();
    const perEnd = `SELECT max(n) FROM (SELECT count(*) AS n FROM chunk GROUP BY to_ms)`;
    expect(count(path, perEnd)).toBeLessThan(40); // neighbours are, sixteen of them
    expect(count(path, 'SELECT count(*) FROM log')).toBeLessThanOrEqual(15);
  });

  it('are cut early for a series that has been silent for more than a day', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ path, chunkSamples: 10 });
    await store.append([{ metric: 'silent', labels: {}, timeMs: 0, value: 1 }]);
    const later = 2 * 86_400;
    await appendRounds(store, later, later + 30, ['live']);
    await store.close();
    expect(count(path, "SELECT count(*) FROM chunk JOIN series ON id = series WHERE metric = 'silent'")).toBe(1);
    await using again = await sqliteStore({ path });
    expect((await again.select({ metric: 'silent' })).map(rounds)).toEqual([[0]]);
    const duplicate = await again.append([{ metric: 'silent', labels: {}, timeMs: 0, value: 2 }]);
    expect(duplicate.rejected).toEqual([{ reason: 'duplicate', count: 1 }]);
  });

  it('take a batch of many chunks of one series at once', async () => {
    const path = temporaryPath();
    await using store = await sqliteStore({ path });
    const [ref = 0] = await store.register([{ metric: 'backfill', labels: {} }]);
    const timesMs = Float64Array.from({ length: 10_000 }, (_, i) => i * 1_000);
    const refs = new Uint32Array(10_000).fill(ref);
    expect(await store.appendBatch({ refs, timesMs, values: timesMs })).toEqual({ appended: 10_000, rejected: [] });
    await appendRounds(store, 10_000, 10_001, ['backfill']);
    expect(await store.stats()).toMatchObject({ samples: 10_001 });
    expect((await store.select({ fromMs: 5_000_000, toMs: 5_003_000 })).map(rounds)).toEqual([[5_000, 5_001, 5_002]]);
    expect((await store.select())[0]?.timesMs).toHaveLength(10_001);
  });

  it('give back every bit of random values, before and after opening again', async () => {
    const path = temporaryPath();
    const property = fc.asyncProperty(anyBits, async (values) => {
      const options = { path, chunkSamples: 7, worker: false };
      const store = await sqliteStore(options);
      const metric = `m${(await store.stats()).series}`;
      const [ref = 0] = await store.register([{ metric, labels: {} }]);
      const timesMs = Float64Array.from(values, (_, i) => i * 10);
      for (let start = 0; start < values.length; start += 5) {
        const part = values.subarray(start, start + 5);
        const refs = new Uint32Array(part.length).fill(ref);
        await store.appendBatch({ refs, timesMs: timesMs.subarray(start, start + 5), values: part });
      }
      expect((await store.select({ metric })).map((series) => bitsOf(series.values))).toEqual([bitsOf(values)]);
      await store.close();
      await using again = await sqliteStore(options);
      expect((await again.select({ metric })).map((series) => bitsOf(series.values))).toEqual([bitsOf(values)]);
    });
    await fc.assert(property, { numRuns: 15 });
  });
});

describe('retention', () => {
  it('takes chunks out of the file and gives their room back', async () => {
    const path = temporaryPath();
    const clock = new ManualClock(0);
    await using store = await sqliteStore({ path, clock, retentionMs: 1_000_000, chunkSamples: 100 });
    const metrics = Array.from({ length: 300 }, (_, i) => `metric${i}`);
    await appendRounds(store, 0, 1_000, metrics);
    const before = await store.stats();
    expect(before.samples).toBe(300_000);
    await clock.advance(1_900_000);
    await store.maintain();
    const after = await store.stats();
    expect(after.samples).toBeGreaterThanOrEqual(30_000);
    expect(after.samples).toBeLessThan(30_000 + 300 * 100); // the chunks that are partly old
    expect(after.sizeBytes - 4_200_000).toBeLessThan(before.sizeBytes / 2); // but for the log of changes
    expect((await store.select({ metric: 'metric7' })).map(rounds)).toEqual([
      Array.from({ length: 100 }, (_, i) => 900 + i),
    ]);
  });

  it('goes by itself as time passes, also for what is in the log only', async () => {
    const path = temporaryPath();
    const clock = new ManualClock(0);
    await using store = await sqliteStore({ path, clock, retentionMs: 10_000 });
    await store.append([{ metric: 'gone', labels: {}, timeMs: 0, value: 1 }]);
    await clock.advance(60_000);
    await store.append([{ metric: 'here', labels: {}, timeMs: 60_000, value: 1 }]);
    expect((await store.series()).map(({ metric }) => metric)).toEqual(['here']);
    await store.close();
    await using again = await sqliteStore({ path, clock });
    expect(await again.stats()).toMatchObject({ series: 1, samples: 1 });
  });

  it('takes each chunk when its time has come, of series old and new, and after opening again', async () => {
    const path = temporaryPath();
    const clock = new ManualClock(0);
    const options = { path, clock, retentionMs: 60_000, chunkSamples: 8, worker: false };
    let store = await sqliteStore(options);
    for (let round = 0; round < 300; round++) {
      await clock.advance(1_000);
      const metrics = ['always', `hour${Math.floor(round / 100)}`];
      await store.append(metrics.map((metric) => ({ metric, labels: {}, timeMs: clock.now(), value: round })));
      if (round % 10 !== 9) continue;
      if (round === 149) {
        await store.close();
        store = await sqliteStore(options);
      }
      await store.maintain();
      const oldestMs = clock.now() - 60_000;
      expect(count(path, `SELECT count(*) FROM chunk WHERE to_ms < ${oldestMs}`)).toBe(0);
      const [always] = await store.select({ metric: 'always' });
      expect(always?.timesMs).toHaveLength(Math.min(round + 1, 61));
    }
    expect(count(path, 'SELECT count(*) FROM series')).toBe(2);
    expect(count(path, 'SELECT value - (SELECT sum(count) FROM chunk) FROM counter')).toBe(0);
    await store.close();
  });

  it('does not confuse a new series with one that went', async () => {
    const path = temporaryPath();
    const clock = new ManualClock(0);
    const options = { path, clock, retentionMs: 10_000, chunkSamples: 5 };
    const store = await sqliteStore(options);
    await store.append([{ metric: 'old', labels: {}, timeMs: 0, value: 1 }]);
    await clock.advance(20_000);
    await store.maintain();
    await store.close();
    const next = await sqliteStore(options);
    await next.append([{ metric: 'new', labels: {}, timeMs: 20_000, value: 2 }]);
    await next.close();
    await using last = await sqliteStore(options);
    expect((await last.select()).map(({ metric, values }) => [metric, ...values])).toEqual([['new', 2]]);
  });
});

describe('limits', () => {
  it('reject samples of further series, and refuse to register them', async () => {
    await using store = await sqliteStore({ path: temporaryPath(), maxSeries: 2 });
    const samples = ['a', 'b', 'c', 'a'].map((metric, i) => ({ metric, labels: {}, timeMs: i, value: 1 }));
    expect(await store.append(samples)).toEqual({ appended: 3, rejected: [{ reason: 'series-limit', count: 1 }] });
    await expect(store.register([{ metric: 'd', labels: {} }])).rejects.toMatchObject({
      code: 'NOVA_MONITORING_QUOTA',
    });
    expect(await store.register([{ metric: 'a', labels: {} }])).toHaveLength(1);
  });

  it('let other work go first during a long read, so that it can be aborted', async () => {
    await using store = await sqliteStore({ path: temporaryPath() });
    const ids = Array.from({ length: 40 }, (_, i) => ({ metric: 'm', labels: { series: String(i) } }));
    const refs = await store.register(ids);
    for (const ref of refs) {
      const timesMs = Float64Array.from({ length: 30_000 }, (_, i) => i);
      await store.appendBatch({ refs: new Uint32Array(30_000).fill(ref), timesMs, values: timesMs });
    }
    const stop = new AbortController();
    const read = store.select({}, { signal: stop.signal });
    setTimeout(() => stop.abort(), 0);
    await expect(read).rejects.toMatchObject({ kind: 'aborted' });
    const closing = store.select();
    setTimeout(() => void store.close(), 0);
    await expect(closing).rejects.toMatchObject({ code: 'NOVA_MONITORING_CONFLICT' });
  });
});
