import { describe, expect, it } from 'vitest';
import { holtWinters } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

describe('holtWinters', () => {
  it('takes a week of minutes without stalling', () => {
    const minutes = Float64Array.from(
      { length: 10_080 },
      (_, i) => Math.sin((2 * Math.PI * i) / 1_440) + ((i * 7919) % 211) / 500,
    );
    const started = cpuMs();
    const fitted = holtWinters({ seasonLength: 1_440 }).fit(minutes);
    expect(cpuMs() - started).toBeLessThan(2_000);
    expect(fitted.describe().name).toBe('ETS(A,A,A)');
    expect(fitted.describe().rmse).toBeLessThan(0.2);
  });
});
