import { describe, expect, it } from 'vitest';
import { evaluate } from '../../generator/evaluate.ts';

const known = new Map([
  ['VIR_A', 1],
  ['VIR_B', 4],
]);

describe('evaluate', () => {
  it.each([
    ['7', 7],
    ['0x20008086', 0x2000_8086],
    ['(1 << 3)', 8],
    ['1U << 31', 2_147_483_648],
    ['4096 + 1', 4097],
    ['(36+1)', 37],
    ['-1', -1],
    ['9007199254740991LL', 9_007_199_254_740_991],
    ['VIR_A | VIR_B', 5],
    ['VIR_B * 2 - 1', 7],
    ['1 << 2 | 1', 5],
  ])('computes %s', (expression, value) => {
    expect(evaluate(expression, known)).toBe(value);
  });

  it.each(['', 'VIR_C', '1 +', '(1', '1 2', 'sizeof(int)', '"text"', '~1'])('does not guess at %j', (expression) => {
    expect(evaluate(expression, known)).toBeUndefined();
  });
});
