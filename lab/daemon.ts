import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcesses } from './processes.ts';
import { daemonProcesses, isRunning, type LabDaemon, main, vault } from './state.ts';

/** Starts a daemon, unless it runs, and waits until it answers. */
export async function startDaemon(daemon: LabDaemon, holder: number): Promise<void> {
  if (isRunning(daemon)) return;
  console.error(`Starting libvirtd (${daemon.name}) ...`);
  await endProcesses(() => daemonProcesses(daemon)); // what a daemon that was killed left behind
  shareProbes(daemon);
  const child = spawn('bash', [join(import.meta.dirname, 'libvirtd.sh'), daemon.directory, String(holder)], {
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    await sleep(100);
    if (isRunning(daemon) && answers(daemon)) return;
  }
  const log = ['out', 'libvirtd.log'].map((name) => join(daemon.directory, 'log', name)).filter(existsSync);
  throw new Error(
    `libvirtd (${daemon.name}) did not come up:\n${log.map((file) => readFileSync(file, 'utf8').slice(-2000)).join('\n')}`,
  );
}

/** Hands on what the first daemon learned about QEMU: it takes 4 s to learn. */
function shareProbes(daemon: LabDaemon): void {
  const learned = join(main.directory, 'cache/qemu');
  const own = join(daemon.directory, 'cache/qemu');
  if (daemon === main || existsSync(own) || !existsSync(learned)) return;
  mkdirSync(join(daemon.directory, 'cache'), { recursive: true });
  cpSync(learned, own, { recursive: true, preserveTimestamps: true });
}

function answers({ uri, socket }: LabDaemon): boolean {
  // The vault lets nobody in without a password: it is up when it listens to those who only read.
  const reachable = socket === vault.socket ? ['-r', '-c', `${uri}-ro`] : ['-c', uri];
  try {
    execFileSync('virsh', ['-q', ...reachable, 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
