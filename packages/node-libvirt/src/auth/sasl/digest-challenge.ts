/** What a server begins DIGEST-MD5 with (RFC 2831, 2.1.1). */
export interface DigestChallenge {
  readonly realms: readonly string[];
  readonly nonce: string;
  readonly qop: readonly string[];
  readonly ciphers: readonly string[];
  readonly utf8: boolean;
  /** The longest packet that the server takes. */
  readonly maxBytes: number;
}

/** Reads a challenge; undefined when it is none. */
export function parseDigestChallenge(bytes: Buffer): DigestChallenge | undefined {
  const utf8 = /(?:^|,)\s*charset=utf-8/i.test(bytes.toString('latin1'));
  const text = bytes.toString(utf8 ? 'utf8' : 'latin1');
  const directives = new Map<string, string[]>();
  const pattern = /[\s,]*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?=,|$)/sy;
  for (;;) {
    const match = pattern.exec(text);
    if (match === null) break;
    const [, name = '', quoted, token = ''] = match;
    const value = quoted?.replace(/\\(.)/gs, '$1') ?? token;
    directives.set(name.toLowerCase(), [...(directives.get(name.toLowerCase()) ?? []), value]);
    if (pattern.lastIndex >= text.length) break;
  }
  const list = (name: string): readonly string[] | undefined => directives.get(name)?.[0]?.split(/[\s,]+/);
  const nonce = directives.get('nonce');
  const maxBytes = Number(directives.get('maxbuf')?.[0] ?? 65_536);
  const isChallenge = nonce?.length === 1 && directives.get('algorithm')?.[0] === 'md5-sess';
  if (!isChallenge || nonce[0] === undefined || !(maxBytes > 16 && maxBytes <= 16_777_215)) return undefined;
  return {
    realms: directives.get('realm') ?? [],
    nonce: nonce[0],
    qop: list('qop') ?? ['auth'],
    ciphers: list('cipher') ?? [],
    utf8,
    maxBytes,
  };
}
