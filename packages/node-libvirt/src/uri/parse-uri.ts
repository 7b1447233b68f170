import { clientError, type LibvirtError } from '../error/libvirt-error.ts';
import { daemonDrivers, type LibvirtTransport, type LibvirtUri, transports } from './libvirt-uri.ts';
import { decode, parseQuery, type UriParameter, type UriParameters } from './query.ts';
import { redactUri, redactUserinfo } from './redact-uri.ts';

const pattern = /^([a-zA-Z][a-zA-Z0-9.-]*)(?:\+([a-zA-Z0-9-]+))?:\/\/([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/;
const authorityPattern = /^(?:([^@]*)@)?(\[[^\]@]*\]|[^:@[\]]*)(?::(\d+))?$/;
/** Parameters that tell the client how to get there; the others are the driver's. */
const ownParameters: ReadonlySet<string> = new Set([
  'name',
  'mode',
  'socket',
  'auth',
  'authfile',
  'command',
  'keyfile',
  'known_hosts',
  'known_hosts_verify',
  'netcat',
  'no_sanity',
  'no_tty',
  'no_verify',
  'pkipath',
  'proxy',
  'sshauth',
  'tls_priority',
]);
const choices: Readonly<Record<string, readonly string[]>> = {
  mode: ['auto', 'direct', 'legacy'],
  proxy: ['auto', 'native', 'netcat'],
  known_hosts_verify: ['normal', 'auto', 'ignore'],
};
const numbers: ReadonlySet<string> = new Set(['no_sanity', 'no_tty', 'no_verify']);
const notEmpty: ReadonlySet<string> = new Set([
  'socket',
  'command',
  'keyfile',
  'known_hosts',
  'netcat',
  'pkipath',
  'authfile',
]);

/**
 * Takes a libvirt connection URI apart: `DRIVER[+TRANSPORT]://[USER@][HOST][:PORT]/PATH[?PARAMETERS]`, such as
 * `qemu:///system`, `qemu+ssh://root@host/system`, `qemu+tls://[2001:db8::1]:16514/system?pkipath=/etc/my-pki`.
 *
 * Without a transport it is a unix socket, or TLS when there is a host. Every driver is reached through a daemon, `test`
 * too. Parameters that libvirt's own client understands are taken, the others are handed to the driver.
 *
 * @throws {LibvirtError} LIBVIRT_URI_INVALID when it is no URI, names an unknown driver or holds a value that makes no
 * sense; LIBVIRT_TRANSPORT_UNSUPPORTED when there is no such transport. Their messages show the URI without its user
 * and password.
 *
 * @see https://libvirt.org/uri.html
 * @example
 * ```ts
 * import { parseUri } from 'node-libvirt';
 *
 * const uri = parseUri('qemu+ssh://root@host:2222/system?keyfile=/root/.ssh/lab&no_tty=1');
 * uri.transport // => 'ssh'
 * uri.host // => 'host'
 * uri.port // => 2222
 * uri.parameters['keyfile'] // => '/root/.ssh/lab'
 * uri.daemonUri // => 'qemu:///system'
 * ```
 */
export function parseUri(text: string): LibvirtUri {
  const match = pattern.exec(text);
  if (match === null) {
    throw invalid(text, 'expected DRIVER[+TRANSPORT]://[USER@][HOST][:PORT]/PATH[?PARAMETERS], like qemu:///system');
  }
  const [, driver = '', transportName, authority = '', path = '/', query = ''] = match;
  if (!daemonDrivers.includes(driver)) {
    throw invalid(text, `unknown driver "${driver}"; a daemon serves ${daemonDrivers.join(', ')}`);
  }
  const { user, host, port } = readAuthority(text, authority);
  const transport = readTransport(text, transportName, host);
  if (transport === 'unix' && authority !== '') {
    throw invalid(text, `the unix transport takes no host, but "${redactUserinfo(authority)}" is given`);
  }
  if ((host === 'system' || host === 'session') && path === '/') {
    throw invalid(text, `"${host}" stands where the host belongs; ${driver}:///${host} is what you may want`);
  }

  const parts = parseQuery(query);
  const decodedPath = decode(path);
  if (parts === undefined || decodedPath === undefined) throw invalid(text, 'a % in it begins no character');
  if (/[\0\r\n]/.test(decodedPath)) throw invalid(text, 'the path must be one line');
  const parameters: UriParameters = Object.fromEntries(parts.map(({ name, value }) => [name, value]));
  checkParameters(text, parameters);
  if (transport === 'ext' && parameters['command'] === undefined) {
    throw invalid(text, 'the ext transport needs the parameter command, a program that talks to the daemon');
  }
  return {
    driver,
    transport,
    user,
    host,
    port,
    path: decodedPath,
    socketPath: parameters['socket'],
    mode: (parameters['mode'] ?? 'auto') as LibvirtUri['mode'],
    parameters,
    daemonUri: parameters['name'] ?? (driver === 'remote' ? '' : daemonUri(driver, path, parts)),
  };
}

function readTransport(text: string, name: string | undefined, host: string | undefined): LibvirtTransport {
  if (name === undefined) return host === undefined ? 'unix' : 'tls';
  const transport = transports.find((known) => known === name.toLowerCase());
  if (transport !== undefined) return transport;
  throw clientError(
    'LIBVIRT_TRANSPORT_UNSUPPORTED',
    'unsupported',
    `${redactUri(text)}: the transport "${name}" is unknown; supported are ${transports.join(', ')}, and any Duplex stream by the option "stream"`,
  );
}

function readAuthority(text: string, authority: string): Pick<LibvirtUri, 'user' | 'host' | 'port'> {
  const match = authorityPattern.exec(authority);
  if (match === null) throw invalid(text, 'expected [USER@]HOST[:PORT]; an IPv6 address stands in [brackets]');
  const [, userText, hostText = '', portText] = match;
  if (userText?.includes(':') === true) {
    throw invalid(text, 'a password does not belong in a URI; give it by the option "credentials" or in auth.conf');
  }
  const user = userText === undefined ? undefined : decode(userText);
  const host = decode(hostText.replace(/^\[(.*)\]$/, '$1'));
  if (host === undefined || (userText !== undefined && !user)) {
    throw invalid(text, 'the user and the host must be percent-encoded text');
  }
  if (/[\p{Cc}\s/?#@]/u.test(host) || /\p{Cc}/u.test(user ?? '')) {
    throw invalid(text, 'the user or the host holds a character that none has');
  }
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > 65_535)) {
    throw invalid(text, `the port must be from 1 to 65535, not ${portText}`);
  }
  return { user, host: host === '' ? undefined : host, port };
}

function checkParameters(text: string, parameters: UriParameters): void {
  for (const [name, value] of Object.entries(parameters)) {
    const allowed = Object.hasOwn(choices, name) ? choices[name] : undefined;
    if (allowed !== undefined && !allowed.includes(value)) {
      throw invalid(text, `${name} must be one of ${allowed.join(', ')}, not "${value}"`);
    }
    if (numbers.has(name) && !/^[+-]?\d+$/.test(value)) {
      throw invalid(text, `${name} must be 0 or 1, not "${value}"`);
    }
    if (notEmpty.has(name) && value === '') throw invalid(text, `${name} must not be empty`);
    if (ownParameters.has(name) && /[\0\r\n]/.test(value)) throw invalid(text, `${name} must be one line of text`);
  }
}

/** The query stays as it was written, byte for byte, less our own parameters. */
function daemonUri(driver: string, path: string, parts: readonly UriParameter[]): string {
  const rest = parts.filter(({ name }) => !ownParameters.has(name)).map(({ written }) => written);
  return `${driver}://${path}${rest.length > 0 ? `?${rest.join('&')}` : ''}`;
}

/** An error about a URI, which it shows without its user and password. */
function invalid(text: string, message: string): LibvirtError {
  return clientError('LIBVIRT_URI_INVALID', 'invalid', `${text === '' ? 'an empty URI' : redactUri(text)}: ${message}`);
}
