import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { reconcileForecasts, type Forecast } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

describe('reconcileForecasts', () => {
  it.each([
    [100, 1_000],
    [300, 2_000],
  ])('gives %d machines, ten on a host, intervals for a day of hours within %d ms', (count, mostMs) => {
    const random = seededRandom(3);
    const machines = Array.from({ length: count }, (_, i) => `vm${i}`);
    const hosts = Array.from({ length: count / 10 }, (_, h) => ({
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
    expect(cpuMs() - startedMs).toBeLessThan(mostMs);
    expect(sums.size).toBe(count + count / 10 + 1);
  });
});
