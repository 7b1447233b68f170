import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { gradientBoosting } from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';
import { at } from '../at.ts';

const random = seededRandom(4);

describe('gradientBoosting', () => {
  it('fits 200 trees to 1,000 rows of ten columns in well under a second', () => {
    const rows = 1_000;
    const columns = Array.from({ length: 10 }, () => Float64Array.from({ length: rows }, () => random()));
    const target = Float64Array.from({ length: rows }, (_, i) => at(at(columns, 0), i) * at(at(columns, 1), i));
    const started = cpuMs();
    gradientBoosting(columns, target);
    // A tenth of a second on a quiet machine; measuring coverage takes many times that.
    expect(cpuMs() - started).toBeLessThan(3_000);
  });
});
