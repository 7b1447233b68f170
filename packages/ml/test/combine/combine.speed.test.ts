import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { reconcile } from '@novacron/ml';
import { at } from '../at.ts';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

describe('reconcile', () => {
  const value = (sums: Map<string, Float64Array>, name: string, step: number): number => at(sums.get(name) ?? [], step);

  it('reconciles hundreds of series over many steps in seconds', () => {
    const machines = Array.from({ length: 240 }, (_, i) => `vm${i}`);
    const hosts = Array.from({ length: 24 }, (_, h) => ({
      name: `host${h}`,
      parts: machines.slice(10 * h, 10 * h + 10),
    }));
    const all = [...hosts, { name: 'cluster', parts: hosts.map(({ name }) => name) }];
    const random = seededRandom(3);
    const row = (length: number): Float64Array => Float64Array.from({ length }, random);
    const names = [...machines, ...all.map(({ name }) => name)];
    const forecasts = new Map(names.map((name) => [name, row(100)]));
    const residuals = new Map(names.map((name) => [name, row(20)]));
    const startedMs = cpuMs();
    const sums = reconcile(forecasts, all, { residuals });
    expect(cpuMs() - startedMs).toBeLessThan(6_000);
    const total = hosts.reduce((sum, { name }) => sum + value(sums, name, 99), 0);
    expect(value(sums, 'cluster', 99)).toBeCloseTo(total, 6);
  });
});
