import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  connectionUri,
  directory,
  guestDirectory,
  labProcesses,
  libvirtDirectory,
  libvirtdPid,
  marker,
} from './state.ts';

const network = `<network><name>lab</name><bridge name='nclab0' delay='0'/>
  <ip address='192.168.187.1' netmask='255.255.255.0'><dhcp><range start='192.168.187.10' end='192.168.187.200'/></dhcp></ip>
</network>`;

const pool = `<pool type='dir'><name>lab</name><target><path>${directory}/pool</path></target></pool>`;

/** Starts what does not run yet: the guest's image, libvirtd, a network and a storage pool named `lab`. */
export async function up(): Promise<void> {
  claimDirectory();
  for (const path of [directory, join(directory, 'pool'), guestDirectory]) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o755);
  }
  if (!existsSync(join(guestDirectory, 'initrd.gz')) || !existsSync(join(guestDirectory, 'vmlinuz'))) {
    console.error('Building the guest ...');
    execFileSync('bash', [join(import.meta.dirname, 'guest.sh'), guestDirectory], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  if (libvirtdPid() === undefined) {
    await endProcesses(); // what a daemon that was killed left behind
    await startDaemon();
  }
  define('net', network);
  define('pool', pool);
}

/** The lab's folder is root's own, and holds nothing but the lab: it is removed as a whole. */
function claimDirectory(): void {
  if (existsSync(directory) && (!existsSync(marker) || statSync(directory).uid !== 0)) {
    throw new Error(`${directory} exists and was not made by the lab; remove it, or set NOVACRON_LAB_DIRECTORY`);
  }
  mkdirSync(directory, { recursive: true });
  writeFileSync(marker, 'Removed by: npm run lab -- down\n');
}

async function startDaemon(): Promise<void> {
  console.error('Starting libvirtd ...');
  const daemon = spawn('bash', [join(import.meta.dirname, 'libvirtd.sh'), libvirtDirectory], {
    detached: true,
    stdio: 'ignore',
  });
  daemon.unref();
  for (let attempt = 0; attempt < 300; attempt++) {
    await sleep(100);
    if (libvirtdPid() !== undefined && answers()) return;
  }
  const log = ['out', 'libvirtd.log'].map((name) => join(libvirtDirectory, 'log', name)).filter(existsSync);
  throw new Error(
    `libvirtd did not come up:\n${log.map((file) => readFileSync(file, 'utf8').slice(-2000)).join('\n')}`,
  );
}

function answers(): boolean {
  try {
    virsh('version');
    return true;
  } catch {
    return false;
  }
}

function virsh(...args: readonly string[]): string {
  return execFileSync('virsh', ['-q', '-c', connectionUri, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Makes a transient network or pool named `lab` unless it is there. */
function define(kind: 'net' | 'pool', xml: string): void {
  if (
    virsh(`${kind}-list`, '--name')
      .split('\n')
      .some((name) => name.trim() === 'lab')
  )
    return;
  const file = join(directory, `${kind}.xml`);
  writeFileSync(file, xml);
  virsh(`${kind}-create`, file);
}

/** Ends every process of the lab and removes its folder. Does nothing when there is no lab. */
export async function down(): Promise<void> {
  if (!existsSync(marker)) return;
  await endProcesses();
  rmSync(directory, { recursive: true, force: true });
}

async function endProcesses(): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of labProcesses()) kill(pid, signal);
    for (let attempt = 0; attempt < 50 && labProcesses().length > 0; attempt++) await sleep(100);
  }
  const left = labProcesses();
  if (left.length > 0) throw new Error(`Some of the lab's processes do not end: ${left.join(' ')}`);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended by itself
  }
}
