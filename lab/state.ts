import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Where the lab keeps all it makes. Guests run as another user, so every folder above must be open to all. */
export const directory: string = process.env['NOVACRON_LAB_DIRECTORY'] ?? '/var/tmp/novacron-lab';

/** The folder of the isolated libvirt. */
export const libvirtDirectory: string = join(directory, 'libvirt');

/** The folder with `vmlinuz` and `initrd.gz`. */
export const guestDirectory: string = join(directory, 'guest');

/** The URI of the isolated libvirtd. */
export const connectionUri: string = `qemu+unix:///system?socket=${libvirtDirectory}/sock/libvirt-sock`;

/** The variables by which the test suites find the lab. */
export const environment: Readonly<Record<string, string>> = {
  NOVACRON_LAB: connectionUri,
  NOVACRON_LAB_GUEST: guestDirectory,
};

/** The lab's libvirtd, when it runs. */
export function libvirtdPid(): number | undefined {
  const file = join(libvirtDirectory, 'pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'libvirtd' ? pid : undefined;
  } catch {
    return undefined; // it is gone
  }
}

/** Says that a folder was made by the lab, so that nothing else is ever removed. */
export const marker: string = join(directory, '.novacron-lab');

/** All processes in the lab's network namespace: daemons, guests, DHCP servers; also when libvirtd has died. */
export function labProcesses(): readonly number[] {
  const file = join(libvirtDirectory, 'network-namespace');
  if (!existsSync(file)) return [];
  const namespace = readFileSync(file, 'utf8').trim();
  if (namespace === networkNamespace(process.pid)) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => networkNamespace(pid) === namespace);
}

function networkNamespace(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined; // it ended while we looked
  }
}
