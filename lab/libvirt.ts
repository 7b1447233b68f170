import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon } from './daemon.ts';
import { login, ports, prepareGate, prepareVault, sshKey } from './doors.ts';
import { startForwarding } from './forwarding.ts';
import { startNetwork } from './network.ts';
import { installKerberos, kerberosDirectory, writeClientConfiguration } from './kerberos.ts';
import { makePki } from './pki.ts';
import { endProcesses } from './processes.ts';
import {
  directory,
  forwarder,
  gate,
  guestDirectory,
  type LabDaemon,
  labProcesses,
  main,
  marker,
  networkHolder,
  peer,
  pkiDirectory,
  runningPid,
  vault,
  waysFile,
} from './state.ts';

/** The bridges of two daemons in one network namespace need names of their own; a guest that migrates asks for the network's. */
const networks: ReadonlyMap<LabDaemon, string> = new Map([
  [
    main,
    `<network><name>lab</name><bridge name='nclab0' delay='0'/>
  <ip address='192.168.187.1' netmask='255.255.255.0'><dhcp><range start='192.168.187.10' end='192.168.187.200'/></dhcp></ip>
</network>`,
  ],
  [peer, "<network><name>lab</name><bridge name='nclab1' delay='0'/></network>"],
]);

const pool = `<pool type='dir'><name>lab</name><target><path>${directory}/pool</path></target></pool>`;

/**
 * Starts what does not run yet: the guest's image, two daemons between which guests migrate, each with a network and a
 * storage pool named `lab`, and two more behind TCP, TLS, SSH, polkit and SASL.
 */
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
  makePki();
  installKerberos();
  prepareGate();
  prepareVault();
  let holder = runningPid(networkHolder);
  if (holder === undefined) {
    await endProcesses(labProcesses);
    holder = await startNetwork();
  }
  await startDaemon(main, holder);
  for (const daemon of [peer, gate, vault]) await startDaemon(daemon, holder);
  if (runningPid(forwarder) === undefined) await openWays(holder);
  for (const [daemon, network] of networks) {
    define(daemon, 'net', network);
    define(daemon, 'pool', pool);
  }
}

/** The lab's folder is root's own, and holds nothing but the lab: it is removed as a whole. */
function claimDirectory(): void {
  if (existsSync(directory) && (!existsSync(marker) || statSync(directory).uid !== 0)) {
    throw new Error(`${directory} exists and was not made by the lab; remove it, or set NOVACRON_LAB_DIRECTORY`);
  }
  mkdirSync(directory, { recursive: true });
  writeFileSync(marker, 'Removed by: npm run lab -- down\n');
}

/** Opens the ways into the lab's network, and writes down where they begin. */
async function openWays(holder: number): Promise<void> {
  const outside = await startForwarding(holder, ports);
  writeClientConfiguration(outside.kerberos);
  const ways = {
    ports: outside,
    gateSocket: gate.socket,
    vaultSocket: vault.socket,
    pki: pkiDirectory,
    sshKey,
    login,
    kerberos: kerberosDirectory,
  };
  writeFileSync(waysFile, JSON.stringify(ways, undefined, 2));
}

/** Makes a transient network or pool named `lab` unless it is there. */
function define(daemon: LabDaemon, kind: 'net' | 'pool', xml: string): void {
  const names = virsh(daemon, `${kind}-list`, '--name').split('\n');
  if (names.some((name) => name.trim() === 'lab')) return;
  const file = join(daemon.directory, `${kind}.xml`);
  writeFileSync(file, xml);
  virsh(daemon, `${kind}-create`, file);
}

function virsh(daemon: LabDaemon, ...args: readonly string[]): string {
  return execFileSync('virsh', ['-q', '-c', daemon.uri, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Ends every process of the lab and removes its folder. Does nothing when there is no lab. */
export async function down(): Promise<void> {
  if (!existsSync(marker)) return;
  await endProcesses(labProcesses);
  rmSync(directory, { recursive: true, force: true });
}
