import { describe, expect, it } from 'vitest';
import { windowAverage } from '@novacron/ml';
import { cpuMs } from '../../../src/testing/cpu-ms.ts';

describe('windowAverage', () => {
  it('goes through a million values with a window of 100,000 as fast as with a small one', () => {
    const values = Float64Array.from({ length: 1_000_000 }, (_, i) => i % 1_000);
    const started = cpuMs();
    const [mean] = windowAverage({ window: 100_000 }).fit(values).forecast(1_000_000).mean;
    expect(mean).toBeCloseTo(499.5, 9);
    expect(cpuMs() - started).toBeLessThan(5_000);
  });
});
