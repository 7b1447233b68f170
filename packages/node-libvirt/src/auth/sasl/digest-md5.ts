import { createHash, randomBytes } from 'node:crypto';
import { connectError } from '../../transport/connect-error.ts';
import type { PasswordCredentials } from '../credentials.ts';
import { type DigestChallenge, parseDigestChallenge } from './digest-challenge.ts';
import { DigestLayer } from './digest-layer.ts';
import type { SaslContext, SaslExchange, SaslMechanism, SecurityLayer } from './mechanism.ts';
import { saslPrep } from './sasl-prep.ts';

/**
 * DIGEST-MD5 (RFC 2831), with encryption where nothing else protects the connection. It is weak by today's measure
 * (RFC 6331), but next to GSSAPI the only one that a libvirtd takes over plain TCP.
 *
 * @param makeNonce - Makes a text that was never used before.
 */
export function digestMd5(makeNonce: () => string = () => randomBytes(24).toString('base64')): SaslMechanism {
  return {
    name: 'DIGEST-MD5',
    maxSsf: 128,
    revealsPassword: false,
    begin: (context) => new DigestExchange(context, makeNonce()),
  };
}

class DigestExchange implements SaslExchange {
  isComplete = false;
  layer: SecurityLayer | undefined;
  private readonly context: SaslContext;
  private readonly nonce: string;
  private expected: string | undefined;

  constructor(context: SaslContext, nonce: string) {
    this.context = context;
    this.nonce = nonce;
  }

  start(): undefined {
    return undefined;
  }

  async step(challenge: Buffer | undefined): Promise<Buffer | undefined> {
    if (this.expected === undefined) return this.respond(challenge ?? Buffer.alloc(0));
    if (!this.isComplete) this.verify(challenge?.toString() ?? '');
    return undefined;
  }

  private async respond(bytes: Buffer): Promise<Buffer> {
    const { context } = this;
    const challenge = parseDigestChallenge(bytes);
    if (challenge === undefined) throw this.untrusted('breaks the protocol');
    const encrypts = context.minSsf > 0;
    const qop = encrypts ? 'auth-conf' : 'auth';
    if (!challenge.qop.includes(qop)) throw this.unsupported(encrypts ? 'encrypts nothing' : 'insists on encryption');
    if (encrypts && !challenge.ciphers.includes('rc4')) {
      throw this.unsupported(`encrypts by ${challenge.ciphers.join(', ') || 'nothing'} only; rc4 is known here`);
    }
    const credentials = await context.credentials(challenge.realms[0]);
    const realm = credentials.realm ?? challenge.realms[0];
    const digestUri = `${context.service}/${context.host}`;
    const key = this.sessionKey(credentials, realm ?? '', challenge);

    const fields = [challenge.nonce, '00000001', this.nonce, qop].join(':');
    const suffix = encrypts ? `:${'0'.repeat(32)}` : '';
    const response = (verb: string): string =>
      hash(`${key.toString('hex')}:${fields}:${hash(`${verb}:${digestUri}${suffix}`).toString('hex')}`).toString('hex');
    this.expected = response('');
    if (encrypts) this.layer = new DigestLayer(key, challenge.maxBytes);
    const parts = [
      ...(challenge.utf8 ? ['charset=utf-8'] : []),
      `username=${quote(saslPrep(credentials.user))}`,
      ...(realm === undefined ? [] : [`realm=${quote(realm)}`]),
      `nonce=${quote(challenge.nonce)},nc=00000001,cnonce=${quote(this.nonce)}`,
      `digest-uri=${quote(digestUri)},response=${response('AUTHENTICATE')},qop=${qop}`,
      ...(encrypts ? ['cipher=rc4,maxbuf=65536'] : []),
      ...(credentials.authorizationId === undefined ? [] : [`authzid=${quote(credentials.authorizationId)}`]),
    ];
    return Buffer.from(parts.join(','), challenge.utf8 ? 'utf8' : 'latin1');
  }

  /** RFC 2831, 2.1.2.1: `H(A1)`. */
  private sessionKey(
    { user, password, authorizationId }: PasswordCredentials,
    realm: string,
    { nonce, utf8 }: DigestChallenge,
  ): Buffer {
    const encode = (text: string): Buffer => Buffer.from(text, !utf8 || /^[\0-\xff]*$/.test(text) ? 'latin1' : 'utf8');
    const colon = Buffer.from(':');
    const secret = hash(
      Buffer.concat([encode(saslPrep(user)), colon, encode(realm), colon, encode(saslPrep(password))]),
    );
    const rest = [nonce, this.nonce, ...(authorizationId === undefined ? [] : [authorizationId])].join(':');
    return hash(Buffer.concat([secret, Buffer.from(`:${rest}`)]));
  }

  private verify(answer: string): void {
    if (/^rspauth=([0-9a-f]{32})$/.exec(answer)?.[1] !== this.expected) {
      throw this.untrusted('does not know the password: it is not who it says');
    }
    this.isComplete = true;
  }

  private untrusted(what: string): Error {
    return connectError('LIBVIRT_SERVER_UNTRUSTED', `DIGEST-MD5: the daemon at ${this.context.host} ${what}`);
  }

  private unsupported(what: string): Error {
    const message = `DIGEST-MD5: the daemon at ${this.context.host} ${what}`;
    return connectError('LIBVIRT_CLIENT_REFUSED', message, { kind: 'unsupported' });
  }
}

function hash(data: string | Buffer): Buffer {
  return createHash('md5').update(data).digest();
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
