import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Environment } from '../config/environment.ts';
import type { Target } from '../config/resolve-target.ts';
import type { LibvirtError } from '../error/libvirt-error.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Clock } from '../rpc/clock.ts';
import { watchDeadline } from '../rpc/deadline.ts';
import { connectError } from './connect-error.ts';
import { type Address, dialTcp, formatAddress } from './dial-tcp.ts';
import { findTlsCredentials, isSet, type TlsCredentials } from './tls-credentials.ts';
import type { TlsOptions } from './tls-options.ts';
import { tlsVersions } from './tls-priority.ts';

const hint = 'is libvirtd --listen (or virtproxyd-tls.socket) running there?';

/** The byte with which a daemon says that it takes our certificate. */
const welcome = 1;

/**
 * Connects by TLS, each side proving who it is by a certificate.
 *
 * @throws {LibvirtError} LIBVIRT_SERVER_UNTRUSTED when the daemon's certificate is from a CA that is not ours, out of
 * date, revoked or for another name; LIBVIRT_CLIENT_REFUSED when the daemon does not take ours;
 * LIBVIRT_CREDENTIALS_INVALID, LIBVIRT_CONNECT_FAILED, LIBVIRT_ARGUMENT_INVALID, LIBVIRT_ABORTED, LIBVIRT_TIMEOUT.
 */
export async function dialTls(
  target: Target,
  environment: Environment,
  clock: Clock,
  tls?: TlsOptions,
  options?: CallOptions,
): Promise<TLSSocket> {
  const address = { host: target.host ?? 'localhost', port: target.port ?? 16_514 };
  const allowed = target.tlsPriority === undefined ? {} : tlsVersions(target.tlsPriority);
  const credentials = await findTlsCredentials(target, environment, tls);
  const plain = await dialTcp(address, hint, clock, options);
  const name = tls?.serverName ?? address.host;
  const secured = secure(plain, () =>
    connect({
      socket: plain,
      host: name,
      ...(isIP(name) === 0 && { servername: name }),
      ...allowed,
      ...defined({ ...credentials, identity: undefined, passphrase: tls?.passphrase, ciphers: tls?.ciphers }),
      rejectUnauthorized: !isSet(target, 'no_verify'),
    }),
  );
  return welcomed(secured, address, credentials, clock, options);
}

/** Node checks certificates and keys at once, and throws what OpenSSL says. */
function secure(plain: Socket, begin: () => TLSSocket): TLSSocket {
  try {
    return begin();
  } catch (error) {
    plain.destroy();
    const message = `TLS: the certificates can not be used: ${(error as Error).message}`;
    throw connectError('LIBVIRT_CREDENTIALS_INVALID', message, { cause: error });
  }
}

/** Resolves when the handshake is done and the daemon has sent the byte that says that it takes our certificate. */
function welcomed(
  socket: TLSSocket,
  address: Address,
  credentials: TlsCredentials,
  clock: Clock,
  options: CallOptions | undefined,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    let trusted = false;
    const listeners = {
      secureConnect: (): void => void (trusted = true),
      error: (error?: unknown): void => {
        stop();
        socket.on('error', () => {}); // what comes after the end is nobody's business
        socket.destroy();
        reject(trusted ? refused(address, credentials, error) : untrusted(address, error));
      },
      end: (): void => listeners.error(),
      close: (): void => listeners.error(),
      readable: (): void => {
        const byte = (socket.read(1) as Buffer | null)?.[0];
        if (byte === undefined) return;
        if (byte !== welcome) return listeners.error(new Error(`it sent ${byte} instead of ${welcome}`));
        stop();
        resolve(socket);
      },
    };
    const release = watchDeadline(options, clock, 'connect', (error) => {
      stop();
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    });
    const stop = (): void => {
      release();
      for (const [event, listener] of Object.entries(listeners)) socket.removeListener(event, listener);
    };
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
  });
}

function refused(address: Address, { identity }: TlsCredentials, cause: unknown): LibvirtError {
  const message = `the daemon at ${formatAddress(address)} does not take our certificate (${identity}): its log says why`;
  return connectError('LIBVIRT_CLIENT_REFUSED', message, { cause });
}

/** What is wrong with the daemon's certificate, by OpenSSL's names for it. */
const faults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'is revoked',
  CRL_HAS_EXPIRED: 'can not be checked, as the list of revoked ones has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is vouched for by nobody',
  SELF_SIGNED_CERT_IN_CHAIN: 'is from a CA that is not ours',
  UNABLE_TO_GET_ISSUER_CERT: 'is from a CA that is not ours',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is from a CA that is not ours',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is from a CA that is not ours',
  CERT_SIGNATURE_FAILURE: 'is from a CA that is not ours',
  INVALID_PURPOSE: 'is not for a server',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name',
};

function untrusted(address: Address, cause: unknown): LibvirtError {
  const where = formatAddress(address);
  const { code = '', message = 'it hung up' } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  const fault = faults[code];
  if (fault !== undefined) {
    const names = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? `: ${message.replace(/^.*altnames: /, '')}` : '';
    return connectError('LIBVIRT_SERVER_UNTRUSTED', `the certificate of the daemon at ${where} ${fault}${names}`, {
      cause,
    });
  }
  return connectError('LIBVIRT_CONNECT_FAILED', `no TLS with ${where}: ${message}; ${hint}`, { cause });
}

function defined<Values extends object>(values: Values): { [Key in keyof Values]?: NonNullable<Values[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
