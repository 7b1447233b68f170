import type { ErrorKind } from '../error/error-kind.ts';
import { type ClientErrorCode, LibvirtError } from '../error/libvirt-error.ts';

/**
 * The codes of what can go wrong on the way to a daemon.
 *
 * - `LIBVIRT_CONNECT_FAILED`: nobody is there, or the way is barred.
 * - `LIBVIRT_SERVER_UNTRUSTED`: the other side can not prove to be who it should be.
 * - `LIBVIRT_CLIENT_REFUSED`: the other side takes our certificate or login for nothing.
 * - `LIBVIRT_CREDENTIALS_INVALID`: certificates or credentials are missing, or can't be used.
 * - `LIBVIRT_CONFIG_INVALID`: a configuration file can't be read or understood.
 */
export type ConnectErrorCode = Extract<
  ClientErrorCode,
  | 'LIBVIRT_CONNECT_FAILED'
  | 'LIBVIRT_SERVER_UNTRUSTED'
  | 'LIBVIRT_CLIENT_REFUSED'
  | 'LIBVIRT_CREDENTIALS_INVALID'
  | 'LIBVIRT_CONFIG_INVALID'
>;

const kinds: Readonly<Record<ConnectErrorCode, ErrorKind>> = {
  LIBVIRT_CONNECT_FAILED: 'unavailable',
  LIBVIRT_SERVER_UNTRUSTED: 'permission',
  LIBVIRT_CLIENT_REFUSED: 'permission',
  LIBVIRT_CREDENTIALS_INVALID: 'invalid',
  LIBVIRT_CONFIG_INVALID: 'invalid',
};

/** An error of the way to a daemon; its kind goes by the code unless it is given. */
export function connectError(
  code: ConnectErrorCode,
  message: string,
  rest: { readonly cause?: unknown; readonly kind?: ErrorKind } = {},
): LibvirtError {
  return new LibvirtError({ code, kind: rest.kind ?? kinds[code], message, cause: rest.cause });
}

/** Tells whether a value is an error of the way to a daemon. */
export function isConnectError(value: unknown): value is LibvirtError {
  return LibvirtError.isInstance(value) && Object.hasOwn(kinds, value.code);
}
