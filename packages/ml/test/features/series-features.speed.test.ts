import { describe, expect, it } from 'vitest';
import { seriesFeatures } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';
import { at } from '../at.ts';

describe('seriesFeatures', () => {
  it('takes no longer for a wide window', () => {
    const long = Float64Array.from({ length: 200_000 }, (_, i) => (i * 7_919) % 101);
    const startedMs = cpuMs();
    const { columns } = seriesFeatures(long, { windows: [50_000] });
    expect(cpuMs() - startedMs).toBeLessThan(2_000);
    expect(at(columns, 0)[199_999]).toBeCloseTo(50, 1);
  });
});
