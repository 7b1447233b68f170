import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Prometheus of one benchmark's own. */
export interface Prometheus extends AsyncDisposable {
  readonly url: string;
  /** CPU seconds that it has used so far, user and system. */
  cpuSeconds(): number;
  /** The most memory that it has used, in MiB. */
  peakMiB(): number;
}

/** Starts a Prometheus that takes remote writes; none when it is not installed. */
export async function startPrometheus(): Promise<Prometheus | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-promql-'));
  writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=${url.slice('http://'.length)}`,
      '--web.enable-remote-write-receiver',
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  const failed = new Promise<boolean>((resolve) => {
    child.on('error', () => resolve(true));
    child.on('spawn', () => resolve(false));
  });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.on('exit', () => {
    child.kill();
    remove();
  });
  if (await failed) {
    remove();
    return undefined;
  }
  for (let attempt = 0; attempt < 200; attempt++) {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (ready?.ok === true) break;
    await sleep(100);
  }
  return {
    url,
    cpuSeconds() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    peakMiB() {
      return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await new Promise((resolve) => {
        child.on('exit', resolve);
      });
      remove();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
