import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFloats, encodeFloats } from '../../src/json/floats.ts';

describe('encodeFloats', () => {
  it('brings every double back bit by bit', () => {
    fc.assert(
      fc.property(fc.float64Array(), (values) => {
        const back = decodeFloats(encodeFloats(values), 'values');
        expect(back).toHaveLength(values.length);
        for (const [i, value] of values.entries()) expect(Object.is(back[i], value)).toBe(true);
      }),
    );
  });

  it('takes arrays longer than the arguments of a call may be', () => {
    const values = Float64Array.from({ length: 200_000 }, (_, i) => Math.sqrt(i));
    expect(decodeFloats(encodeFloats(values), 'values')).toEqual(values);
  });

  it('is little-endian base64, the same on every machine', () => {
    expect(encodeFloats(Float64Array.of(1))).toBe('AAAAAAAA8D8=');
  });

  it.each(['%', 'AAAA', 'AAAAAAAA8D8=A'])('refuses %j', (text) => {
    expect(() => decodeFloats(text, 'values')).toThrow(expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }));
  });
});
