import { closeSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Series } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import type { MetricStore } from '@novacron/monitoring';
import { salvageStore, sqliteStore, type SqliteStoreOptions } from '@novacron/monitoring/sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryPath } from './temporary-path.ts';

const small = {
  chunkSamples: 20,
  mergedSamples: 200,
  synchronous: 'normal',
  worker: false,
  retentionMs: Infinity,
} as const;
const hosts = ['a', 'b'] as const;

/** When a host's round is measured: about every second, and never to the millisecond. */
function timeOf(host: number, round: number): number {
  return round * 1_000 + host * 300 + (((round + host) * 7_919) % 23);
}

/** Rounds of two hosts with eight series each, the first of them secret where any is. */
async function fill(store: MetricStore, from: number, to: number): Promise<void> {
  for (let round = from; round < to; round++) {
    await store.append(
      hosts.flatMap((host, h) =>
        Array.from({ length: 8 }, (_, i) => ({
          metric: i === 0 ? 'secret' : 'open',
          labels: { host, i: String(i) },
          timeMs: timeOf(h, round),
          value: ((round * (i + 3)) % 17) / 10,
        })),
      ),
    );
  }
}

function inFile<T>(path: string, task: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return task(database);
  } finally {
    database.close();
  }
}

function number(path: string, sql: string): number {
  return inFile(path, (database) => Number(Object.values(database.prepare(sql).get() ?? {})[0]));
}

/** Rows of times that are counted wrongly or that nobody uses, and merged chunks whose times are not there. */
function loose(path: string): number {
  return number(
    path,
    `SELECT (SELECT count(*) FROM times WHERE uses <> (SELECT count(*) FROM merged WHERE times = times.id) OR uses = 0)
      + (SELECT count(*) FROM merged WHERE times <> 0 AND times NOT IN (SELECT id FROM times))`,
  );
}

async function contents(options: SqliteStoreOptions): Promise<readonly Series[]> {
  await using store = await sqliteStore(options);
  return await store.select();
}

/** A closed file of which most was compacted, and what it holds. */
async function filledFile(options: Partial<SqliteStoreOptions> = {}): Promise<[string, readonly Series[]]> {
  const path = temporaryPath();
  await using store = await sqliteStore({ ...small, path, ...options });
  await fill(store, 0, 500);
  await store.maintain();
  return [path, await store.select()];
}

/** Overwrites the first page of a table or an index. */
function damageRoot(path: string, name: string): void {
  const [page, size] = inFile(path, (database) => [
    Number(database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name)?.['rootpage']),
    Number(database.prepare('PRAGMA page_size').get()?.['page_size']),
  ]) as [number, number];
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(size, 0xa5), 0, size, (page - 1) * size);
  closeSync(file);
}

describe('times of merged chunks', () => {
  it('are not looked for by chunks that have their own, so that damage there does not harm these', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path });
    for (let round = 0; round < 500; round++) {
      await store.append([{ metric: 'regular', labels: {}, timeMs: round * 1_000, value: round % 7 }]);
    }
    await store.maintain();
    const stored = await store.select();
    await store.close();
    expect(number(path, 'SELECT count(*) FROM merged WHERE times = 0')).toBeGreaterThan(0);
    damageRoot(path, 'times');
    expect(await contents({ ...small, path })).toEqual(stored);
    const to = temporaryPath();
    expect(await salvageStore(path, to)).toEqual({ series: 1, samples: 500, damaged: 0 });
  });

  it('are in the file once for all series that were measured together', async () => {
    const [path, stored] = await filledFile();
    expect(number(path, 'SELECT count(*) FROM merged WHERE times <> 0')).toBeGreaterThanOrEqual(32);
    expect(number(path, 'SELECT count(*) FROM times')).toBe(number(path, 'SELECT count(*) FROM merged') / 8);
    expect(number(path, 'SELECT min(uses) FROM times')).toBe(8);
    expect(loose(path)).toBe(0);
    expect(await contents({ ...small, path })).toEqual(stored);
    stored.forEach(({ labels, timesMs }) => {
      const host = hosts.findIndex((each) => each === labels['host']);
      expect(timesMs).toEqual(Float64Array.from({ length: 500 }, (_, round) => timeOf(host, round)));
    });
  });

  it('stay with their values when they are regular, and take no room', async () => {
    const path = temporaryPath();
    await using store = await sqliteStore({ ...small, path });
    for (let round = 0; round < 500; round++) {
      await store.append([{ metric: 'm', labels: {}, timeMs: round * 15_000, value: 7 }]);
    }
    await store.maintain();
    expect(number(path, 'SELECT count(*) FROM times')).toBe(0);
    expect(number(path, 'SELECT max(length(data)) FROM merged')).toBeLessThan(40);
  });

  it('go with the last chunk that has them: by retention, by deletion, and with their series', async () => {
    const path = temporaryPath();
    const clock = new ManualClock(500_000);
    const rule = { series: { labels: { i: '1' } }, retentionMs: 1e9 };
    await using store = await sqliteStore({ ...small, path, clock, retentionMs: 200_000, retention: [rule] });
    await fill(store, 0, 500);
    await store.maintain();
    expect(loose(path)).toBe(0);
    expect(number(path, 'SELECT min(uses) FROM times')).toBe(1); // one series of each host stays for longer
    const long = await store.select({ labels: { i: '1' } });
    expect(long.map(({ timesMs }) => timesMs.length)).toEqual([500, 500]);
    await store.delete({ labels: { host: 'a' } });
    expect(loose(path)).toBe(0);
    await store.delete({ labels: { host: 'b' }, fromMs: 50_000, toMs: 60_000 });
    expect(loose(path)).toBe(0);
    const [left] = await store.select({ labels: { i: '1' } });
    expect(left?.timesMs).toEqual(
      Float64Array.from({ length: 500 }, (_, round) => timeOf(1, round)).filter((t) => t < 50_000 || t >= 60_000),
    );
    await store.delete({});
    expect(number(path, 'SELECT count(*) FROM times')).toBe(0);
    expect(number(path, 'SELECT value FROM counter')).toBe(0);
  });

  it('are found by who opens the file again, and by a snapshot', async () => {
    const [path] = await filledFile();
    const copy = temporaryPath();
    const store = await sqliteStore({ ...small, path });
    await fill(store, 500, 1_000);
    await store.maintain();
    await store.snapshot(copy);
    const stored = await store.select();
    await store.close();
    for (const each of [path, copy]) {
      expect(loose(each)).toBe(0);
      expect(await contents({ ...small, path: each })).toEqual(stored);
    }
    expect(number(path, 'SELECT count(*) * 8 FROM times')).toBe(number(path, 'SELECT count(*) FROM merged'));
  });

  it('are what they were, whatever is deleted and however often the file is opened', { timeout: 60_000 }, async () => {
    const range = fc.record({ host: fc.constantFrom(...hosts), from: fc.nat(700), length: fc.nat(300) });
    const property = fc.asyncProperty(fc.array(range, { maxLength: 4 }), async (ranges) => {
      const path = temporaryPath();
      let round = 0;
      for (const { host, from, length } of [...ranges, { host: 'a', from: 0, length: 0 }]) {
        await using store = await sqliteStore({ ...small, path, worker: false });
        await fill(store, round, (round += 150));
        await store.delete({ labels: { host }, fromMs: from * 1_000, toMs: (from + length) * 1_000 });
        await store.maintain();
        expect(loose(path)).toBe(0);
      }
      const stored = await contents({ ...small, path });
      for (const { labels, timesMs, values } of stored) {
        const host = hosts.findIndex((each) => each === labels['host']);
        const rounds = Array.from({ length: round }, (_, each) => each).filter((each) =>
          ranges.every(({ host: of, from, length }, n) => {
            const timeMs = timeOf(host, each);
            const isGone = hosts[host] === of && timeMs >= from * 1_000 && timeMs < (from + length) * 1_000;
            return !isGone || each >= (n + 1) * 150;
          }),
        );
        expect([...timesMs]).toEqual(rounds.map((each) => timeOf(host, each)));
        expect([...values]).toEqual(rounds.map((each) => ((each * (Number(labels['i']) + 3)) % 17) / 10));
      }
    });
    await fc.assert(property, { numRuns: 10 });
  });

  it('of encrypted series are encrypted, and are not those of others', async () => {
    const encryption = { key: () => new Uint8Array(32).fill(7), series: { metric: 'secret' } };
    const [path, stored] = await filledFile({ encryption });
    const openTimes = `SELECT count(*) FROM merged JOIN times ON times.id = times
      WHERE (merged.packing < 2) <> (times.packing < 2)`;
    expect(number(path, openTimes)).toBe(0);
    expect(number(path, 'SELECT count(*) FROM times WHERE packing >= 2')).toBeGreaterThanOrEqual(4);
    expect(number(path, 'SELECT count(*) FROM times WHERE packing < 2')).toBeGreaterThanOrEqual(4);
    expect(loose(path)).toBe(0);
    expect(await contents({ ...small, path, encryption })).toEqual(stored);
  });
});

describe('a damaged merged chunk', () => {
  it.each(['merged', 'times'])('is noticed whichever bit of its row in %s was turned', async (table) => {
    const [path, stored] = await filledFile();
    const row = inFile(path, (database) => database.prepare(`SELECT id, data FROM ${table} LIMIT 1`).get());
    const whole = row?.['data'] as Uint8Array;
    const write = (data: Uint8Array): void =>
      inFile(path, (database) => {
        database.prepare(`UPDATE ${table} SET data = ? WHERE id = ?`).run(data, row?.['id'] as number);
      });
    for (let bit = 0; bit < whole.length * 8; bit += Math.ceil(whole.length / 2)) {
      const data = Uint8Array.from(whole);
      (data[bit >>> 3] as number) ^= 1 << (bit & 7);
      write(data);
      await expect(contents({ ...small, path }), `bit ${bit}`).rejects.toMatchObject({
        code: 'NOVA_MONITORING_CORRUPT',
      });
    }
    write(whole);
    expect(await contents({ ...small, path })).toEqual(stored);
  });

  it.each([
    'UPDATE merged SET times = (SELECT max(id) FROM times) WHERE times = (SELECT min(id) FROM times)',
    'UPDATE merged SET times = 0',
    'UPDATE merged SET to_ms = to_ms + 1',
    'UPDATE merged SET count = count - 1',
    'DELETE FROM times',
    'UPDATE times SET data = (SELECT data FROM times ORDER BY id LIMIT 1)',
  ])('is noticed after %s', async (damage) => {
    const [path] = await filledFile();
    inFile(path, (database) => database.exec(damage));
    await expect(contents({ ...small, path })).rejects.toMatchObject({ code: 'NOVA_MONITORING_CORRUPT' });
  });

  it('costs that chunk, and damaged times those that have them: all else is saved', async () => {
    const flip = 'data = CAST(substr(data, 1, 9) || char(1) || substr(data, 11) AS BLOB)';
    for (const [table, series] of [
      ['merged', 1],
      ['times', 8],
    ] as const) {
      const [path, stored] = await filledFile();
      const samples = number(path, 'SELECT count FROM merged ORDER BY id LIMIT 1');
      const first = table === 'merged' ? 'min(id)' : 'times';
      inFile(path, (database) =>
        database.exec(`UPDATE ${table} SET ${flip} WHERE id = (SELECT ${first} FROM merged ORDER BY id LIMIT 1)`),
      );
      const to = temporaryPath();
      const report = await salvageStore(path, to);
      expect(report).toEqual({ series: 16, samples: 8_000 - samples * series, damaged: series });
      const whole = (await contents({ ...small, path: to })).filter(({ timesMs }) => timesMs.length === 500);
      expect(whole).toEqual(
        stored.filter(({ labels }) =>
          whole.some((each) => each.labels['host'] === labels['host'] && each.labels['i'] === labels['i']),
        ),
      );
      expect(whole).toHaveLength(16 - series);
    }
  });

  it('is saved when only the index is damaged that tells where it is', async () => {
    const [path, stored] = await filledFile();
    damageRoot(path, 'merged_by_series');
    const to = temporaryPath();
    const report = await salvageStore(path, to);
    expect(report).toMatchObject({ series: 16, samples: 8_000 });
    expect(report.damaged).toBeGreaterThan(0);
    expect(await contents({ ...small, path: to })).toEqual(stored);
  });
});
