import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { connectError } from '../../transport/connect-error.ts';
import { loginName } from '../credentials.ts';
import type { SaslContext, SaslExchange, SaslMechanism } from './mechanism.ts';
import { saslPrep } from './sasl-prep.ts';

const derive = promisify(pbkdf2);

/** More rounds than any server asks for would only keep this machine busy. */
const mostIterations = 10_000_000;
/** Fewer say that the server is none, or makes guessing cheap (RFC 5802, section 5.1). */
const fewestIterations = 4096;

/**
 * SCRAM (RFC 5802, RFC 7677): both sides prove that they know the password, and neither tells it.
 *
 * @param digest - Node's name of the hash: `sha1`, `sha256`, `sha512`.
 * @param name - The mechanism's name.
 * @param makeNonce - Makes a text that was never used before.
 */
export function scram(
  digest: 'sha1' | 'sha256' | 'sha512',
  name: string,
  makeNonce: () => string = () => randomBytes(24).toString('base64'),
): SaslMechanism {
  return {
    name,
    maxSsf: 0,
    revealsPassword: false,
    begin: (context) => new ScramExchange(digest, name, makeNonce(), context),
  };
}

class ScramExchange implements SaslExchange {
  isComplete = false;
  private readonly digest: string;
  private readonly name: string;
  private readonly nonce: string;
  private readonly context: SaslContext;
  private header = '';
  private clientFirst = '';
  private password = '';
  private serverSignature: Buffer | undefined;

  constructor(digest: string, name: string, nonce: string, context: SaslContext) {
    this.digest = digest;
    this.name = name;
    this.nonce = nonce;
    this.context = context;
  }

  async start(): Promise<Buffer> {
    const login = await this.context.credentials();
    const { authorizationId } = login;
    this.password = saslPrep(login.password);
    this.header = `n,${authorizationId === undefined ? '' : `a=${escapeName(authorizationId)}`},`;
    this.clientFirst = `n=${escapeName(loginName(login))},r=${this.nonce}`;
    return Buffer.from(this.header + this.clientFirst);
  }

  async step(challenge: Buffer | undefined): Promise<Buffer | undefined> {
    if (this.serverSignature === undefined) return this.prove(challenge?.toString() ?? '');
    if (!this.isComplete) this.verify(challenge?.toString() ?? '');
    return undefined;
  }

  /** Answers the server's salt with the proof that we know the password. */
  private async prove(serverFirst: string): Promise<Buffer> {
    const match = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/=]+),i=(\d{1,10})(?:,.*)?$/.exec(serverFirst);
    const [, nonce = '', salt = '', rounds = ''] = match ?? [];
    const iterations = Number(rounds);
    if (match === null) throw this.untrusted('breaks the protocol');
    if (!nonce.startsWith(this.nonce) || nonce.length === this.nonce.length)
      throw this.untrusted('repeats an old login');
    if (iterations < fewestIterations || iterations > mostIterations) {
      throw this.untrusted(`asks for ${iterations} rounds; ${fewestIterations} to ${mostIterations} are taken`);
    }
    const size = createHash(this.digest).digest().length;
    const salted = await derive(this.password, Buffer.from(salt, 'base64'), iterations, size, this.digest);
    this.password = '';
    const clientFinal = `c=${Buffer.from(this.header).toString('base64')},r=${nonce}`;
    const message = `${this.clientFirst},${serverFirst},${clientFinal}`;
    const clientKey = this.hmac(salted, 'Client Key');
    const signature = this.hmac(createHash(this.digest).update(clientKey).digest(), message);
    this.serverSignature = this.hmac(this.hmac(salted, 'Server Key'), message);
    return Buffer.from(`${clientFinal},p=${xor(clientKey, signature).toString('base64')}`);
  }

  /** Checks the server's proof that it knows the password too. */
  private verify(serverFinal: string): void {
    const [, kind, value = ''] = /^([ve])=([^,]*)/.exec(serverFinal) ?? [];
    if (kind === 'e') {
      const message = `the daemon at ${this.context.host} refuses ${this.name}: ${value}`;
      throw connectError('LIBVIRT_CLIENT_REFUSED', message);
    }
    const signature = Buffer.from(value, 'base64');
    const expected = this.serverSignature;
    if (kind !== 'v' || expected?.length !== signature.length || !timingSafeEqual(expected, signature)) {
      throw this.untrusted('does not know the password: it is not who it says');
    }
    this.isComplete = true;
  }

  private hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.digest, key).update(text).digest();
  }

  private untrusted(what: string): Error {
    return connectError('LIBVIRT_SERVER_UNTRUSTED', `${this.name}: the daemon at ${this.context.host} ${what}`);
  }
}

function escapeName(name: string): string {
  return saslPrep(name).replaceAll('=', '=3D').replaceAll(',', '=2C');
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}
