import type { Target } from '../config/resolve-target.ts';
import { clientError } from '../error/libvirt-error.ts';
import { shellQuote } from './shell-quote.ts';

/**
 * The command that, on the daemon's machine, passes its standard streams on to the daemon's socket: libvirt's own
 * `virt-ssh-helper` (`proxy=native`), which finds the socket itself, or netcat (`proxy=netcat`). By default the helper
 * is taken where it is installed, and netcat where it is not, or when the URI names a socket or a netcat.
 *
 * It is one line for a login shell; all that the URI says is quoted in it.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when the parameters contradict each other.
 */
export function remoteCommand(target: Target, readOnly: boolean): string {
  const { netcat } = target.parameters;
  if (netcat !== undefined && target.parameters['proxy'] === 'native') {
    throw invalid('proxy=native uses no netcat, but netcat is given');
  }
  if (target.mode === 'direct' && target.proxy === 'netcat' && target.socketPath === undefined) {
    throw invalid('proxy=netcat can not find out about modular daemons (mode=direct); name the socket by "socket="');
  }
  return `sh -c ${shellQuote(script(target, readOnly))}`;
}

function script(target: Target, readOnly: boolean): string {
  const { netcat } = target.parameters;
  const proxy = target.proxy ?? 'auto';
  if (netcat !== undefined || proxy === 'netcat') return netcatScript(target, readOnly);
  if (target.parameters['proxy'] === undefined && target.socketPath !== undefined)
    return netcatScript(target, readOnly);
  const helper = helperScript(target, readOnly);
  // The paths of a session's sockets are known only over there.
  if (proxy === 'native' || target.path === '/session') return `exec ${helper}`;
  return `if command -v virt-ssh-helper >/dev/null 2>&1; then exec ${helper}; else ${netcatScript(target, readOnly)}; fi`;
}

function helperScript({ parameters, daemonUri, mode, socketPath }: Target, readOnly: boolean): string {
  const kept = [
    ...(parameters['mode'] === undefined ? [] : [`mode=${mode}`]),
    ...(socketPath === undefined ? [] : [`socket=${encodeURIComponent(socketPath)}`]),
  ].join('&');
  const uri = kept === '' ? daemonUri : `${daemonUri}${daemonUri.includes('?') ? '&' : '?'}${kept}`;
  return `virt-ssh-helper ${readOnly ? '-r ' : ''}${shellQuote(uri)}`;
}

/** Some netcats end with their input only when they are told to, and those that need it not do not know the option. */
function netcatScript({ parameters, socketPath }: Target, readOnly: boolean): string {
  const netcat = shellQuote(parameters['netcat'] ?? 'nc');
  const socket = shellQuote(socketPath ?? `/var/run/libvirt/libvirt-sock${readOnly ? '-ro' : ''}`);
  return `if ${netcat} -q </dev/null 2>&1 | grep "requires an argument" >/dev/null 2>&1; then q=-q0; else q=; fi; exec ${netcat} $q -U ${socket}`;
}

function invalid(message: string): Error {
  return clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message);
}
