import { connectError } from '../../transport/connect-error.ts';
import { type Kerberos, type KerberosClient, loadKerberos } from './kerberos.ts';
import type { SaslContext, SaslExchange, SaslMechanism } from './mechanism.ts';

/** No encryption, among the layers that a server offers and a client chooses (RFC 4752, section 3.3). */
const noLayer = 1;

/**
 * GSSAPI (RFC 4752): logs in with the ticket that Kerberos has for this user, over TLS or a unix socket. The ticket is the
 * system's: of `kinit`, of `KRB5CCNAME`, or by a keytab in `KRB5_CLIENT_KTNAME`; no password is asked for. The package
 * `kerberos` can't encrypt what follows a login: over plain TCP, where libvirt insists on it, GSSAPI is not used.
 *
 * @param kerberos - The npm package `kerberos`. @default it is loaded when it is needed
 *
 * @example
 * ```ts no-run
 * import { connect, gssapi } from 'node-libvirt';
 *
 * const connection = await connect('qemu+tls://host.example.com/system', { sasl: { mechanisms: [gssapi()] } });
 * await connection.close();
 * ```
 */
export function gssapi(kerberos?: Kerberos): SaslMechanism {
  return {
    name: 'GSSAPI',
    maxSsf: 0,
    revealsPassword: false,
    begin: (context) => new GssapiExchange(context, kerberos),
  };
}

class GssapiExchange implements SaslExchange {
  isComplete = false;
  private readonly context: SaslContext;
  private readonly kerberos: Kerberos | undefined;
  private client: KerberosClient | undefined;

  constructor(context: SaslContext, kerberos: Kerberos | undefined) {
    this.context = context;
    this.kerberos = kerberos;
  }

  /** Shows the ticket. @throws {LibvirtError} LIBVIRT_AUTH_UNSUPPORTED, LIBVIRT_CREDENTIALS_INVALID without a ticket. */
  async start(): Promise<Buffer> {
    const { service, host } = this.context;
    const kerberos = this.kerberos ?? (await loadKerberos());
    const gssFlag = kerberos.GSS_C_MUTUAL_FLAG | kerberos.GSS_C_SEQUENCE_FLAG | kerberos.GSS_C_INTEG_FLAG;
    try {
      this.client = await kerberos.initializeClient(`${service}@${host}`, { gssFlag });
      return fromBase64(await this.client.step(''));
    } catch (error) {
      const message = `GSSAPI: there is no ticket for ${service}/${host} (${reason(error)}): get one with "kinit"`;
      throw connectError('LIBVIRT_CREDENTIALS_INVALID', message, { kind: 'permission', cause: error });
    }
  }

  /** Answers the daemon. @throws {LibvirtError} LIBVIRT_SERVER_UNTRUSTED when it can not prove who it is. */
  async step(challenge: Buffer | undefined): Promise<Buffer> {
    const client = this.client as KerberosClient;
    const token = (challenge ?? Buffer.alloc(0)).toString('base64');
    try {
      if (!client.contextComplete) return fromBase64(await client.step(token));
      const offer = await client.unwrap(token);
      if (((fromBase64(offer)[0] ?? 0) & noLayer) === 0) throw new Error('it insists on an encryption of its own');
      // The package answers an offer, for a user: nobody but the one of the ticket.
      const response = fromBase64(await client.wrap(offer, { user: '' }));
      this.isComplete = true;
      return response;
    } catch (error) {
      const message = `GSSAPI: the daemon at ${this.context.host} does not prove who it is (${reason(error)})`;
      throw connectError('LIBVIRT_SERVER_UNTRUSTED', message, { cause: error });
    }
  }
}

function fromBase64(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64');
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
