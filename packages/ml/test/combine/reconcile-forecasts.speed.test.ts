import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { reconcileForecasts, type Forecast } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

describe('reconcileForecasts', () => {
  it('gives a hundred machines on ten hosts intervals for a day of hours within a second', () => {
    const random = seededRandom(3);
    const machines = Array.from({ length: 100 }, (_, i) => `vm${i}`);
    const hosts = Array.from({ length: 10 }, (_, h) => ({
      name: `host${h}`,
      parts: machines.slice(10 * h, 10 * h + 10),
    }));
    const totals = [...hosts, { name: 'cluster', parts: hosts.map(({ name }) => name) }];
    const names = [...machines, ...totals.map(({ name }) => name)];
    const forecastOf = (): Forecast => {
      const mean = Float64Array.from({ length: 24 }, random);
      return { mean, intervals: [{ level: 0.8, lower: mean.map((x) => x - 1), upper: mean.map((x) => x + 1) }] };
    };
    const forecasts = new Map(names.map((name) => [name, forecastOf()]));
    const residuals = new Map(names.map((name) => [name, Float64Array.from({ length: 168 }, random)]));
    const startedMs = cpuMs();
    const sums = reconcileForecasts(forecasts, totals, { residuals });
    expect(cpuMs() - startedMs).toBeLessThan(1_000);
    expect(sums.size).toBe(111);
  });
});
