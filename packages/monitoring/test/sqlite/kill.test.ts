import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { seededRandom } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { expect, it } from 'vitest';
import { temporaryPath } from './temporary-path.ts';

const seriesCount = 30;
/** As the writer has them: small, so that cuts, compaction and retention happen all the time. */
const options = { chunkSamples: 20, mergedSamples: 60, rollupRetentionMs: 1e9 } as const;

/** Runs the writer, kills it after a while, and tells the last round that it was told is stored. */
async function writeUntilKilled(
  path: string,
  firstRound: number,
  retentionRounds: number,
  aliveMs: number,
): Promise<number> {
  const writer = join(import.meta.dirname, 'crash-writer.ts');
  const values = [path, String(firstRound), String(seriesCount), String(retentionRounds)];
  const child = spawn(process.execPath, ['--conditions=@novacron/source', '--no-warnings', writer, ...values], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The writer ended with ${String(code)} before it was killed`)));
    child.stdout.once('data', () => resolve());
  });
  await new Promise((resolve) => setTimeout(resolve, aliveMs));
  child.removeAllListeners('exit');
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return lines.length > 1 ? Number(lines.at(-1)) : firstRound - 1;
}

/**
 * Each series' rounds from the oldest that retention may not have taken to the newest: every one there, none twice.
 */
async function expectEveryRound(path: string, acknowledged: number, retentionRounds: number): Promise<number> {
  const retentionMs = retentionRounds * 1_000;
  const clock = new ManualClock(acknowledged * 1_000);
  await using store = await sqliteStore({ path, ...options, retentionMs, clock });
  const stored = await store.select();
  let newest = -1;
  for (const { timesMs } of stored) newest = Math.max(newest, (timesMs.at(-1) as number) / 1_000);
  expect(newest).toBeGreaterThanOrEqual(acknowledged);
  const oldest = Math.max(0, acknowledged - retentionRounds);
  let ofNewest = 0;
  for (const { labels, timesMs, values } of stored) {
    const i = Number(labels['series']);
    const step = i % 3 === 2 ? 3 : 1;
    const rounds = Array.from(timesMs, (timeMs) => timeMs / 1_000);
    const [first, last] = [Math.ceil(oldest / step) * step, Math.floor(newest / step) * step];
    expect(rounds).toEqual(Array.from({ length: (last - first) / step + 1 }, (_, n) => first + n * step));
    expect([...values]).toEqual(rounds.map((round) => round + i / 10));
    if (rounds.at(-1) === newest) ofNewest++;
  }
  // A round that was being written when it died is stored as a whole or not at all.
  expect(ofNewest).toBe(newest % 3 === 0 ? seriesCount : (seriesCount / 3) * 2);
  // What was summed up says the same as the samples that it is made of, however often it was begun anew.
  for (const { values } of await store.select({ downsample: { stepMs: 3_600_000, aggregate: 'max' } })) {
    expect(values.at(-1)).toBeGreaterThanOrEqual(newest - 3);
  }
  return newest;
}

it(
  'loses nothing that was acknowledged and doubles nothing when its process is killed, whatever it is doing',
  { timeout: 180_000 },
  async () => {
    const random = seededRandom(11);
    let next = 0;
    let path = temporaryPath();
    // Until chunks were cut, compacted and taken away, and more than once: on a slow machine that takes more kills.
    for (let kill = 0; kill < 20 || next <= 200; kill++) {
      const retentionRounds = kill < 10 ? 1e6 : 150;
      if (kill === 10) [path, next] = [temporaryPath(), 0];
      const acknowledged = await writeUntilKilled(path, next, retentionRounds, 20 + random() * 300);
      next = (await expectEveryRound(path, acknowledged, retentionRounds)) + 1;
    }
  },
);
