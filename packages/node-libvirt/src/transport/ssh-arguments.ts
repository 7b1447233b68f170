import type { Target } from '../config/resolve-target.ts';
import { clientError } from '../error/libvirt-error.ts';
import { isSet } from './tls-credentials.ts';

/** libvirt's ways to log in, and OpenSSH's names for them. */
const methods: Readonly<Record<string, string>> = {
  agent: 'publickey',
  privkey: 'publickey',
  password: 'password',
  'keyboard-interactive': 'keyboard-interactive',
};

/**
 * The arguments of `ssh(1)` for a URI. All that the URI does not say is left to the user's own configuration.
 *
 * @param command - What to run over there.
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for a login method that does not exist.
 */
export function sshArguments(target: Target, command: string): string[] {
  const { parameters } = target;
  const settings: string[] = [];
  if (isSet(target, 'no_tty')) settings.push('BatchMode=yes');
  if (isSet(target, 'no_verify')) settings.push('StrictHostKeyChecking=no');
  else if (parameters['known_hosts_verify'] === 'auto') settings.push('StrictHostKeyChecking=accept-new');
  else if (parameters['known_hosts_verify'] === 'ignore') {
    settings.push('StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null');
  }
  if (parameters['known_hosts'] !== undefined) settings.push(`UserKnownHostsFile=${quoted(parameters['known_hosts'])}`);
  if (parameters['sshauth'] !== undefined)
    settings.push(`PreferredAuthentications=${preferred(parameters['sshauth'])}`);
  return [
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(parameters['keyfile'] === undefined ? [] : ['-i', parameters['keyfile']]),
    '-T',
    '-e',
    'none',
    ...settings.flatMap((setting) => ['-o', setting]),
    '--',
    target.host ?? 'localhost',
    command,
  ];
}

/** The ways to log in that a URI names, in its order. @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID */
export function loginMethods(sshauth: string): readonly string[] {
  const named = sshauth.split(',').map((name) => name.trim());
  const unknown = named.find((name) => !Object.hasOwn(methods, name));
  if (unknown === undefined) return named;
  throw clientError(
    'LIBVIRT_ARGUMENT_INVALID',
    'invalid',
    `sshauth: "${unknown}" is no way to log in; there are ${Object.keys(methods).join(', ')}`,
  );
}

function preferred(sshauth: string): string {
  return [...new Set(loginMethods(sshauth).map((name) => methods[name]))].join(',');
}

/** ssh takes a list of files apart at blanks. */
function quoted(path: string): string {
  if (!path.includes('"')) return `"${path}"`;
  throw clientError(
    'LIBVIRT_ARGUMENT_INVALID',
    'invalid',
    `known_hosts: a path with a quote in it can not be told to ssh`,
  );
}
