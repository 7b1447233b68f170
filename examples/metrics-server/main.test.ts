import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'metrics-server-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = [
  '--conditions=@novacron/source',
  '--disable-warning=ExperimentalWarning',
  join(import.meta.dirname, 'main.ts'),
];
const run = (...args: readonly string[]): Promise<{ stdout: string }> =>
  promisify(execFile)(process.execPath, [...node, '--port', '0', '--store', join(folder, 'metrics.db'), ...args]);

describe('the metrics server', () => {
  it('scrapes this host, stores, serves, and ends with nothing left running', { timeout: 40_000 }, async () => {
    const { stdout } = await run('--rounds', '2');
    expect(stdout).toMatch(
      /^Grafana's Prometheus data source: http:\/\/127\.0\.0\.1:\d+\n1\. http:.*: \d+ samples\n2\. /,
    );
    expect(stdout).toMatch(/Most series:\n +\d+ {2}\w+/);
    expect(stdout).toContain('system_');
  });

  it('says which targets are down, and goes on', { timeout: 40_000 }, async () => {
    const { stdout } = await run('--rounds', '1', '--target', 'http://127.0.0.1:1/metrics');
    expect(stdout).toContain('1. http://127.0.0.1:1/metrics: down');
  });
});
