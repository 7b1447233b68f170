import { type Environment, runtimeDirectory } from '../config/environment.ts';
import type { LibvirtUri } from '../uri/libvirt-uri.ts';

/** In the order in which libvirt asks them what to open when nobody says. */
const systemDrivers = ['xen', 'qemu', 'lxc', 'vbox', 'bhyve', 'vz'];
const sessionDrivers = ['qemu', 'vbox'];

/**
 * The sockets at which a URI's daemon may listen, best first: the driver's modular daemon (`virtqemud`), then libvirtd,
 * which virtproxyd stands in for. `/session` means the user's own daemon, and so do the test driver and no driver, but
 * for root, who has the system's only.
 *
 * @param readOnly - Whether the socket for reading is wanted; only the system's daemons have one.
 */
export function socketCandidates(uri: LibvirtUri, readOnly: boolean, environment: Environment): string[] {
  if (uri.socketPath !== undefined) return [uri.socketPath];
  const unnamed = uri.driver === 'remote';
  const session = environment.userId !== 0 && (uri.path === '/session' || uri.driver === 'test' || unnamed);
  const suffix = readOnly && !session ? 'sock-ro' : 'sock';
  const directory = session ? runtimeDirectory(environment) : '/run/libvirt';
  const drivers = unnamed ? (session ? sessionDrivers : systemDrivers) : [uri.driver];
  const modular = drivers.map((driver) => `virt${driver}d`);
  const daemons = { auto: [...modular, 'libvirt'], direct: modular, legacy: ['libvirt'] }[uri.mode];
  return daemons.map((daemon) => `${directory}/${daemon}-${suffix}`);
}
