import { DatabaseSync } from 'node:sqlite';
import { ManualClock } from '@novacron/core/testing';
import type { MetricStore } from '@novacron/monitoring';
import { sqliteStore, type SqliteStoreOptions } from '@novacron/monitoring/sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryPath } from './temporary-path.ts';

const metrics = ['a', 'b', 'c'] as const;

function open(path: string, options: Partial<SqliteStoreOptions> = {}): ReturnType<typeof sqliteStore> {
  return sqliteStore({ path, chunkSamples: 8, mergedSamples: 32, worker: false, retentionMs: Infinity, ...options });
}

async function appendRounds(store: MetricStore, from: number, to: number): Promise<void> {
  for (let round = from; round < to; round++) {
    await store.append(metrics.map((metric) => ({ metric, labels: {}, timeMs: round * 1_000, value: round })));
  }
}

async function roundsOf(store: MetricStore, metric: string, from = -Infinity, to = Infinity): Promise<number[]> {
  const [series] = await store.select({ metric, fromMs: from * 1_000, toMs: to * 1_000 });
  return Array.from(series?.values ?? []);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Takes all chunks away behind the store's back. */
function emptyFile(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA busy_timeout = 5000; DELETE FROM chunk; DELETE FROM merged');
  database.close();
}

describe('what was read of chunks', () => {
  it('stays in memory and is not read again', async () => {
    const path = temporaryPath();
    await using store = await open(path);
    await appendRounds(store, 0, 40);
    expect(await roundsOf(store, 'a')).toEqual(range(0, 40));
    emptyFile(path);
    expect(await roundsOf(store, 'a')).toEqual(range(0, 40));
    expect(await roundsOf(store, 'a', 3, 9)).toEqual(range(3, 9));
    expect((await roundsOf(store, 'b')).length).toBeLessThan(40);
  });

  it('is read again each time with no memory for it', async () => {
    const path = temporaryPath();
    await using store = await open(path, { cacheBytes: 0 });
    await appendRounds(store, 0, 40);
    expect(await roundsOf(store, 'a')).toEqual(range(0, 40));
    emptyFile(path);
    expect((await roundsOf(store, 'a')).length).toBeLessThan(40);
  });

  it('goes, oldest first, when there is no room for all', async () => {
    const path = temporaryPath();
    const entry = 40 * 16 + 400;
    await using store = await open(path, { cacheBytes: entry * 8 });
    await store.append(
      range(0, 40).flatMap((round) =>
        range(0, 30).map((i) => ({ metric: `m${i}`, labels: {}, timeMs: round * 1_000 + i, value: round })),
      ),
    );
    await appendRounds(store, 40, 41); // cuts
    for (const i of range(0, 30)) expect(await roundsOf(store, `m${i}`)).toEqual(range(0, 40));
    for (const i of range(0, 30)) expect(await roundsOf(store, `m${i}`)).toEqual(range(0, 40));
    emptyFile(path);
    expect(await roundsOf(store, 'm29')).toEqual(range(0, 40));
    expect((await roundsOf(store, 'm0')).length).toBeLessThan(40);
  });

  it('grows by the chunks that were cut since', async () => {
    await using store = await open(temporaryPath());
    for (const end of [20, 30, 55, 56, 120]) {
      await appendRounds(store, (await roundsOf(store, 'a')).length, end);
      expect(await roundsOf(store, 'a', end - 15)).toEqual(range(end - 15, end));
      expect(await roundsOf(store, 'a')).toEqual(range(0, end));
    }
  });

  it('is not what was deleted', async () => {
    await using store = await open(temporaryPath());
    await appendRounds(store, 0, 60);
    expect(await roundsOf(store, 'a')).toEqual(range(0, 60));
    await store.delete({ metric: 'a', fromMs: 10_000, toMs: 20_000 });
    expect(await roundsOf(store, 'a')).toEqual([...range(0, 10), ...range(20, 60)]);
    expect(await roundsOf(store, 'b')).toEqual(range(0, 60));
  });

  it('is not what went because the file was too big', async () => {
    await using store = await open(temporaryPath(), { retentionBytes: 1 });
    await appendRounds(store, 0, 60);
    expect(await roundsOf(store, 'a')).toEqual(range(0, 60));
    await store.maintain();
    const left = await roundsOf(store, 'a');
    expect(left.length).toBeLessThan(60);
    expect(left).toEqual(range(60 - left.length, 60));
  });

  it('belongs to whoever asked: writing to an answer changes no other', async () => {
    await using store = await open(temporaryPath());
    await appendRounds(store, 0, 40);
    const [series] = await store.select({ metric: 'a' });
    series?.values.fill(-1);
    series?.timesMs.fill(-1);
    expect(await roundsOf(store, 'a')).toEqual(range(0, 40));
    expect(await roundsOf(store, 'b')).toEqual(range(0, 40));
  });

  it('is what the file says, whatever happens between the questions', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), from: fc.nat(30), span: fc.nat(0) }),
      fc.record({ kind: fc.constant('read' as const), from: fc.nat(200), span: fc.nat(200) }),
      fc.record({ kind: fc.constant('delete' as const), from: fc.nat(200), span: fc.nat(10) }),
      fc.record({ kind: fc.constant('maintain' as const), from: fc.nat(60), span: fc.nat(0) }),
    );
    const run = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const clock = new ManualClock();
      const options = { clock, retentionMs: 150_000, outOfOrderMs: 3_000 };
      await using cached = await open(temporaryPath(), { ...options, cacheBytes: 20_000 });
      await using plain = await open(temporaryPath(), { ...options, cacheBytes: 0 });
      let round = Math.round(clock.now() / 1_000);
      const firstRound = round;
      for (const { kind, from, span } of steps) {
        const fromMs = (firstRound + from) * 1_000;
        const query = { metric: 'a', fromMs, toMs: fromMs + span * 1_000 };
        for (const store of [cached, plain]) {
          if (kind === 'append') await appendRounds(store, round, round + from);
          if (kind === 'append') await appendRounds(store, round - 1, round); // late, where there is room
          if (kind === 'delete') await store.delete(query);
          if (kind === 'maintain') await store.maintain();
        }
        if (kind === 'append') round += from;
        await clock.advance(Math.max(0, round * 1_000 - clock.now()));
        expect(await cached.select(query)).toEqual(await plain.select(query));
        expect(await cached.select({ metric: 'b' })).toEqual(await plain.select({ metric: 'b' }));
      }
    });
    await fc.assert(run, { numRuns: 30 });
  }, 30_000);

  it('needs a size that makes sense', async () => {
    await expect(open(temporaryPath(), { cacheBytes: -1 })).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
    await expect(open(temporaryPath(), { cacheBytes: Number.NaN })).rejects.toThrow('cacheBytes');
  });
});
