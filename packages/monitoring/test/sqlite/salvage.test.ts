import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ManualClock } from '@novacron/core/testing';
import type { MetricStore } from '@novacron/monitoring';
import { salvageStore, sqliteStore } from '@novacron/monitoring/sqlite';
import { describe, expect, it } from 'vitest';
import { temporaryPath } from './temporary-path.ts';

const small = { chunkSamples: 10, synchronous: 'normal', worker: false } as const;
const encryption = { key: () => new Uint8Array(32).fill(7) };

async function fill(store: MetricStore, rounds: number, series = 5, first = 0): Promise<void> {
  for (let round = first; round < first + rounds; round++) {
    await store.append(
      Array.from({ length: series }, (_, i) => ({
        metric: 'm',
        labels: { i: String(i) },
        timeMs: round * 60_000,
        value: Math.sin(round + i),
      })),
    );
  }
}

function change(path: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(path);
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** Flips a bit of one encrypted chunk; tells how many samples it held. */
function flipBit(path: string): number {
  const database = new DatabaseSync(path);
  const row = database.prepare('SELECT series, from_ms, count, data FROM chunk LIMIT 1 OFFSET 2').get();
  const data = Uint8Array.from(row?.['data'] as Uint8Array);
  (data[40] as number) ^= 1;
  database
    .prepare('UPDATE chunk SET data = ? WHERE series = ? AND from_ms = ?')
    .run(data, row?.['series'] as number, row?.['from_ms'] as number);
  database.close();
  return Number(row?.['count']);
}

describe('salvageStore', () => {
  it('loses one chunk of an encrypted file for one flipped bit, and reading says that it is damaged', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path, encryption });
    await fill(store, 60);
    await store.close();
    const lost = flipBit(path);
    const to = temporaryPath();
    expect(await salvageStore(path, to, encryption)).toEqual({ series: 5, samples: 300 - lost, damaged: 1 });
    await using damaged = await sqliteStore({ ...small, path, encryption });
    await expect(damaged.select()).rejects.toMatchObject({ code: 'NOVA_MONITORING_CORRUPT' });
  });

  it('goes on when what tells of the key is damaged, and refuses another key and none', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path, encryption });
    await fill(store, 60);
    await store.close();
    const wrong = { key: () => new Uint8Array(32) };
    for (const given of [wrong, undefined]) {
      const to = temporaryPath();
      await expect(salvageStore(path, to, given)).rejects.toMatchObject({ code: 'NOVA_MONITORING_PERMISSION' });
      expect(readdirSync(dirname(to)).filter((name) => name.startsWith(basename(to)))).toEqual([]);
    }
    change(path, "UPDATE secret SET data = x'00'");
    expect(await salvageStore(path, temporaryPath(), encryption)).toEqual({ series: 5, samples: 300, damaged: 0 });
    await expect(salvageStore(path, temporaryPath(), wrong)).rejects.toMatchObject({
      code: 'NOVA_MONITORING_PERMISSION',
    });
  });

  it('does not bring back what was deleted', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path });
    await fill(store, 60);
    await store.delete({ labels: { i: '1' }, fromMs: 50 * 60_000 });
    await store.append([{ metric: 'm', labels: { i: '1' }, timeMs: 70 * 60_000, value: 7 }]);
    const contents = await store.select();
    await store.close();
    const to = temporaryPath();
    expect(await salvageStore(path, to)).toEqual({ series: 5, samples: 291, damaged: 0 });
    await using saved = await sqliteStore({ ...small, path: to });
    expect(await saved.select()).toEqual(contents);
  });

  it('keeps late samples in their order, wherever they were', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path, outOfOrderMs: 1_200_000 });
    for (let round = 0; round < 100; round++) {
      const late = round % 3 === 0 ? round - 9.5 : round;
      await store.append([{ metric: 'm', labels: {}, timeMs: (late + 20) * 60_000, value: round }]);
    }
    const contents = await store.select();
    await store.close();
    const to = temporaryPath();
    expect(await salvageStore(path, to)).toEqual({ series: 1, samples: 100, damaged: 0 });
    await using saved = await sqliteStore({ ...small, path: to });
    expect(await saved.select()).toEqual(contents);
  });

  it('keeps the rollups of times of which there are no samples any more', async () => {
    const path = temporaryPath();
    const clock = new ManualClock(0);
    const options = { ...small, mergedSamples: 50, clock, retentionMs: 7_200_000, rollupRetentionMs: 1e12, encryption };
    const store = await sqliteStore({ ...options, path });
    await store.append([{ metric: 'short', labels: {}, timeMs: 0, value: 1 }]);
    for (let i = 1; i < 60; i++) await store.append([{ metric: 'short', labels: {}, timeMs: i * 1_000, value: 1 }]);
    await fill(store, 900); // fifteen hours
    await clock.advance(15 * 3_600_000);
    await store.maintain();
    const hours = { downsample: { stepMs: 3_600_000, aggregate: 'count' } } as const;
    const before = await store.select(hours);
    await store.close();
    const to = temporaryPath();
    const { damaged, samples } = await salvageStore(path, to, encryption);
    expect([damaged, samples < 1_000]).toEqual([0, true]);
    await using saved = await sqliteStore({ ...options, path: to });
    expect(await saved.select(hours)).toEqual(before);
    await clock.advance(4 * 3_600_000);
    await fill(saved, 40, 5, 19 * 60);
    await saved.maintain(); // sums up what goes now
    expect(await saved.select({ ...hours, toMs: 15 * 3_600_000 })).toEqual(before);
    expect((await saved.stats()).samples).toBeLessThan(samples);
  });

  it('counts series that are none, and saves the others', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path });
    await fill(store, 60);
    await store.close();
    change(
      path,
      "UPDATE series SET metric = 'no name' WHERE id = 1",
      "UPDATE series SET labels = 'null' WHERE id = 2",
      "UPDATE series SET labels = '{' WHERE id = 3",
    );
    expect(await salvageStore(path, temporaryPath())).toMatchObject({ series: 2, samples: 120, damaged: 3 });
  });

  it('counts chunks whose times make no sense', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path });
    await fill(store, 60, 1);
    await store.close();
    change(path, 'UPDATE chunk SET to_ms = to_ms + 1 WHERE from_ms = 0');
    expect(await salvageStore(path, temporaryPath())).toMatchObject({ series: 1, damaged: 1 });
  });

  it('says what is no store file, and leaves nothing behind', async () => {
    const empty = temporaryPath();
    writeFileSync(empty, '');
    const text = temporaryPath();
    writeFileSync(text, 'no store');
    for (const [path, code] of [
      [empty, 'NOVA_MONITORING_CORRUPT'],
      [text, 'NOVA_MONITORING_CORRUPT'],
      [temporaryPath(), 'NOVA_MONITORING_NOT_FOUND'],
    ] as const) {
      const to = temporaryPath();
      await expect(salvageStore(path, to)).rejects.toMatchObject({ code });
      expect(existsSync(to)).toBe(false);
    }
  });

  it.each([4, 99])('refuses a file of version %d, and makes none', async (version) => {
    const path = temporaryPath();
    await (await sqliteStore({ ...small, path })).close();
    change(path, `PRAGMA user_version = ${version}`);
    const to = temporaryPath();
    await expect(salvageStore(path, to)).rejects.toMatchObject({ code: 'NOVA_MONITORING_UNSUPPORTED' });
    expect(existsSync(to)).toBe(false);
  });

  it('ends when the signal fires or time is up', async () => {
    const path = temporaryPath();
    const store = await sqliteStore({ ...small, path });
    await fill(store, 300, 100);
    await store.close();
    const abort = AbortSignal.abort();
    await expect(salvageStore(path, temporaryPath(), undefined, { signal: abort })).rejects.toMatchObject({
      kind: 'aborted',
    });
    const to = temporaryPath();
    await expect(salvageStore(path, to, undefined, { timeoutMs: 30 })).rejects.toMatchObject({ kind: 'timeout' });
    await expect.poll(() => existsSync(to)).toBe(false);
  });
});
