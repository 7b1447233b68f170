import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Where the lab keeps all it makes. Guests run as another user, so every folder above must be open to all. */
export const directory: string = process.env['NOVACRON_LAB_DIRECTORY'] ?? '/var/tmp/novacron-lab';

/** The folder with `vmlinuz` and `initrd.gz`. */
export const guestDirectory: string = join(directory, 'guest');

/** The folder with the certificates of daemons and clients. */
export const pkiDirectory: string = join(directory, 'pki');

/** Says that a folder was made by the lab, so that nothing else is ever removed. */
export const marker: string = join(directory, '.novacron-lab');

/** Holds the number of the process that keeps the lab's network alive, whichever daemon ends. */
export const networkHolder: string = join(directory, 'network-holder');

/** Names the lab's network namespace: every process in it is the lab's. */
export const networkNamespace: string = join(directory, 'network-namespace');

/** Holds the number of the process that lets the machine's loopback into the lab's network. */
export const forwarder: string = join(directory, 'forwarder');

/** Lists the ways to the lab's daemons other than their unix sockets, as JSON. */
export const waysFile: string = join(directory, 'ways.json');

/** One isolated libvirtd: its folder below {@link directory} has its name. */
export interface LabDaemon {
  readonly name: string;
  /** All that it writes is below it. */
  readonly directory: string;
  /** Its socket for reading and writing. */
  readonly socket: string;
  /** The URI of its QEMU driver. */
  readonly uri: string;
}

function labDaemon(name: string, socketDirectory: string): LabDaemon {
  const own = join(directory, name);
  const socket = join(own, socketDirectory, 'libvirt-sock');
  return { name, directory: own, socket, uri: `qemu+unix:///system?socket=${socket}` };
}

/** The lab's first libvirtd. */
export const main: LabDaemon = labDaemon('libvirt', 'sock');

/** A second one beside it, to which guests migrate. */
export const peer: LabDaemon = labDaemon('peer', 'sock');

/** One that listens to TCP, TLS and SSH, and asks polkit about users of its unix socket. */
export const gate: LabDaemon = labDaemon('gate', 'run');

/** One that wants SASL on every socket. */
export const vault: LabDaemon = labDaemon('vault', 'run');

/** All daemons of the lab. */
export const daemons: readonly LabDaemon[] = [main, peer, gate, vault];

/** The variables by which the test suites find the lab. */
export function environment(): Readonly<Record<string, string>> {
  return {
    NOVACRON_LAB: main.uri,
    NOVACRON_LAB_PEER: peer.uri,
    NOVACRON_LAB_GUEST: guestDirectory,
    NOVACRON_LAB_WAYS: waysFile,
  };
}

/** Whether a daemon runs. */
export function isRunning({ directory: own }: LabDaemon): boolean {
  const pid = readNumber(join(own, 'pid'));
  return pid !== undefined && commandOf(pid) === 'libvirtd';
}

/** The process whose number stands in a file, when it runs and is the lab's. */
export function runningPid(file: string): number | undefined {
  const pid = readNumber(file);
  return pid !== undefined && labProcesses().includes(pid) ? pid : undefined;
}

/** All processes in the lab's network namespace: daemons, guests, DHCP servers; also when the daemons have died. */
export function labProcesses(): readonly number[] {
  if (!existsSync(networkNamespace)) return [];
  const namespace = readFileSync(networkNamespace, 'utf8').trim();
  return namespace === namespaceOf('self', 'net') ? [] : processesIn('net', namespace);
}

/** The processes of one daemon: in its mount namespace, also when it has died itself. */
export function daemonProcesses({ directory: own }: LabDaemon): readonly number[] {
  const file = join(own, 'mount-namespace');
  if (!existsSync(file)) return [];
  const namespace = readFileSync(file, 'utf8').trim();
  const ofLab = new Set(labProcesses());
  return processesIn('mnt', namespace).filter((pid) => ofLab.has(pid));
}

function processesIn(kind: 'net' | 'mnt', namespace: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => namespaceOf(pid, kind) === namespace);
}

function readNumber(file: string): number | undefined {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined; // it is gone
  }
}

/** A namespace of a process. */
export function namespaceOf(pid: number | 'self', kind: 'net' | 'mnt'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return undefined; // it ended while we looked
  }
}
