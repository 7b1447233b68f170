import { createConnection, type Socket } from 'node:net';
import type { LibvirtError } from '../error/libvirt-error.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Clock } from '../rpc/clock.ts';
import { watchDeadline } from '../rpc/deadline.ts';
import { connectError } from './connect-error.ts';

/** Where a socket goes. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Connects by TCP. All addresses of a name are tried, IPv6 and IPv4 in turn (RFC 8305).
 *
 * @param hint - What the user can do when nobody is there.
 * @throws {LibvirtError} LIBVIRT_CONNECT_FAILED when the name is unknown or nobody listens; LIBVIRT_ABORTED,
 * LIBVIRT_TIMEOUT.
 */
export function dialTcp(address: Address, hint: string, clock: Clock, options?: CallOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let socket: Socket | undefined;
    const release = watchDeadline(options, clock, 'connect', (error) => {
      socket?.destroy();
      reject(error);
    });
    socket = createConnection({ ...address, autoSelectFamily: true, noDelay: true });
    socket.once('error', (error) => {
      release();
      reject(unreachable(address, hint, error));
    });
    socket.once('connect', () => {
      release();
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

/** `host:port`, with an IPv6 address in brackets. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function unreachable(address: Address, hint: string, error: unknown): LibvirtError {
  const where = formatAddress(address);
  switch (codeOf(error)) {
    case 'ENOTFOUND':
      return connectError('LIBVIRT_CONNECT_FAILED', `there is no host "${address.host}"`, { cause: error });
    case 'EAI_AGAIN':
      return connectError('LIBVIRT_CONNECT_FAILED', `the name "${address.host}" can not be looked up at present`, {
        cause: error,
      });
    case 'ECONNREFUSED':
      return connectError('LIBVIRT_CONNECT_FAILED', `nobody listens at ${where}; ${hint}`, { cause: error });
    default:
      return connectError('LIBVIRT_CONNECT_FAILED', `cannot connect to ${where}: ${messageOf(error)}; ${hint}`, {
        cause: error,
      });
  }
}

/** Of several addresses that failed, the first tells. */
function codeOf(error: unknown): string | undefined {
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: readonly unknown[] };
  return code ?? (errors?.[0] === undefined ? undefined : codeOf(errors[0]));
}

function messageOf(error: unknown): string {
  const { message, errors } = error as Error & { errors?: readonly unknown[] };
  return message || (errors?.[0] === undefined ? 'unknown error' : messageOf(errors[0]));
}
