import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bar, chart } from './chart.ts';

const run = (...words: string[]): Promise<{ stdout: string }> =>
  promisify(execFile)(process.execPath, [
    '--conditions=@novacron/source',
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'main.ts'),
    ...words,
  ]);

describe('forecast-fleet', () => {
  it('forecasts a fleet and draws the busiest machine', { timeout: 60_000 }, async () => {
    const { stdout } = await run('--machines', '120');
    expect(stdout).toContain('120 of 120 machines forecast');
    expect(stdout).toMatch(/machine \d+: two days/);
    expect(stdout).toContain('█');
    expect(stdout).toContain('With a season of 24 steps');
  });

  it('says what it takes', async () => {
    await expect(run('--machines', 'all')).rejects.toMatchObject({ code: 2 });
  });
});

describe('chart', () => {
  it('draws values as columns from below, and a bar', () => {
    expect(chart([0, 0.5, 1, 0.25], 2, 1)).toEqual(['  █', ' ██▄']);
    expect(bar(1, 4, 8)).toBe('[##......] 1/4');
    expect(bar(0, 0, 2)).toBe('[##] 0/0');
  });
});
