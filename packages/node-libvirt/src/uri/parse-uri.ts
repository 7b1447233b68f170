import { clientError, type LibvirtError } from '../error/libvirt-error.ts';

/** The drivers that a libvirt daemon serves. */
export const daemonDrivers: readonly string[] = [
  'qemu',
  'lxc',
  'xen',
  'ch',
  'bhyve',
  'vbox',
  'vz',
  'test',
  'network',
  'storage',
  'nodedev',
  'nwfilter',
  'interface',
  'secret',
];

/** A connection URI in its parts. */
export interface LibvirtUri {
  /** The hypervisor driver: `qemu`, `lxc`, `test`, ... */
  readonly driver: string;
  /** How the daemon is reached. */
  readonly transport: 'unix';
  /** The driver's path: `/system`, `/session`, `/default`, or a file of the daemon's machine. */
  readonly path: string;
  /** The socket to use instead of the standard ones. */
  readonly socketPath: string | undefined;
  /** Whether the modular daemon of the driver (`direct`), libvirtd (`legacy`), or the first that is there is asked. */
  readonly mode: 'auto' | 'direct' | 'legacy';
  /** What the daemon itself is asked to open: the URI without what only concerns the way to it. */
  readonly daemonUri: string;
}

const pattern = /^([a-zA-Z][a-zA-Z0-9.-]*)(?:\+([a-zA-Z0-9-]+))?:\/\/([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/;
const laterTransports: ReadonlySet<string> = new Set(['tcp', 'tls', 'ssh', 'libssh', 'libssh2', 'ext']);
/** Query parameters that tell the client how to get there; the others are the driver's. */
const ownParameters: ReadonlySet<string> = new Set(['socket', 'mode', 'name']);

/**
 * Takes a libvirt connection URI apart: `qemu:///system`, `qemu+unix:///session`,
 * `test+unix:///default?socket=/run/libvirt/libvirt-sock`.
 *
 * Every driver is reached through a daemon, `test` too. The query takes `socket` (a path), `mode` (`auto`, `direct`,
 * `legacy`) and `name` (a URI for the daemon to open as it is); others are handed to the driver.
 *
 * @throws {LibvirtError} LIBVIRT_URI_INVALID when it is no URI, names an unknown driver or holds a value that makes no
 * sense; LIBVIRT_TRANSPORT_UNSUPPORTED when it asks for another way than a unix socket. Their messages show the URI
 * without its user and password.
 *
 * @example
 * ```ts
 * import { parseUri } from 'node-libvirt';
 *
 * const uri = parseUri('qemu+unix:///system?socket=/tmp/libvirt-sock');
 * uri.driver // => 'qemu'
 * uri.socketPath // => '/tmp/libvirt-sock'
 * uri.daemonUri // => 'qemu:///system'
 * ```
 */
export function parseUri(text: string): LibvirtUri {
  const match = pattern.exec(text);
  if (match === null)
    throw invalid(text, 'expected DRIVER[+TRANSPORT]://[HOST]/PATH[?PARAMETERS], like qemu:///system');
  const [, driver = '', transport, host = '', path = '/', query = ''] = match;
  if (!daemonDrivers.includes(driver)) {
    throw invalid(text, `unknown driver "${driver}"; a daemon serves ${daemonDrivers.join(', ')}`);
  }
  checkTransport(text, transport, host);

  const parameters = new URLSearchParams(query);
  const mode = parameters.get('mode') ?? 'auto';
  if (mode !== 'auto' && mode !== 'direct' && mode !== 'legacy') {
    throw invalid(text, `mode must be auto, direct or legacy, not "${mode}"`);
  }
  const socketPath = parameters.get('socket') ?? undefined;
  if (socketPath === '') throw invalid(text, 'socket must be a path');
  return {
    driver,
    transport: 'unix',
    path,
    socketPath,
    mode,
    daemonUri: parameters.get('name') ?? daemonUri(driver, path, query),
  };
}

function checkTransport(text: string, transport: string | undefined, host: string): void {
  if (transport === undefined && host === '') return;
  const asked = transport ?? 'tls';
  if (asked === 'unix') {
    if (host === '') return;
    throw invalid(text, `the unix transport takes no host, but "${withoutUserinfo(host)}" is given`);
  }
  const why = laterTransports.has(asked) ? 'is not supported yet' : 'is unknown';
  throw clientError(
    'LIBVIRT_TRANSPORT_UNSUPPORTED',
    'unsupported',
    `${redacted(text)}: the transport "${asked}" ${why}; supported are unix, and any Duplex stream by the option "stream"`,
  );
}

/** The query stays as it was written, byte for byte, less our own parameters. */
function daemonUri(driver: string, path: string, query: string): string {
  const rest = query.split('&').filter((part) => part !== '' && !ownParameters.has(part.replace(/=.*$/, '')));
  return `${driver}://${path}${rest.length > 0 ? `?${rest.join('&')}` : ''}`;
}

function invalid(text: string, message: string): LibvirtError {
  return clientError('LIBVIRT_URI_INVALID', 'invalid', `${text === '' ? 'an empty URI' : redacted(text)}: ${message}`);
}

/** Who logs in and with which password is nobody's business but the server's; a URI in a URI may hold it encoded. */
const userinfo = /((?::|%3a)(?:\/|%2f){2})(?!\/|%2f).*(?:@|%40)/is;

function redacted(text: string): string {
  return text.includes('://') ? text.replace(userinfo, '$1***@') : withoutUserinfo(text);
}

function withoutUserinfo(host: string): string {
  return host.replace(/^.*(?:@|%40)/is, '***@');
}
