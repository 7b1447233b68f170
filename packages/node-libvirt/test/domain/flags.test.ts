import { describe, expect, it } from 'vitest';
import { flagWord } from '../../src/domain/flags.ts';

describe('flagWord', () => {
  const bits = { first: 1, second: 2, last: 2 ** 31 };

  it('sets the bits of the options that are true, and no others', () => {
    expect(flagWord(undefined, bits)).toBe(0);
    expect(flagWord({}, bits)).toBe(0);
    expect(flagWord({ first: true, second: false }, bits)).toBe(1);
    expect(flagWord({ first: true, second: undefined, last: true }, bits)).toBe(2 ** 31 + 1);
  });
});
