import { describe, expect, it } from 'vitest';
import { rc4 } from '../../../src/auth/sasl/rc4.ts';

describe('rc4', () => {
  it.each([
    // RFC 6229: the first bytes of the key stream
    ['0102030405', '00'.repeat(16), 'b2396305f03dc027ccc3524a0a1118a8'],
    ['0102030405060708090a0b0c0d0e0f10', '00'.repeat(16), '9ac7cc9a609d1ef7b2932899cde41b97'],
    [Buffer.from('Key').toString('hex'), Buffer.from('Plaintext').toString('hex'), 'bbf316e8d940af0ad3'],
  ])('with the key %s', (key, plain, sealed) => {
    expect(rc4(Buffer.from(key, 'hex'))(Buffer.from(plain, 'hex')).toString('hex')).toBe(sealed);
  });

  it('goes on where it was', () => {
    const [once, twice] = [rc4(Buffer.from('k')), rc4(Buffer.from('k'))];
    const parts = [once(Buffer.alloc(3)), once(Buffer.alloc(0)), once(Buffer.alloc(7))];
    expect(Buffer.concat(parts)).toEqual(twice(Buffer.alloc(10)));
  });
});
