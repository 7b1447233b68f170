import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantileOf } from '../../../src/promql/functions/quantile.ts';

/** A quantile by sorting, NaNs first. */
function bySorting(quantile: number, numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => (Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a - b));
  const rank = quantile * (sorted.length - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - lower;
  return (sorted[lower] as number) * (1 - weight) + (sorted[upper] as number) * weight;
}

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

  it('has no numbers that make it slow', () => {
    const count = 200_000;
    // Ascending, descending, all the same, and halves that take each other's medians.
    const shapes: ((i: number) => number)[] = [(i) => i, (i) => -i, () => 7, (i) => (i % 2 === 0 ? i : count - i)];
    const started = performance.now();
    for (const shape of shapes) {
      const numbers = Array.from({ length: count }, (_, i) => shape(i));
      expect(quantileOf(0.75, Float64Array.from(numbers))).toBe(bySorting(0.75, numbers));
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('is infinite outside of 0 to 1, and NaN of nothing', () => {
    expect(quantileOf(-0.1, Float64Array.of(1, 2))).toBe(-Infinity);
    expect(quantileOf(1.1, Float64Array.of(1, 2))).toBe(Infinity);
    expect(quantileOf(0.5, new Float64Array(0))).toBeNaN();
    expect(quantileOf(Number.NaN, Float64Array.of(1))).toBeNaN();
  });
});
