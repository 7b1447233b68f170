import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'novacron-quick-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  output: string;
  readonly ended: Promise<number | null>;
}

/** Starts the example as `npm start` does. */
function start(...options: readonly string[]): Run {
  const script = join(import.meta.dirname, 'main.ts');
  const node = ['--conditions=@novacron/source', '--disable-warning=ExperimentalWarning', script];
  const child = spawn(process.execPath, [...node, ...options], { cwd: folder });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const run: Run = { child, output: '', ended };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      run.output += chunk.toString();
    });
  }
  return run;
}

describe('the quick start', () => {
  it('goes from machines to a report within 20 s and leaves nothing running', { timeout: 40_000 }, async () => {
    const startMs = performance.now();
    const run = start('--report', 'report.html', '--store', 'full.db');
    expect(await run.ended, run.output).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(20_000);
    for (const state of [
      'firing   CPU busy',
      'resolved CPU busy',
      'firing   No CPU metrics',
      'resolved No CPU metrics',
    ]) {
      expect(run.output).toContain(state);
    }
    expect(run.output).toMatch(/\d+ samples stored, \d+ alerts fired/);
    expect(run.output.match(/ deleted/g)).toHaveLength(12);

    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(html.match(/<svg/g)?.length).toBeGreaterThanOrEqual(12);
    // Self-contained: nothing is fetched, nothing is run.
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(\s*['"]?(?!#)|\b(src|href)=["'](?!#)/i);
  });

  it('loses nothing that was stored when it is killed, and goes on from there', { timeout: 60_000 }, async () => {
    const killed = start('--store', 'killed.db');
    await expect.poll(() => /^30 %/m.test(killed.output), { timeout: 20_000, interval: 20 }).toBe(true);
    const acknowledged = Number(/^30 %: .* (\d+) samples stored/m.exec(killed.output)?.[1]);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(acknowledged).toBeGreaterThan(10_000);
    const store = await sqliteStore({ path: join(folder, 'killed.db') });
    const { samples } = await store.stats();
    expect(samples).toBeGreaterThanOrEqual(acknowledged);
    await store.close();

    const next = start('--store', 'killed.db');
    expect(await next.ended, next.output).toBe(0);
    expect(next.output).toContain(`killed.db keeps ${samples} samples of earlier runs`);
  });

  it('ends in order when it is interrupted', { timeout: 20_000 }, async () => {
    const run = start('--store', 'interrupted.db');
    await expect.poll(() => /^10 %/m.test(run.output), { timeout: 20_000, interval: 20 }).toBe(true);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(1);
    expect(run.output).toContain('Stopped.');
    expect(run.output.match(/ deleted/g)).toHaveLength(12);
  });

  it('ends at once when it is interrupted before it measures', { timeout: 20_000 }, async () => {
    const run = start('--store', 'early.db');
    await expect.poll(() => run.output.includes('created'), { timeout: 20_000, interval: 5 }).toBe(true);
    const startMs = performance.now();
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(1);
    expect(performance.now() - startMs).toBeLessThan(3000);
    expect(run.output).toContain('Stopped.');
  });

  it('says in one line which options there are', async () => {
    const run = start('--bogus');
    expect(await run.ended).toBe(2);
    expect(run.output).toMatch(/^Unknown option '--bogus'.*--connect URI.*\n$/);
  });

  it('says in one line what is missing when no daemon is there', async () => {
    const run = start('--connect', `qemu:///system?socket=${folder}/missing`, '--store', 'none.db');
    expect(await run.ended).toBe(1);
    expect(run.output.trim().split('\n')).toHaveLength(1);
    expect(run.output).toMatch(/missing.*install and start libvirtd/);
  });
});
