import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { middlePair } from '../../src/decompose/middle-pair.ts';

const sortedCopy = (values: Float64Array): Float64Array => values.slice().sort();

describe('middlePair', () => {
  it('finds the median of an odd count, and one of the two middles of an even one', () => {
    fc.assert(
      fc.property(fc.float64Array({ minLength: 1, maxLength: 200, noNaN: true }), (values) => {
        const sorted = sortedCopy(values);
        const [lower, upper] = middlePair(values.slice());
        const lowerIsRight = lower === sorted[(sorted.length - 1) >> 1];
        const upperIsRight = upper === sorted[sorted.length >> 1];
        expect(values.length % 2 === 1 ? lowerIsRight && upperIsRight : lowerIsRight || upperIsRight).toBe(true);
      }),
    );
  });

  it('ends on equal, falling and two-valued rows', () => {
    expect(middlePair(new Float64Array(1_000).fill(3))).toEqual([3, 3]);
    expect(middlePair(Float64Array.from({ length: 101 }, (_, i) => -i))).toEqual([-50, -50]);
    expect(middlePair(Float64Array.from({ length: 99 }, (_, i) => i % 2))).toEqual([0, 0]);
  });
});
