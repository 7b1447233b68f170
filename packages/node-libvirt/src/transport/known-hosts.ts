import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a file of known hosts says about a key. */
export type HostKeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

/**
 * Looks a host's key up in the text of an OpenSSH `known_hosts` file (sshd(8)): names with `*`, `?` and `!`, hashed
 * names, ports other than 22 in `[host]:port`, revoked keys. Keys of certificate authorities are passed over.
 *
 * @param key - The key as SSH sends it; its type stands at its beginning.
 */
export function judgeHostKey(knownHosts: string, host: string, port: number, key: Buffer): HostKeyVerdict {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
  let verdict: HostKeyVerdict = 'unknown';
  for (const line of knownHosts.split(/\r?\n/)) {
    const fields = line.trim().split(/\s+/);
    const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined;
    const [patterns = '', lineType, encoded = ''] = fields;
    if (line.startsWith('#') || marker === '@cert-authority' || lineType !== type || !matches(patterns, name)) continue;
    const same = Buffer.from(encoded, 'base64').equals(key);
    if (same && marker === '@revoked') return 'revoked';
    if (same && marker === undefined) verdict = 'known';
    else if (verdict === 'unknown' && marker === undefined) verdict = 'changed';
  }
  return verdict;
}

/** The line with which a host becomes known. */
export function knownHostsLine(host: string, port: number, key: Buffer): string {
  const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
  return `${port === 22 ? host : `[${host}]:${port}`} ${type} ${key.toString('base64')}\n`;
}

/** A key's fingerprint, as `ssh` shows it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function matches(patterns: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([^|]+)\|(.+)$/.exec(patterns) ?? [];
  if (salt !== undefined && hash !== undefined) {
    const expected = Buffer.from(hash, 'base64');
    const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
    return expected.length === actual.length && timingSafeEqual(expected, actual);
  }
  const all = patterns.split(',');
  const fits = (pattern: string): boolean => wildcard(pattern).test(name);
  return (
    all.some((pattern) => !pattern.startsWith('!') && fits(pattern)) &&
    !all.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))
  );
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 's');
}
