import { clientError, LibvirtError } from '../error/libvirt-error.ts';
import { REMOTE_AUTH_NONE, REMOTE_AUTH_POLKIT, REMOTE_AUTH_SASL } from '../protocol/remote-constants.gen.ts';
import { remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Channel } from '../rpc/channel.ts';
import type { SaslLogin } from './sasl/authenticate-sasl.ts';

/** What logging in needs to know. */
export interface Login extends SaslLogin {
  /** The URI's `auth`: `sasl`, `sasl.MECHANISM` or `polkit`. @default what the daemon asks for */
  readonly type?: string | undefined;
}

const types: ReadonlyMap<string, number> = new Map([
  ['sasl', REMOTE_AUTH_SASL],
  ['polkit', REMOTE_AUTH_POLKIT],
]);

/**
 * Proves who we are in the way that the daemon asks for: not at all, by polkit, which settles it with the user on its
 * own machine while we wait, or by SASL.
 *
 * @throws {LibvirtError} LIBVIRT_AUTH_UNSUPPORTED when the daemon asks for a way that is not known, or not for the one
 * that the URI wants; what the daemon reports when it refuses (kind `permission`); see `authenticateSasl`.
 */
export async function authenticate(channel: Channel, login: Login, options?: CallOptions): Promise<void> {
  const { types: offered } = await channel.call(remoteProcedures.authList, undefined, options);
  const type = choose(offered, login.type);
  if (type === REMOTE_AUTH_NONE) return;
  if (type === REMOTE_AUTH_POLKIT) return authenticatePolkit(channel, options);
  const wanted = /^sasl\.(.+)$/i.exec(login.type ?? '')?.[1];
  const { authenticateSasl } = await import('./sasl/authenticate-sasl.ts');
  await authenticateSasl(channel, wanted === undefined ? login : { ...login, wanted }, options);
}

function choose(offered: readonly number[], wanted: string | undefined): number {
  if (wanted !== undefined) {
    const type = types.get(wanted.toLowerCase().replace(/\..*$/, ''));
    if (type !== undefined && offered.includes(type)) return type;
    const why =
      type === undefined ? 'is unknown; there are sasl, sasl.MECHANISM and polkit' : 'is not what the daemon asks for';
    throw unsupported(`auth=${wanted} ${why}`);
  }
  if (offered.length === 0 || offered.includes(REMOTE_AUTH_NONE)) return REMOTE_AUTH_NONE;
  const known = offered.find((type) => type === REMOTE_AUTH_POLKIT || type === REMOTE_AUTH_SASL);
  if (known !== undefined) return known;
  throw unsupported(`the daemon asks for ways to log in that are not known: ${offered.join(', ')}`);
}

async function authenticatePolkit(channel: Channel, options: CallOptions | undefined): Promise<void> {
  try {
    await channel.call(remoteProcedures.authPolkit, undefined, options);
  } catch (error) {
    if (!LibvirtError.isInstance(error) || error.kind !== 'permission') throw error;
    const { libvirtCode = 45, domain = 0, level = 2, int1 = 0, int2 = 0, code, kind, procedure } = error;
    const message = `polkit refuses this user (${error.message}): log in as a member of the group libvirt, allow org.libvirt.unix.manage by a rule, or connect with readOnly`;
    throw new LibvirtError({
      code,
      kind,
      message,
      procedure,
      report: { code: libvirtCode, domain, level, int1, int2 },
      cause: error,
    });
  }
}

function unsupported(message: string): LibvirtError {
  return clientError('LIBVIRT_AUTH_UNSUPPORTED', 'unsupported', message);
}
