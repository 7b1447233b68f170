import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverDown, serverPid, serverUp, type LabServer } from '../lab/server.ts';

/** A server of one benchmark's own. */
export interface MeasuredServer extends AsyncDisposable {
  readonly url: string;
  /** CPU seconds that it has used so far, user and system. */
  cpuSeconds(): number;
  /** The most memory that it has used, in MiB. */
  peakMiB(): number;
}

/**
 * Starts a server in a folder of its own; none when it is not installed.
 *
 * @param serverIn - The server that keeps all that it writes below a folder.
 */
export async function startMeasured(serverIn: (folder: string) => LabServer): Promise<MeasuredServer | undefined> {
  const server = serverIn(mkdtempSync(join(tmpdir(), 'bench-')));
  if (spawnSync(server.command, ['--version']).error !== undefined) return undefined;
  const url = await serverUp(server);
  const pid = serverPid(server);
  process.on('exit', () => {
    if (pid !== undefined && serverPid(server) === pid) process.kill(pid, 'SIGKILL');
  });
  return {
    url,
    cpuSeconds: () => cpuSecondsOf(pid),
    peakMiB: () => peakMiBOf(pid),
    [Symbol.asyncDispose]: () => serverDown(server),
  };
}

/** CPU seconds that a process has used so far, user and system. */
export function cpuSecondsOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The most memory that a process has used, in MiB. */
export function peakMiBOf(pid: number | undefined): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
