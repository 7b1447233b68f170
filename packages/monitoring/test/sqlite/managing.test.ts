import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ManualClock } from '@novacron/core/testing';
import type { MetricStore } from '@novacron/monitoring';
import { salvageStore, sqliteStore, type SqliteStoreOptions } from '@novacron/monitoring/sqlite';
import { describe, expect, it } from 'vitest';
import { temporaryPath } from './temporary-path.ts';

const small = { chunkSamples: 20, mergedSamples: 100, synchronous: 'normal', worker: false } as const;

async function fill(store: MetricStore, from: number, to: number, series = 10): Promise<void> {
  for (let round = from; round < to; round++) {
    await store.append(
      Array.from({ length: series }, (_, i) => ({
        metric: i % 2 === 0 ? 'secret' : 'open',
        labels: { series: String(i) },
        timeMs: round * 15_000,
        value: round + i / 10,
      })),
    );
  }
}

function count(path: string, sql: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
  } finally {
    database.close();
  }
}

/** Chunks as they were cut, and what compaction made of many. */
const allChunks = `(
  SELECT series, from_ms, to_ms, count, packing, data FROM chunk
  UNION ALL SELECT series, from_ms, to_ms, count, packing, data FROM merged
) AS chunk`;

describe('compaction', () => {
  it('puts cold chunks together, in fewer bytes, and every sample is still there', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path });
    await fill(store, 0, 1_000);
    const contents = await store.select();
    await store.maintain();
    await store.close();
    expect(count(path, 'SELECT max(count) FROM merged')).toBeGreaterThanOrEqual(100);
    expect(count(path, 'SELECT count(*) FROM chunk')).toBeLessThan(10 * 8);
    const bytes = (table: string) => count(path, `SELECT sum(length(data)) * 1.0 / sum(count) FROM ${table}`);
    expect(bytes('merged')).toBeLessThan(bytes('chunk') / 2);
    await using again = await sqliteStore({ ...small, path });
    expect(await again.select()).toEqual(contents);
    expect((await again.stats()).samples).toBe(10_000);
  });

  it('makes no chunk that fills pages of its own', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path, mergedSamples: 2_000, chunkSamples: 120 });
    const timesMs = Float64Array.from({ length: 6_000 }, (_, i) => i * 1_000 + ((i * 7_919) % 23));
    const values = timesMs.map((_, i) => Math.floor(i * 1_000 + ((i * 104_729) % 65_537)));
    const [ref] = await store.register([{ metric: 'noisy', labels: {} }]);
    for (let start = 0; start < 6_000; start += 500) {
      const part = (column: Float64Array): Float64Array => column.slice(start, start + 500);
      const refs = new Uint32Array(500).fill(ref as number);
      await store.appendBatch({ refs, timesMs: part(timesMs), values: part(values) });
    }
    await store.maintain();
    const [series] = await store.select();
    expect([series?.timesMs, series?.values]).toEqual([timesMs, values]);
    await store.close();
    expect(count(path, 'SELECT count(*) FROM merged')).toBeGreaterThan(1);
    expect(count(path, 'SELECT max(length(data)) FROM merged')).toBeLessThan(1_100);
    expect(count(path, 'SELECT sum(count) >= 2000 FROM merged')).toBe(1);
  });

  it('keeps what samples come to for longer than the samples', async () => {
    const path = temporaryPath();
    const clock = new ManualClock(0);
    const options = { ...small, path, clock, retentionMs: 7_200_000, rollupRetentionMs: 1e9 };
    const store = await sqliteStore(options);
    await fill(store, 0, 2_400); // ten hours
    await clock.advance(36_000_000);
    const hourly = { downsample: { stepMs: 3_600_000, aggregate: 'max' } } as const;
    const before = (await store.select({ ...hourly, labels: { series: '4' } }))[0];
    await store.maintain();
    const raw = (await store.select({ labels: { series: '4' } }))[0];
    expect(raw?.timesMs).toHaveLength(480);
    const after = (await store.select({ ...hourly, labels: { series: '4' } }))[0];
    expect([...(after?.values ?? [])]).toEqual(Array.from({ length: 10 }, (_, hour) => hour * 240 + 239.4));
    expect(after).toEqual(before);
    await store.close();
    await using again = await sqliteStore(options);
    const counts = await again.select({ downsample: { stepMs: 300_000, aggregate: 'count' }, labels: { series: '4' } });
    expect(counts[0]?.values.reduce((sum, each) => sum + each, 0)).toBe(2_400);
    expect([...new Set(counts[0]?.values)]).toEqual([20]);
    await clock.advance(1e9 + 36_000_000);
    await again.maintain();
    expect(await again.stats()).toMatchObject({ series: 0, samples: 0 });
  });
});

describe('retention by size', () => {
  it('takes the oldest samples of all away', async () => {
    const path = temporaryPath();
    await using store = await sqliteStore({ ...small, path, mergedSamples: 1_000_000, retentionBytes: 120_000 });
    await fill(store, 0, 4_000, 20);
    const before = await store.stats();
    await store.maintain();
    const after = await store.stats();
    expect(after.samples).toBeLessThan(before.samples);
    expect(after.samples).toBeGreaterThan(5_000);
    expect(count(path, `SELECT sum(length(data)) FROM ${allChunks}`)).toBeLessThan(120_000);
    const stored = await store.select();
    expect(stored).toHaveLength(20);
    for (const { timesMs } of stored) expect(timesMs.at(-1)).toBe(3_999 * 15_000);
  });
});

describe('what is kept for long', () => {
  const newest = (rounds: number): number => (rounds - 1) * 15_000;

  it('goes by size without all samples, even where the log and the tables need all of it', async () => {
    const path = temporaryPath();
    await using store = await sqliteStore({ ...small, path, chunkSamples: 120, retentionBytes: 130_000 });
    const ids = Array.from({ length: 400 }, (_, i) => ({ metric: 'm', labels: { i: String(i) } }));
    const refs = await store.register(ids);
    for (let round = 0; round < 2_000; round++) {
      const timesMs = new Float64Array(refs.length).fill(round * 15_000);
      const isNew = round > 1_970; // and takes much room in the log
      const values = timesMs.map((_, i) => (isNew ? Math.sin(i * round) : i + ((round * 7) % 11)));
      await store.appendBatch({ refs, timesMs, values });
    }
    expect(count(path, 'SELECT sum(length(batch)) FROM log')).toBeGreaterThan(100_000);
    const idle = await store.register([{ metric: 'idle', labels: {} }]);
    const chunks = (): number => count(path, `SELECT count(*) FROM ${allChunks}`);
    const before = chunks();
    await store.maintain();
    expect(chunks()).toBeGreaterThan(0);
    expect(chunks()).toBeLessThan(before / 4);
    for (const { timesMs } of await store.select()) expect(timesMs.at(-1)).toBe(newest(2_000));
    const first = { refs: idle, timesMs: Float64Array.of(1), values: Float64Array.of(1) };
    expect((await store.appendBatch(first)).appended).toBe(1);
  });

  it('goes by size with the oldest rollups, and not with all because of one sample of the future', async () => {
    const path = temporaryPath();
    const clock = new ManualClock(newest(4_000));
    const options = { ...small, path, clock, rollupRetentionMs: 1e12, retentionBytes: 90_000 };
    await using store = await sqliteStore(options);
    await fill(store, 0, 4_000, 10);
    await store.append([{ metric: 'secret', labels: { series: '0' }, timeMs: 1e15, value: 1 }]);
    const oldest = (table: string): number => count(path, `SELECT min(to_ms) FROM ${table}`);
    const before = oldest('rollup');
    await store.maintain();
    expect(oldest('rollup')).toBeGreaterThan(before);
    expect(oldest(allChunks)).toBeLessThan(newest(4_000));
    expect(count(path, `SELECT count(*) FROM ${allChunks}`)).toBeGreaterThan(0);
  });

  it('lets appends have their turn while it goes', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path, worker: true, retentionBytes: 400_000 });
    const ids = Array.from({ length: 5_000 }, (_, i) => ({ metric: 'm', labels: { i: String(i) } }));
    const refs = await store.register(ids);
    for (let round = 0; round < 60; round++) {
      const timesMs = new Float64Array(refs.length).fill(round * 15_000);
      await store.appendBatch({ refs, timesMs, values: timesMs.map((_, i) => Math.sin(i * round)) });
    }
    const state = { isDone: false };
    const shrunk = store.maintain().then(() => (state.isDone = true));
    let during = 0;
    while (!state.isDone) {
      await store.append([{ metric: 'other', labels: {}, timeMs: during, value: 1 }]);
      if (!state.isDone) during++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await shrunk;
    expect(during).toBeGreaterThan(5);
    await store.close();
  });

  it('goes by rules of its own for what samples come to', async () => {
    const clock = new ManualClock(0);
    await using store = await sqliteStore({
      ...small,
      path: temporaryPath(),
      clock,
      retentionMs: 7_200_000,
      rollupRetentionMs: 1e12,
      retention: [{ series: { metric: 'secret' }, retentionMs: 3_600_000, rollupRetentionMs: 14_400_000 }],
    });
    await fill(store, 0, 2_400); // ten hours
    await clock.advance(36_000_000);
    await store.maintain();
    const hours = { downsample: { stepMs: 3_600_000, aggregate: 'count' } } as const;
    const found = await store.select(hours);
    for (const { metric, values } of found) {
      const expected = metric === 'open' ? [10, 10] : [4, 6]; // buckets go in parts of some hours
      expect(values.length).toBeGreaterThanOrEqual(expected[0] as number);
      expect(values.length).toBeLessThanOrEqual(expected[1] as number);
    }
    const wrong = [{ series: {}, retentionMs: 1, rollupRetentionMs: 0 }];
    await expect(sqliteStore({ path: temporaryPath(), retention: wrong })).rejects.toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
    });
  });
});

describe('a snapshot', () => {
  it('is a store of its own, with all that was there when it was made', async () => {
    const path = temporaryPath();
    const copy = temporaryPath();
    await using store = await sqliteStore({ path, chunkSamples: 20 });
    await fill(store, 0, 60);
    const contents = await store.select();
    await store.snapshot(copy);
    await fill(store, 60, 70);
    await expect(store.snapshot(copy)).rejects.toMatchObject({ name: 'MonitoringError' });
    await using restored = await sqliteStore({ path: copy });
    expect(await restored.select()).toEqual(contents);
    expect((await restored.append([{ metric: 'm', labels: {}, timeMs: 1, value: 1 }])).appended).toBe(1);
  });
});

describe('encryption', () => {
  const key = new Uint8Array(32).fill(7);
  const encryption = { key: () => key, series: { metric: 'secret' } };

  it('leaves no sample of a secret series readable in the file, and gives all back with the key', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path, encryption, rollupRetentionMs: 1e9 });
    await fill(store, 0, 300);
    const contents = await store.select();
    await store.close();
    const secret = `SELECT count(*) FROM ${allChunks} JOIN series ON id = series WHERE metric = 'secret' AND packing < 2`;
    expect(count(path, secret)).toBe(0);
    expect(count(path, secret.replace("'secret'", "'open'"))).toBeGreaterThan(0);
    expect(
      count(path, "SELECT count(*) FROM rollup JOIN series ON id = series WHERE metric = 'secret' AND packing < 2"),
    ).toBe(0);
    expect(count(path, "SELECT count(*) FROM log WHERE substr(hex(batch), 1, 2) <> '02'")).toBe(0);
    await using again = await sqliteStore({ ...small, path, encryption });
    expect(await again.select()).toEqual(contents);
    await again.delete({ fromMs: 0, toMs: 1_000_000 });
    expect(count(path, secret)).toBe(0);
  });

  it.each([
    ['secret', encryption],
    ['open', undefined],
  ])('binds chunks to their place: swapped ones are noticed where they are %s', async (metric, secrecy) => {
    const path = temporaryPath();
    const options = { ...small, path, rollupRetentionMs: 1e9, ...(secrecy && { encryption: secrecy }) };
    const store = await sqliteStore(options);
    await fill(store, 0, 300);
    await store.close();
    const database = new DatabaseSync(path);
    const [one, other] = database
      .prepare('SELECT chunk.* FROM chunk JOIN series ON id = series WHERE metric = ? GROUP BY series LIMIT 2')
      .all(metric);
    const set = database.prepare('UPDATE chunk SET data = ?, packing = ? WHERE series = ? AND from_ms = ?');
    set.run(one?.['data'] ?? 0, one?.['packing'] ?? 0, other?.['series'] ?? 0, other?.['from_ms'] ?? 0);
    set.run(other?.['data'] ?? 0, other?.['packing'] ?? 0, one?.['series'] ?? 0, one?.['from_ms'] ?? 0);
    database.close();
    await using again = await sqliteStore(options);
    await expect(again.select({ metric })).rejects.toMatchObject({ code: 'NOVA_MONITORING_CORRUPT' });
    expect(await again.select({ metric: metric === 'open' ? 'secret' : 'open' })).not.toHaveLength(0);
  });

  it('leaves nothing open that was secret when only a part is deleted and other series are secret now', async () => {
    const path = temporaryPath();
    const options = { ...small, path, rollupRetentionMs: 1e9 };
    const store = await sqliteStore({ ...options, encryption });
    await fill(store, 0, 300);
    await store.close();
    const readable = (table: string): number =>
      count(path, `SELECT count(*) FROM ${table} JOIN series ON id = series WHERE metric = 'secret' AND packing < 2`);
    const changed = await sqliteStore({ ...options, encryption: { key: encryption.key, series: { metric: 'none' } } });
    await changed.delete({ metric: 'secret', fromMs: 0, toMs: 450_000 });
    await changed.close();
    expect([readable(allChunks), readable('rollup')]).toEqual([0, 0]);
  });

  it('refuses to open with another key, and takes none that is no key', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path, encryption });
    await fill(store, 0, 5);
    await store.close();
    const open = async (options: Partial<SqliteStoreOptions>): Promise<void> => {
      await (await sqliteStore({ ...small, path, ...options })).close();
    };
    await expect(open({})).rejects.toMatchObject({ code: 'NOVA_MONITORING_PERMISSION' });
    const wrong = { key: async () => new Uint8Array(32) };
    await expect(open({ encryption: wrong })).rejects.toMatchObject({ code: 'NOVA_MONITORING_PERMISSION' });
    await expect(open({ encryption: { key: () => new Uint8Array(16) } })).rejects.toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
    });
    await open({ encryption });
  });
});

describe('a file that was cut in half', () => {
  it('is noticed, and what is left of it is served from a new one', async () => {
    const whole = temporaryPath();
    const store = await sqliteStore({ ...small, path: whole, mergedSamples: 1_000_000 });
    await fill(store, 0, 2_000, 40);
    const contents = new Map((await store.select()).map((series) => [series.labels['series'], series]));
    await store.close();
    for (const part of [0.5, 0.8]) {
      const path = temporaryPath();
      const bytes = readFileSync(whole);
      writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * part)));
      const read = async (): Promise<void> => {
        await using damaged = await sqliteStore({ ...small, path });
        await damaged.select();
      };
      await expect(read()).rejects.toMatchObject({ code: 'NOVA_MONITORING_CORRUPT' });
      const to = temporaryPath();
      const report = await salvageStore(path, to);
      expect(report.damaged).toBeGreaterThan(0);
      expect(report.samples).toBeGreaterThan(80_000 * (part - 0.3));
      await using saved = await sqliteStore({ path: to, worker: false });
      const found = await saved.select();
      expect(found.length).toBe(report.series);
      for (const { labels, timesMs, values } of found) {
        const original = contents.get(labels['series']);
        const times = new Map(Array.from(original?.timesMs ?? [], (timeMs, i) => [timeMs, original?.values[i]]));
        expect(timesMs.every((timeMs, i) => times.get(timeMs) === values[i])).toBe(true);
      }
    }
  });

  it('is saved as a whole when nothing is damaged, and never over another file', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path });
    await fill(store, 0, 200);
    const contents = await store.select();
    await store.close();
    const copy = temporaryPath();
    copyFileSync(path, copy);
    const to = temporaryPath();
    expect(await salvageStore(copy, to)).toEqual({ series: 10, samples: 2_000, damaged: 0 });
    await expect(salvageStore(copy, path)).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
    await using saved = await sqliteStore({ path: to, worker: false });
    expect(await saved.select()).toEqual(contents);
    expect(statSync(copy).size).toBe(statSync(path).size);
  });
});
