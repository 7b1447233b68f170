import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantileOf } from '../../../src/promql/functions/quantile.ts';
import { bySorting } from './by-sorting.ts';

describe('quantileOf', () => {
  it('is what sorting gives, with equal numbers and NaNs among them', () => {
    const number = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.double({ min: -1e9, max: 1e9 }),
      fc.constant(Number.NaN),
    );
    const numbers = fc.array(number, { minLength: 1, maxLength: 300 });
    const quantile = fc.oneof(fc.constantFrom(0, 0.5, 0.95, 1), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(quantile, numbers, (q, all) => {
        expect(quantileOf(q, Float64Array.from(all)) + 0).toEqual(bySorting(q, all) + 0);
      }),
      { numRuns: 500 },
    );
  });

  it('is infinite outside of 0 to 1, and NaN of nothing', () => {
    expect(quantileOf(-0.1, Float64Array.of(1, 2))).toBe(-Infinity);
    expect(quantileOf(1.1, Float64Array.of(1, 2))).toBe(Infinity);
    expect(quantileOf(0.5, new Float64Array(0))).toBeNaN();
    expect(quantileOf(Number.NaN, Float64Array.of(1))).toBeNaN();
  });
});
