import { describe, expect, it } from 'vitest';
import { quantileSorted } from '../../src/statistics/quantile.ts';

describe('quantileSorted', () => {
  const values = Float64Array.of(1, 2, 4, 8, 16);

  // numpy.quantile([1, 2, 4, 8, 16], p)
  it.each([
    [0, 1],
    [0.1, 1.4],
    [0.25, 2],
    [0.5, 4],
    [0.95, 14.4],
    [0.99, 15.68],
    [1, 16],
  ])('at %d is %d', (probability, expected) => {
    expect(quantileSorted(values, probability)).toBeCloseTo(expected, 12);
  });

  it('looks at a part', () => {
    expect(quantileSorted(values, 0.5, 1, 4)).toBe(4);
    expect(quantileSorted(values, 1, 0, 2)).toBe(2);
    expect(quantileSorted(values, 0.3, 2, 3)).toBe(4);
  });

  it('of nothing is not a number', () => {
    expect(quantileSorted(new Float64Array(0), 0.5)).toBeNaN();
    expect(quantileSorted(values, 0.5, 3, 3)).toBeNaN();
  });
});
