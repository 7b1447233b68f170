import { describe, expect, it } from 'vitest';
import { autoEts, autoForecast, holtWinters, robustZScore, stl, theta } from '@novacron/ml';
import { readFixture } from './fixtures/read-fixture.ts';
import { cpuMs } from '../src/testing/cpu-ms.ts';
import { at } from './at.ts';

const hourly = readFixture<{ values: readonly number[] }>('azure-vm-hourly.json').values;

/** CPU time of the quickest of some runs: other work on the machine only adds. */
function cpuMsOf(runs: number, task: () => void): number {
  task(); // compiled from here on
  let best = Infinity;
  for (let run = 0; run < runs; run++) {
    const started = cpuMs();
    task();
    best = Math.min(best, cpuMs() - started);
  }
  return best;
}

describe('speed', () => {
  it('fits Holt-Winters to a month of hours in milliseconds', () => {
    // 6 ms on a quiet machine.
    expect(cpuMsOf(10, () => holtWinters({ seasonLength: 24 }).fit(hourly))).toBeLessThan(30);
  });

  it('updates a fitted model in less than two microseconds', () => {
    const fitted = holtWinters({ seasonLength: 24 }).fit(hourly);
    const value = [0];
    const updates = 20_000;
    const ms = cpuMsOf(5, () => {
      for (let i = 0; i < updates; i++) {
        value[0] = at(hourly, i % hourly.length);
        fitted.update(value);
      }
    });
    expect((ms * 1_000) / updates).toBeLessThan(2);
  });

  it.each([
    // What a quiet machine takes; a busy one may take four times as long.
    ['automatic ETS', 7, () => autoEts({ seasonLength: 24 }).fit(hourly)],
    ['the automatic forecast', 7, () => autoForecast(hourly, { horizon: 48, seasonLength: 24 })],
    ['STL', 0.9, () => stl(hourly, { seasonLength: 24 })],
    ['dynamic theta', 0.8, () => theta({ seasonLength: 24, kind: 'dynamic' }).fit(hourly)],
  ])('runs %s on a month of hours in about %d ms', (_, ms, task) => {
    expect(cpuMsOf(15, task)).toBeLessThan(4 * ms);
  });

  it('judges a value in a few microseconds', () => {
    const fitted = robustZScore({ window: 1_000 }).fit(hourly);
    const value = [0];
    const ms = cpuMsOf(5, () => {
      for (let i = 0; i < 5_000; i++) {
        value[0] = at(hourly, i % hourly.length);
        fitted.update(value);
      }
    });
    expect((ms * 1_000) / 5_000).toBeLessThan(10);
  });
});
