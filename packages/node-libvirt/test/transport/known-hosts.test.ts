import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprint, judgeHostKey, knownHostsLine } from '../../src/transport/known-hosts.ts';

/** A key as SSH sends it. */
function makeKey(type: string, body: string): Buffer {
  const part = (text: string): Buffer => Buffer.concat([Buffer.of(0, 0, 0, text.length), Buffer.from(text)]);
  return Buffer.concat([part(type), part(body)]);
}

const key = makeKey('ssh-ed25519', 'the key');
const other = makeKey('ssh-ed25519', 'another');
const line = (patterns: string, which: Buffer = key, marker: string = ''): string =>
  `${marker}${patterns} ${which.subarray(4, 15).toString()} ${which.toString('base64')} a comment`;
const hashed = (name: string): string => {
  const salt = Buffer.from('0123456789abcdef0123');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};

describe('judgeHostKey', () => {
  it.each([
    ['', 'unknown'],
    [line('host'), 'known'],
    [line('HOST'), 'known'],
    [line('elsewhere'), 'unknown'],
    [line('elsewhere,host'), 'known'],
    [line('h?s*'), 'known'],
    [line('h.st'), 'unknown'],
    [line('*,!host'), 'unknown'],
    [line(hashed('host')), 'known'],
    [line(hashed('elsewhere')), 'unknown'],
    [line('[host]:22'), 'unknown'],
    [line('host', other), 'changed'],
    [`${line('host', other)}\r\n${line('host')}`, 'known'],
    [`${line('host')}\n${line('host', other)}`, 'known'],
    [line('host', makeKey('ssh-rsa', 'the key')), 'unknown'],
    [`# ${line('host')}`, 'unknown'],
    [line('host', key, '@revoked '), 'revoked'],
    [`${line('host')}\n${line('*', key, '@revoked ')}`, 'revoked'],
    [line('*', other, '@revoked '), 'unknown'],
    [line('*', key, '@cert-authority '), 'unknown'],
    ['nonsense\n|1|x ssh-ed25519 x\nhost', 'unknown'],
  ])('finds in %j that it is %s', (text, verdict) => {
    expect(judgeHostKey(text, 'host', 22, key)).toBe(verdict);
  });

  it('knows ports other than 22 by themselves', () => {
    expect(judgeHostKey(line('[host]:2222'), 'host', 2222, key)).toBe('known');
    expect(judgeHostKey(line(hashed('[host]:2222')), 'host', 2222, key)).toBe('known');
    expect(judgeHostKey(line('host'), 'host', 2222, key)).toBe('unknown');
  });

  it('knows what was added', () => {
    for (const port of [22, 2222]) {
      expect(judgeHostKey(knownHostsLine('host', port, key), 'host', port, key)).toBe('known');
    }
  });
});

describe('fingerprint', () => {
  it('is the one that ssh shows', () => {
    expect(fingerprint(Buffer.from('abc'))).toBe('SHA256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0');
  });
});
