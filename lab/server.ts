import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcesses } from './processes.ts';

/** A server that speaks HTTP on the loopback and keeps all that it writes in one folder. */
export interface LabServer {
  /** The program. */
  readonly command: string;
  readonly folder: string;
  /** What it is started with, when it shall listen at `host:port`. */
  readonly parameters: (address: string) => readonly string[];
  /** Answers with success as soon as it takes requests. */
  readonly readyPath: string;
}

/** Where a server answers; none when it does not run. */
export function serverUrl(server: LabServer): string | undefined {
  const file = join(server.folder, 'url');
  return serverPid(server) !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/**
 * Starts a server that does not run, and waits until it takes requests; one that was stopped comes back where it was.
 *
 * @returns Where it answers.
 */
export async function serverUp(server: LabServer): Promise<string> {
  const present = serverUrl(server);
  if (present !== undefined) return present;
  mkdirSync(server.folder, { recursive: true });
  chmodSync(server.folder, 0o755);
  const file = join(server.folder, 'url');
  const url = existsSync(file) ? readFileSync(file, 'utf8') : `http://127.0.0.1:${await freePort()}`;
  const log = openSync(join(server.folder, 'log'), 'a');
  const child = spawn(server.command, server.parameters(new URL(url).host), {
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.unref();
  writeFileSync(join(server.folder, 'pid'), String(child.pid));
  writeFileSync(file, url);
  for (let attempt = 0; attempt < 200; attempt++) {
    const ready = await fetch(url + server.readyPath).catch(() => undefined);
    if (ready?.ok === true) return url;
    await sleep(100);
  }
  throw new Error(`${server.command} does not get ready, see ${join(server.folder, 'log')}`);
}

/** Ends a server; what it wrote stays. */
export function serverStop(server: LabServer): Promise<void> {
  return endProcesses(() => [serverPid(server)].filter((pid) => pid !== undefined));
}

/** Ends a server and removes what it wrote. */
export async function serverDown(server: LabServer): Promise<void> {
  await serverStop(server);
  rmSync(server.folder, { recursive: true, force: true });
}

/** The number of a server's process, when it runs. */
export function serverPid({ command, folder }: LabServer): number | undefined {
  const file = join(folder, 'pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return line.startsWith(`${command}\0`) && line.includes(folder) ? pid : undefined;
  } catch {
    return undefined; // it has ended
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
