import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neverNegative, plausibleRange } from '../../../src/forecast/auto/plausible-range.ts';

describe('plausibleRange', () => {
  it('leaves room for one and a half times the history at either end', () => {
    expect(plausibleRange(Float64Array.of(3, 1, 5))).toEqual({ low: -5, high: 11 });
    expect(plausibleRange(Float64Array.of(7))).toEqual({ low: 7, high: 7 });
  });
});

describe('neverNegative', () => {
  it('knows from the range whether a value of the history was below 0', () => {
    const value = fc.double({ min: 0, max: 1e9, noNaN: true });
    const values = fc.array(value, { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(values, fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (loads, below) => {
        expect(neverNegative(plausibleRange(Float64Array.from(loads)))).toBe(true);
        const most = Math.max(below, ...loads);
        expect(neverNegative(plausibleRange(Float64Array.from([...loads, -below - most / 1e6])))).toBe(false);
      }),
    );
  });

  it('counts 0 as not negative, and is not misled by a constant', () => {
    expect(neverNegative(plausibleRange(Float64Array.of(0, 0)))).toBe(true);
    expect(neverNegative(plausibleRange(Float64Array.of(-2, -2)))).toBe(false);
    expect(neverNegative(plausibleRange(Float64Array.of(0, 0.1, 0.3)))).toBe(true);
  });
});
