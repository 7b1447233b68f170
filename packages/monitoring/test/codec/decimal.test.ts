import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromDecimal, toDecimal } from '../../src/codec/decimal.ts';
import { decimals, mixed } from './bits.ts';

describe('decimals', () => {
  it('are recognised with up to six digits after the point', () => {
    fc.assert(
      fc.property(decimals, (values) => {
        expect(toDecimal(values, new Float64Array(values.length))).toBeTypeOf('number');
      }),
    );
  });

  it('take the smallest exponent that fits all values', () => {
    const integers = new Float64Array(3);
    expect(toDecimal(Float64Array.of(3, 5, 4_096), integers)).toBe(0);
    expect(toDecimal(Float64Array.of(3, 0.25, 1.5), integers)).toBe(2);
    expect([...integers]).toEqual([300, 25, 150]);
  });

  it('come back bit by bit whenever they are recognised', () => {
    fc.assert(
      fc.property(mixed, (values) => {
        const integers = new Float64Array(values.length);
        const exponent = toDecimal(values, integers);
        if (exponent === undefined) return;
        values.forEach((value, i) => expect(Object.is(fromDecimal(integers[i] as number, exponent), value)).toBe(true));
      }),
      { numRuns: 500 },
    );
  });

  it('are not found where a number would lose something', () => {
    const none = [Number.NaN, Infinity, -0, Math.PI, 2 ** 52, 1e-7, 0.1 + 0.2];
    for (const value of none) expect(toDecimal(Float64Array.of(1, value), new Float64Array(2))).toBeUndefined();
  });
});
