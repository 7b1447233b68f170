import { describe, expect, it } from 'vitest';
import { arima, type ArimaOptions } from '@novacron/ml';
import { cpuMs } from '../../../src/testing/cpu-ms.ts';

const week: ArimaOptions = { order: [0, 0, 0], seasonal: [0, 1, 0], seasonLength: 2_016 };
const load = Float64Array.from({ length: 8_000 }, (_, i) => 50 + (i % 2_016) / 100 + ((i * 7) % 5) / 10);
load[5_000] = NaN;

describe('arima with a season that reaches back further than a covariance can', () => {
  it('bears gaps in seconds, and knows no error where nothing was seen', () => {
    const startedMs = cpuMs();
    const fitted = arima(week).fit(load);
    expect(cpuMs() - startedMs).toBeLessThan(5_000);
    expect(fitted.residuals[5_000]).toBeNaN();
    expect(fitted.residuals[6_000]).toBeCloseTo((load[6_000] as number) - (load[3_984] as number), 10);
    expect(fitted.forecast(2_016).mean.every(Number.isFinite)).toBe(true);
  });
});

describe('arima with gaps and a season that it can carry', () => {
  it('keeps to its time budget while it filters', () => {
    const gappy = load.subarray(0, 6_000).with(3_000, NaN);
    const slow = arima({ order: [0, 0, 0], seasonal: [0, 1, 0], seasonLength: 990 });
    const startedMs = cpuMs();
    expect(() => slow.fit(gappy, { timeoutMs: 100 })).toThrow(expect.objectContaining({ kind: 'timeout' }));
    expect(cpuMs() - startedMs).toBeLessThan(1_000);
  });
});
