import type { Target } from '../config/resolve-target.ts';
import type { LibvirtError } from '../error/libvirt-error.ts';
import { connectError, type ConnectErrorCode } from './connect-error.ts';
import { commandError, dialCommand } from './dial-command.ts';
import type { ProcessStream } from './process-stream.ts';
import { remoteCommand } from './remote-command.ts';
import { sshArguments } from './ssh-arguments.ts';

/** What ssh says, and what it means to us. */
const meanings: readonly (readonly [pattern: RegExp, code: ConnectErrorCode, advice: string])[] = [
  [
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    'LIBVIRT_SERVER_UNTRUSTED',
    "the host's key is not among the known ones",
  ],
  [
    /Permission denied|Too many authentication failures|no matching .*key/i,
    'LIBVIRT_CLIENT_REFUSED',
    'the login was refused',
  ],
  [
    /(?:not found|No such file)[^]*$/i,
    'LIBVIRT_CONNECT_FAILED',
    'is libvirt (virt-ssh-helper, or netcat with -U) installed and its daemon running there?',
  ],
];

/**
 * Reaches a daemon through the system's `ssh`, with all that the user's `~/.ssh/config` says (jump hosts, agents, keys).
 * It prompts on the terminal, if there is one, unless the URI says `no_tty=1`.
 *
 * The stream is there at once; whether the login succeeds, its first answer or its error says.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when the URI's parameters contradict each other.
 */
export function dialSsh(target: Target, readOnly: boolean): ProcessStream {
  const ssh = target.parameters['command'] ?? 'ssh';
  const args = sshArguments(target, remoteCommand(target, readOnly));
  return dialCommand(ssh, args, (outcome, complaints) => sshError(ssh, target, outcome, complaints));
}

function sshError(ssh: string, { host = 'localhost' }: Target, outcome: string, complaints: string): LibvirtError {
  const meaning = meanings.find(([pattern]) => pattern.test(complaints));
  if (meaning === undefined) return commandError(`${ssh} to ${host}`, outcome, complaints);
  const [, code, advice] = meaning;
  return connectError(code, `${ssh} to ${host}: ${advice} (${outcome}): ${complaints}`);
}
