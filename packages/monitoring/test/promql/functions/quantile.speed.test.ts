import { describe, expect, it } from 'vitest';
import { quantileOf } from '../../../src/promql/functions/quantile.ts';
import { bySorting } from './by-sorting.ts';
import { cpuMs } from '../../cpu-ms.ts';

describe('quantileOf', () => {
  it('has no numbers that make it slow', () => {
    const count = 200_000;
    // Ascending, descending, all the same, and halves that take each other's medians.
    const shapes: ((i: number) => number)[] = [(i) => i, (i) => -i, () => 7, (i) => (i % 2 === 0 ? i : count - i)];
    const started = cpuMs();
    for (const shape of shapes) {
      const numbers = Array.from({ length: count }, (_, i) => shape(i));
      expect(quantileOf(0.75, Float64Array.from(numbers))).toBe(bySorting(0.75, numbers));
    }
    expect(cpuMs() - started).toBeLessThan(5_000);
  });
});
