import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDecimal } from '../../src/codec/decimal.ts';
import { roundRatio } from '../../src/metric/round-ratio.ts';

describe('roundRatio', () => {
  it('leaves a ratio what it is to the millionth, and makes it a decimal for the store', () => {
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(ratio, (exact) => {
        const rounded = roundRatio(exact);
        expect(Math.abs(rounded - exact)).toBeLessThanOrEqual(0.5e-6 + Number.EPSILON);
        expect(toDecimal(Float64Array.of(rounded), new Float64Array(1))).toBeTypeOf('number');
      }),
    );
  });

  it('keeps nothing and all', () => {
    expect([0, 0.25, 1].map(roundRatio)).toEqual([0, 0.25, 1]);
  });
});
