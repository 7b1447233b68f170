import type { Duplex } from 'node:stream';
import type { CredentialsFinder } from '../auth/find-credentials.ts';
import type { SecurityLayer } from '../auth/sasl/mechanism.ts';
import type { Environment } from '../config/environment.ts';
import type { Target } from '../config/resolve-target.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Clock } from '../rpc/clock.ts';
import { dialUnix } from './dial-unix.ts';
import { LayeredStream } from './layered-stream.ts';
import { socketCandidates } from './socket-candidates.ts';
import type { TlsOptions } from './tls-options.ts';

/** All that decides how a daemon is reached. */
export interface Route {
  readonly target: Target;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly readOnly: boolean;
  readonly credentials: CredentialsFinder;
  readonly tls?: TlsOptions | undefined;
  readonly stream?: Duplex | undefined;
}

/** A stream to a daemon. */
export interface Dialled {
  readonly stream: Duplex;
  /** Whether what goes over it is for nobody else to read, so that SASL need not encrypt. */
  readonly isSecure: boolean;
  /** Encrypts all that follows, where it is not secure. */
  readonly secure?: (layer: SecurityLayer) => void;
}

/**
 * Connects to a daemon on the way that its URI names. What a way needs is loaded when it is gone.
 *
 * @throws {LibvirtError} LIBVIRT_CONNECT_FAILED and what else the transport says; LIBVIRT_ABORTED, LIBVIRT_TIMEOUT.
 */
export async function dial(route: Route, options?: CallOptions): Promise<Dialled> {
  const { target, environment, clock, readOnly } = route;
  if (route.stream !== undefined) return unprotected(route.stream);
  switch (target.transport) {
    case 'unix':
      return protectedStream(await dialUnix(socketCandidates(target, readOnly, environment), clock, options));
    case 'tcp': {
      const { dialTcp } = await import('./dial-tcp.ts');
      const address = { host: target.host ?? 'localhost', port: target.port ?? 16_509 };
      return unprotected(
        await dialTcp(address, 'is libvirtd --listen (or virtproxyd-tcp.socket) running there?', clock, options),
      );
    }
    case 'tls': {
      const { dialTls } = await import('./dial-tls.ts');
      return protectedStream(await dialTls(target, environment, clock, route.tls, options));
    }
    case 'ssh': {
      const { dialSsh } = await import('./dial-ssh.ts');
      return protectedStream(dialSsh(target, readOnly));
    }
    case 'libssh':
    case 'libssh2': {
      const { dialSsh2 } = await import('./dial-ssh2.ts');
      return protectedStream(await dialSsh2(target, route, options));
    }
    default: {
      const { dialCommand } = await import('./dial-command.ts');
      return unprotected(dialCommand(target.parameters['command'] ?? '', []));
    }
  }
}

function protectedStream(stream: Duplex): Dialled {
  return { stream, isSecure: true };
}

function unprotected(inner: Duplex): Dialled {
  const stream = new LayeredStream(inner);
  return { stream, isSecure: false, secure: (layer) => stream.secure(layer) };
}
