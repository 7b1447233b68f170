import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XdrReader } from '../../src/xdr/reader.ts';
import { XdrError } from '../../src/xdr/xdr-error.ts';
import { structs, valuesOf } from '../support/arbitrary.ts';
import { codecOf } from '../support/codecs.ts';

/** Decodes and tells how much it allocated; anything thrown but an XdrError fails the test. */
function survives(struct: string, bytes: Buffer): void {
  try {
    codecOf(struct).decode(new XdrReader(bytes));
  } catch (error) {
    expect(error, struct).toBeInstanceOf(XdrError);
  }
}

const answers = structs.filter((struct) => /_(?:ret|msg)$|Error$/.test(struct));

describe('a decoder that is fed nonsense', () => {
  it('decodes it or says what is wrong, and nothing else happens', () => {
    for (const struct of answers) {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => survives(struct, Buffer.from(bytes))),
        { numRuns: 20, seed: 2 },
      );
    }
  });

  it('does so too when real messages are cut and changed', () => {
    for (const struct of answers) {
      const mutated = fc.tuple(valuesOf(struct), fc.nat(), fc.nat(255), fc.nat()).map(([value, at, byte, end]) => {
        const bytes = codecOf(struct).encode(value);
        if (bytes.length === 0) return bytes;
        bytes[at % bytes.length] = byte;
        return bytes.subarray(0, bytes.length - (end % 3 === 0 ? end % bytes.length : 0));
      });
      fc.assert(
        fc.property(mutated, (bytes) => survives(struct, bytes)),
        { numRuns: 10, seed: 3 },
      );
    }
  });
});
