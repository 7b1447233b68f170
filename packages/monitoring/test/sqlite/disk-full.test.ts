import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@novacron/core/testing';
import type { MetricStore } from '@novacron/monitoring';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { describe, expect, it } from 'vitest';
import { temporaryPath } from './temporary-path.ts';

/** Appends rounds of 200 series until it fails; tells the rounds that were stored and the error. */
async function fillUp(store: MetricStore, firstRound = 0): Promise<{ rounds: number; error: unknown }> {
  for (let round = firstRound; round < 20_000; round++) {
    const samples = Array.from({ length: 200 }, (_, i) => ({
      metric: 'm',
      labels: { series: String(i) },
      timeMs: round * 1_000,
      value: Math.sqrt(round * 200 + i),
    }));
    try {
      await store.append(samples);
    } catch (error) {
      return { rounds: round, error };
    }
  }
  throw new Error('It never got full');
}

async function expectRounds(store: MetricStore, rounds: number): Promise<void> {
  const stored = await store.select();
  expect(stored).toHaveLength(200);
  for (const { labels, timesMs, values } of stored) {
    expect(timesMs).toHaveLength(rounds);
    expect(timesMs.every((timeMs, round) => timeMs === round * 1_000)).toBe(true);
    const i = Number(labels['series']);
    expect(values.every((value, round) => value === Math.sqrt(round * 200 + i))).toBe(true);
  }
}

describe('a store that is full', () => {
  it('says so, keeps what it has, answers, and works again when retention has made room', async () => {
    const clock = new ManualClock(0);
    const path = temporaryPath();
    const options = { path, clock, maxSizeBytes: 1_000_000, retentionMs: 3_600_000 };
    const store = await sqliteStore(options);
    const { rounds, error } = await fillUp(store);
    expect(error).toMatchObject({ name: 'MonitoringError', code: 'NOVA_MONITORING_CAPACITY', retryable: false });
    expect(rounds).toBeGreaterThan(120);
    await expectRounds(store, rounds);
    // A sample that was refused is not known as a duplicate later, and its new series is not there.
    await expect(
      store.append(
        Array.from({ length: 100 }, (_, i) => ({
          metric: `${'new'.repeat(100)}${i}`,
          labels: {},
          timeMs: 0,
          value: 0,
        })),
      ),
    ).rejects.toMatchObject({ kind: 'capacity' });
    expect(await store.stats()).toMatchObject({ series: 200, samples: rounds * 200 });

    await clock.advance(rounds * 1_000 + 3_600_000 - 20_000);
    await store.maintain();
    const again = [{ metric: 'm', labels: { series: '0' }, timeMs: rounds * 1_000, value: 1 }];
    expect(await store.append(again)).toEqual({ appended: 1, rejected: [] });
    await store.close();

    await using reopened = await sqliteStore(options);
    expect((await reopened.select({ labels: { series: '0' } }))[0]?.timesMs.at(-1)).toBe(rounds * 1_000);
    await expect(store.select()).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('keeps what it has when opened again', async () => {
    const path = temporaryPath();
    const full = await sqliteStore({ path, maxSizeBytes: 600_000 });
    const { rounds } = await fillUp(full);
    await full.close();
    await using store = await sqliteStore({ path });
    await expectRounds(store, rounds);
    expect((await store.append([{ metric: 'm', labels: { series: '0' }, timeMs: 1e9, value: 1 }])).appended).toBe(1);
  });

  const canMount = process.platform === 'linux' && process.getuid?.() === 0;
  it.skipIf(!canMount)('recovers by itself from a disk that is really full (needs root)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'monitoring-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]);
    try {
      const ballast = join(folder, 'ballast');
      writeFileSync(ballast, new Uint8Array(1_000_000));
      const path = join(folder, 'metrics.db');
      const store = await sqliteStore({ path });
      const first = await fillUp(store);
      expect(first.error).toMatchObject({ code: 'NOVA_MONITORING_CAPACITY' });
      await expectRounds(store, first.rounds);

      rmSync(ballast);
      const second = await fillUp(store, first.rounds);
      expect(second.rounds).toBeGreaterThan(first.rounds);
      expect(second.error).toMatchObject({ code: 'NOVA_MONITORING_CAPACITY' });
      await expectRounds(store, second.rounds);
      await store.close();

      await using reopened = await sqliteStore({ path });
      await expectRounds(reopened, second.rounds);
    } finally {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    }
  });
});
