import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDaemon } from '../../../../lab/daemon.ts';
import { endProcesses } from '../../../../lab/processes.ts';
import {
  daemonProcesses,
  directory,
  isRunning,
  networkHolder,
  runningPid,
  type LabDaemon,
} from '../../../../lab/state.ts';

/** A libvirtd of one's own beside those of the lab, that can be killed: guests survive that, as everywhere. */
export class PrivateLibvirtd {
  readonly uri: string;
  /** A folder for pools that guests can read. */
  readonly folder: string;
  readonly #daemon: LabDaemon;

  /** @param name - Of its folder in that of the lab. */
  constructor(name: string) {
    const own = join(directory, name);
    const socket = join(own, 'sock/libvirt-sock');
    this.uri = `qemu+unix:///system?socket=${socket}`;
    this.folder = join(own, 'pools');
    this.#daemon = { name, directory: own, socket, uri: this.uri };
  }

  async start(): Promise<void> {
    const holder = runningPid(networkHolder);
    if (holder === undefined) throw new Error('The lab is down. Start it with: npm run lab -- up');
    await startDaemon(this.#daemon, holder);
    mkdirSync(this.folder, { recursive: true });
    chmodSync(this.folder, 0o777);
  }

  /** Ends it at once, without any farewell; its guests go on. */
  kill(): void {
    process.kill(this.#pid(), 'SIGKILL');
  }

  /** Starts it again in its old surroundings, where it finds its guests. */
  async restart(): Promise<void> {
    const log = readFileSync(join(this.#daemon.directory, 'run/virtlogd.pid'), 'utf8').trim();
    rmSync(join(this.#daemon.directory, 'run/libvirtd.pid'), { force: true });
    const command = `echo $$ > '${this.#daemon.directory}/pid'; exec libvirtd -p /run/libvirt/libvirtd.pid`;
    spawn('nsenter', ['-t', log, '-m', '-n', 'bash', '-c', command], { detached: true, stdio: 'ignore' }).unref();
    for (let attempt = 0; attempt < 300; attempt++) {
      await sleep(50);
      try {
        execFileSync('virsh', ['-q', '-c', this.uri, 'version'], { stdio: 'ignore' });
        return;
      } catch {
        // not yet
      }
    }
    throw new Error('libvirtd did not come back');
  }

  /** Runs a command where it lives: with its mounts. */
  inside(...command: readonly string[]): string {
    return execFileSync('nsenter', ['-t', String(this.#pid()), '-m', ...command], { encoding: 'utf8' });
  }

  /** The process of a guest. */
  guestPid(name: string): number {
    return Number(readFileSync(join(this.#daemon.directory, 'run/qemu', `${name}.pid`), 'utf8'));
  }

  async remove(): Promise<void> {
    await endProcesses(() => daemonProcesses(this.#daemon));
    rmSync(this.#daemon.directory, { recursive: true, force: true });
  }

  #pid(): number {
    if (!isRunning(this.#daemon)) throw new Error('it does not run');
    return Number(readFileSync(join(this.#daemon.directory, 'pid'), 'utf8'));
  }
}
