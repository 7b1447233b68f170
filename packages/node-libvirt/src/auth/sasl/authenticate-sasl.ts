import { clientError, LibvirtError } from '../../error/libvirt-error.ts';
import { remoteProcedures } from '../../protocol/remote-procedures.gen.ts';
import type { CallOptions } from '../../rpc/call-options.ts';
import type { Channel } from '../../rpc/channel.ts';
import { connectError } from '../../transport/connect-error.ts';
import type { Credentials, CredentialsRequest, PasswordCredentials } from '../credentials.ts';
import type { SaslExchange, SaslMechanism, SecurityLayer } from './mechanism.ts';
import { allowedMechanisms, obstacle, type SaslOptions } from './mechanisms.ts';

/** libvirt's own measure of what is safe enough over TCP: DES. */
const plainTcpSsf = 56;

/** A daemon that goes on asking is none. */
const mostSteps = 20;

/** What a login by SASL needs to know about the connection. */
export interface SaslLogin {
  readonly host: string;
  /** Whether TLS or a unix socket protects what goes over it. */
  readonly isSecure: boolean;
  /** Encrypts all that follows; absent where the connection can't. */
  readonly secure?: ((layer: SecurityLayer) => void) | undefined;
  /** Finds the credentials for a mechanism. */
  readonly credentials: (request: Pick<CredentialsRequest, 'mechanism' | 'realm'>) => Promise<Credentials | undefined>;
  readonly options?: SaslOptions | undefined;
  /** The one mechanism that the URI's `auth=sasl.NAME` asks for. */
  readonly wanted?: string | undefined;
}

/**
 * Logs in by SASL (RFC 4422), with the best mechanism that both sides know and that protects the password.
 *
 * @throws {LibvirtError} LIBVIRT_AUTH_UNSUPPORTED when there is none; LIBVIRT_AUTH_FAILED when the daemon refuses the
 * login; LIBVIRT_SERVER_UNTRUSTED when the daemon does not know the password; LIBVIRT_CREDENTIALS_INVALID when there are
 * no credentials.
 */
export async function authenticateSasl(channel: Channel, login: SaslLogin, options?: CallOptions): Promise<void> {
  const { mechlist } = await channel.call(remoteProcedures.authSaslInit, undefined, options);
  const minSsf = login.isSecure || login.options?.allowUnencrypted === true ? 0 : plainTcpSsf;
  const mechanism = choose(mechlist.split(/[\s,]+/).filter(Boolean), minSsf, login);
  const known = { user: '' };
  const exchange = mechanism.begin({
    service: 'libvirt',
    host: login.host,
    minSsf,
    credentials: async (realm) => {
      const credentials = complete(
        await login.credentials({ mechanism: mechanism.name, realm }),
        mechanism.name,
        login,
      );
      known.user = credentials.user;
      return credentials;
    },
  });
  try {
    await converse(channel, mechanism, exchange, options);
  } catch (error) {
    throw LibvirtError.isInstance(error) && error.code === 'LIBVIRT_AUTH_FAILED'
      ? refused(error, mechanism.name, known.user, login.host)
      : error;
  }
  const { layer } = exchange;
  if ((layer?.ssf ?? 0) < minSsf) throw unsupported(`${mechanism.name} agreed on no encryption`, login.host);
  if (layer !== undefined) login.secure?.(layer);
}

/** Sends and answers until both sides are content. */
async function converse(
  channel: Channel,
  mechanism: SaslMechanism,
  exchange: SaslExchange,
  options: CallOptions | undefined,
): Promise<void> {
  const mech = mechanism.name;
  let answer = await channel.call(remoteProcedures.authSaslStart, { mech, ...encode(await exchange.start()) }, options);
  for (let step = 0; step < mostSteps; step++) {
    if (answer.complete !== 0 && answer.nil !== 0) break;
    const response = await exchange.step(answer.nil === 0 ? Buffer.from(answer.data) : undefined);
    if (answer.complete !== 0) break;
    answer = await channel.call(remoteProcedures.authSaslStep, encode(response), options);
  }
  if (answer.complete !== 0 && exchange.isComplete) return;
  const message = `${mech}: the daemon ends the login without proving that it knows the password`;
  throw connectError('LIBVIRT_SERVER_UNTRUSTED', message);
}

/** Nothing at all (`nil`) is not the same as an empty answer. */
function encode(data: Buffer | undefined): { nil: number; data: Uint8Array } {
  return { nil: data === undefined ? 1 : 0, data: data ?? new Uint8Array() };
}

function choose(offered: readonly string[], minSsf: number, login: SaslLogin): SaslMechanism {
  const { wanted } = login;
  const all = allowedMechanisms(
    wanted === undefined || login.options?.mechanisms ? login.options : { mechanisms: [wanted] },
  );
  const allowed = wanted === undefined ? all : all.filter(({ name }) => name === wanted.toUpperCase());
  const common = allowed.filter(({ name }) => offered.includes(name));
  const usable = common.find((mechanism) => obstacle(mechanism, minSsf) === undefined);
  if (usable !== undefined) return usable;
  const reasons = common.map((mechanism) => `${mechanism.name} ${obstacle(mechanism, minSsf)}`);
  const why =
    reasons.length > 0
      ? `${reasons.join('; ')}; use TLS or SSH`
      : `it offers ${offered.join(', ') || 'none'}, and ${allowed.map(({ name }) => name).join(', ') || 'none'} may be used`;
  throw unsupported(why, login.host);
}

function complete(found: Credentials | undefined, mechanism: string, { host }: SaslLogin): PasswordCredentials {
  const { user, password } = found ?? {};
  if (user !== undefined && user !== '' && password !== undefined) return { ...found, user, password };
  const what = user === undefined || user === '' ? 'user' : 'password';
  const message = `${mechanism} needs a ${what} for the daemon at ${host}: give it by the option "credentials", or in libvirt's auth.conf`;
  throw connectError('LIBVIRT_CREDENTIALS_INVALID', message, { kind: 'permission' });
}

/** The daemon's own words are "authentication failed"; who wanted to log in how says more. */
function refused(error: LibvirtError, mechanism: string, user: string, host: string): LibvirtError {
  const { libvirtCode = 45, domain = 0, level = 2, int1 = 0, int2 = 0, code, kind, procedure } = error;
  const message = `${mechanism}: the daemon at ${host} refuses the login of "${user}": it does not know the user, or the password is another`;
  const report = { code: libvirtCode, domain, level, int1, int2 };
  return new LibvirtError({ code, kind, message, procedure, report, cause: error });
}

function unsupported(why: string, host: string): LibvirtError {
  return clientError('LIBVIRT_AUTH_UNSUPPORTED', 'unsupported', `SASL with the daemon at ${host}: ${why}`);
}
