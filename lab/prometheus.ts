import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcesses } from './processes.ts';
import { directory } from './state.ts';

/** All that the lab's Prometheus writes is below it. */
const own = join(directory, 'prometheus');
const pidFile = join(own, 'pid');
const urlFile = join(own, 'url');

/** Where the lab's Prometheus answers; none when it does not run. */
export function prometheusUrl(): string | undefined {
  return running().length > 0 && existsSync(urlFile) ? readFileSync(urlFile, 'utf8') : undefined;
}

/** The variable by which the test suites find the lab's Prometheus; none when it does not run. */
export function prometheusEnvironment(): Readonly<Record<string, string>> {
  const url = prometheusUrl();
  return url === undefined ? {} : { NOVACRON_LAB_PROMETHEUS: url };
}

/** Starts a Prometheus that scrapes nothing and takes remote writes, on a free port of the loopback. */
export async function prometheusUp(): Promise<void> {
  if (prometheusUrl() !== undefined) return;
  mkdirSync(own, { recursive: true });
  chmodSync(own, 0o755);
  const configuration = join(own, 'prometheus.yml');
  writeFileSync(configuration, 'global: {}\n');
  const port = await freePort();
  const log = openSync(join(own, 'log'), 'a');
  const child = spawn(
    'prometheus',
    [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${join(own, 'data')}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--web.enable-admin-api',
      '--log.level=warn',
    ],
    { detached: true, stdio: ['ignore', log, log] },
  );
  child.unref();
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(pidFile, String(child.pid));
  writeFileSync(urlFile, url);
  for (let attempt = 0; attempt < 200; attempt++) {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (ready?.ok === true) return;
    await sleep(100);
  }
  throw new Error(`Prometheus does not get ready, see ${join(own, 'log')}`);
}

/** Ends the lab's Prometheus and removes what it wrote. */
export async function prometheusDown(): Promise<void> {
  await endProcesses(running);
  rmSync(own, { recursive: true, force: true });
}

/** The number of the lab's Prometheus, when it runs. */
function running(): readonly number[] {
  if (!existsSync(pidFile)) return [];
  const pid = Number(readFileSync(pidFile, 'utf8'));
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.startsWith('prometheus\0') && command.includes(own) ? [pid] : [];
  } catch {
    return []; // it has ended
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
