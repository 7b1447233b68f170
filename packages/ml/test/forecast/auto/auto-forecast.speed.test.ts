import { describe, expect, it } from 'vitest';
import { autoForecast } from '@novacron/ml';
import { cpuMs } from '../../../src/testing/cpu-ms.ts';
import { readFixture } from '../../fixtures/read-fixture.ts';
import { expectFinite } from './expect-finite.ts';

const hourly = readFixture<{ values: readonly number[] }>('azure-vm-hourly.json').values;

describe('autoForecast', () => {
  it.each([
    ['one value', [3]],
    ['two values', [3, 4]],
    ['three values', [3, 4, 3]],
    ['zeros', Array.from({ length: 60 }, () => 0)],
    ['a constant', Array.from({ length: 60 }, () => 7.25)],
    ['huge values', Array.from({ length: 60 }, (_, i) => (i % 5) * 1e299)],
    ['denormal values', Array.from({ length: 60 }, (_, i) => (i % 5) * Number.MIN_VALUE)],
    ['one spike', Array.from({ length: 60 }, (_, i) => (i === 30 ? 1e12 : 1))],
    ['one value and then nothing', [5, ...Array.from({ length: 60 }, () => NaN)]],
    ['less than two seasons', Array.from({ length: 30 }, (_, i) => i % 24)],
  ])('answers %s', (_, values) => {
    const started = cpuMs();
    expectFinite(autoForecast(values, { horizon: 30 }));
    expectFinite(autoForecast(values, { horizon: 3, seasonLength: 24 }));
    expect(cpuMs() - started).toBeLessThan(2_000);
  });

  it('takes a million values, and a horizon of a million', () => {
    const long = Float64Array.from(
      { length: 1_000_000 },
      (_, i) => 5 + Math.sin((2 * Math.PI * i) / 288) + (i % 7) / 50,
    );
    // Half a second and a quarter on a quiet machine; the limit leaves room for a busy one.
    const limitMs = 2_000;
    let started = cpuMs();
    expect(autoForecast(long, { horizon: 288 }).seasonLength).toBe(288);
    expect(cpuMs() - started).toBeLessThan(limitMs);
    started = cpuMs();
    expect(autoForecast(hourly, { horizon: 1_000_000, levels: [0.9] }).mean.every(Number.isFinite)).toBe(true);
    expect(cpuMs() - started).toBeLessThan(limitMs);
  });
});
