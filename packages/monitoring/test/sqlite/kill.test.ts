import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { seededRandom } from '@novacron/core';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { expect, it } from 'vitest';
import { temporaryPath } from './temporary-path.ts';

const seriesCount = 30;

/** Runs the writer, kills it after a while, and tells the last round that it was told is stored. */
async function writeUntilKilled(path: string, firstRound: number, aliveMs: number): Promise<number> {
  const writer = join(import.meta.dirname, 'crash-writer.ts');
  const child = spawn(
    process.execPath,
    ['--conditions=@novacron/source', '--no-warnings', writer, path, String(firstRound), String(seriesCount)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
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

it(
  'loses nothing that was acknowledged and doubles nothing when its process is killed',
  { timeout: 60_000 },
  async () => {
    const random = seededRandom(11);
    const path = temporaryPath();
    let next = 0;
    for (let kill = 0; kill < 6; kill++) {
      const acknowledged = await writeUntilKilled(path, next, 30 + random() * 250);
      await using store = await sqliteStore({ path, chunkSamples: 20 });
      const stored = await store.select();
      let newest = -1;
      for (const { labels, timesMs, values } of stored) {
        const i = Number(labels['series']);
        const rounds = Array.from(timesMs, (timeMs) => timeMs / 1_000);
        newest = Math.max(newest, rounds.at(-1) as number);
        const last = i % 3 === 2 ? newest - (newest % 3) : newest;
        const step = i % 3 === 2 ? 3 : 1;
        // Every round that it should be in, once and in order: no gap, no double.
        expect(rounds).toEqual(Array.from({ length: Math.floor(last / step) + 1 }, (_, n) => n * step));
        expect([...values]).toEqual(rounds.map((round) => round + i / 10));
      }
      expect(newest).toBeGreaterThanOrEqual(acknowledged);
      // A round that was being written when it died is stored as a whole or not at all.
      expect(stored.map(({ timesMs }) => timesMs.at(-1)).filter((timeMs) => timeMs === newest * 1_000)).toHaveLength(
        newest % 3 === 0 ? seriesCount : (seriesCount / 3) * 2,
      );
      next = newest + 1;
    }
    expect(next).toBeGreaterThan(60); // chunks were cut, and more than once
  },
);
