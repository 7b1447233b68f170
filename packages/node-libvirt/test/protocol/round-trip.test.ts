import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XdrReader } from '../../src/xdr/reader.ts';
import { structs, valuesOf } from '../support/arbitrary.ts';
import { codecOf } from '../support/codecs.ts';

describe('every type of the protocol', () => {
  it('there are all of them', () => {
    expect(structs.length).toBeGreaterThan(700);
  });

  it('comes back as it was sent, and takes a multiple of four bytes', () => {
    for (const struct of structs) {
      const { encode, decode } = codecOf(struct);
      fc.assert(
        fc.property(valuesOf(struct), (value) => {
          const bytes = encode(value);
          expect(bytes.length % 4).toBe(0);
          const reader = new XdrReader(bytes);
          expect(decode(reader), struct).toEqual(value);
          expect(reader.remaining, struct).toBe(0);
        }),
        { numRuns: 10, seed: 1 },
      );
    }
  });
});
