import { clientError } from '../error/libvirt-error.ts';
import { REMOTE_AUTH_NONE, REMOTE_AUTH_POLKIT, REMOTE_AUTH_SASL } from '../protocol/remote-constants.gen.ts';
import { remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Channel } from '../rpc/channel.ts';

/**
 * Proves who we are, by the first of the daemon's ways that needs nothing (`none`) or that the daemon settles with
 * polkit by itself.
 *
 * @throws {LibvirtError} LIBVIRT_AUTH_UNSUPPORTED when the daemon wants something else, such as SASL; what the daemon
 * reports when polkit refuses (`LIBVIRT_AUTH_UNAVAILABLE`, kind `permission`).
 */
export async function authenticate(channel: Channel, options?: CallOptions): Promise<void> {
  const { types } = await channel.call(remoteProcedures.authList, undefined, options);
  if (types.length === 0 || types.includes(REMOTE_AUTH_NONE)) return;
  if (types.includes(REMOTE_AUTH_POLKIT)) {
    await channel.call(remoteProcedures.authPolkit, undefined, options);
    return;
  }
  const wanted = types.map((type) => (type === REMOTE_AUTH_SASL ? 'SASL' : `type ${type}`)).join(', ');
  throw clientError(
    'LIBVIRT_AUTH_UNSUPPORTED',
    'unsupported',
    `the daemon wants authentication by ${wanted}; supported are none and polkit`,
  );
}
