import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { saslPrep } from '../../../src/auth/sasl/sasl-prep.ts';
import { caught } from '../../support/caught.ts';

describe('saslPrep', () => {
  it.each([
    // RFC 4013, section 3
    ['I\u00ADX', 'IX'],
    ['user', 'user'],
    ['USER', 'USER'],
    ['\u00AA', 'a'],
    ['\u2168', 'IX'],
    ['a\u00A0b\u3000c', 'a b c'],
    ['pe\u0301ncil', 'p\u00E9ncil'],
    ['', ''],
    ['\u05D0\u05D1', '\u05D0\u05D1'],
    ['\u0627\u0031\u0628', '\u0627\u0031\u0628'],
    ['\u{1F600}', '\u{1F600}'],
  ])('makes %j %j', (text, prepared) => {
    expect(saslPrep(text)).toBe(prepared);
  });

  it.each(['hunter\u0007', 'hunter\u0627\u0031', 'hunter\uE000', 'hunter\uFFFD', '\u0627hunter\u0628', '\u2028hunter'])(
    'refuses %j, and does not show it',
    async (text) => {
      const error = await caught(() => saslPrep(text));
      expect(error).toMatchObject({ code: 'LIBVIRT_CREDENTIALS_INVALID', kind: 'invalid' });
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('hunter');
    },
  );
});
