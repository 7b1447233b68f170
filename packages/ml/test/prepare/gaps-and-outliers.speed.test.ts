import { describe, expect, it } from 'vitest';
import { findOutliers } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

describe('findOutliers', () => {
  it('looks at a hundred thousand values in a second', () => {
    const started = cpuMs();
    findOutliers(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 101));
    expect(cpuMs() - started).toBeLessThan(1_000);
  });
});
