/**
 * Remote-Write into our server, a real Prometheus and a real VictoriaMetrics, the same packed requests: one sample of 100,000 series every
 * 15 seconds, 5,000 series a request, two requests at a time. Each server is a process of its own; CPU seconds are its
 * own, HTTP and the disk included. Ours is the package as it is published: run `npm run build` first. Numbers as arguments
 * say how many series and rounds there are.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { prometheusIn } from '../../lab/prometheus.ts';
import { victoriaMetricsIn } from '../../lab/victoria-metrics.ts';
import type { Labels, Series } from '@novacron/core';
import { encodeLabels, encodeWriteRequestV1 } from '../../packages/monitoring/src/remote-write/encode-v1.ts';
import { compressSnappy } from '../../packages/monitoring/src/wire/compress-snappy.ts';
import { cpuSecondsOf, peakMiBOf, startMeasured } from '../measured-server.ts';

const seriesCount = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 20);
const perRequest = 5_000;
const startMs = Date.now() - rounds * 15_000;
const samples = seriesCount * rounds;

const ids = Array.from({ length: seriesCount }, (_, index) => {
  const vm = Math.floor(index / 20);
  const host = `host-${vm % 100}`;
  const labels = { vm: `vm-${vm}`, host, job: 'libvirt', instance: `${host}:9177`, region: 'eu' };
  return { metric: `vm_metric_${index % 20}_total`, labels };
});
/** The sender's own time is that of other servers too: labels are encoded once. */
const encodedLabels = new Map<Labels, Uint8Array>(
  ids.map(({ metric, labels }) => [labels, encodeLabels({ metric, labels })]),
);

/** One round's requests: counters of machines, the newest sample of each. */
function requestsOf(round: number): Uint8Array<ArrayBuffer>[] {
  const requests: Uint8Array<ArrayBuffer>[] = [];
  const timesMs = Float64Array.of(startMs + round * 15_000);
  for (let first = 0; first < seriesCount; first += perRequest) {
    const series = ids.slice(first, first + perRequest).map((id, offset) => ({
      ...id,
      timesMs,
      values: Float64Array.of((((first + offset) * 7919) % 1000) * (round + 1) + round),
    }));
    const labelsOf = ({ labels }: Series): Uint8Array => encodedLabels.get(labels) ?? new Uint8Array(0);
    requests.push(compressSnappy(encodeWriteRequestV1(series, labelsOf)));
  }
  return requests;
}

async function send(url: string): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const requests = requestsOf(round);
    const worker = async (): Promise<void> => {
      for (let body = requests.pop(); body !== undefined; body = requests.pop()) {
        const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };
        const response = await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body });
        if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      }
    };
    await Promise.all([worker(), worker()]);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'bench-remote-write-'));
const ours = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'server.ts'), folder],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
const [url] = (await once(createInterface(ours.stdout), 'line')) as [string];
const idle = cpuSecondsOf(ours.pid);
await send(url);
const own = { cpu: cpuSecondsOf(ours.pid) - idle, peakMiB: peakMiBOf(ours.pid), bytes: sizeOf(folder) };
ours.stdin.end();
await once(ours, 'exit');
rmSync(folder, { recursive: true });

for (const serverIn of [prometheusIn, victoriaMetricsIn]) {
  const { command: name } = serverIn(folder);
  const server = await startMeasured(serverIn);
  const before = server?.cpuSeconds() ?? 0;
  if (server !== undefined) await send(server.url);
  const cpu = server && server.cpuSeconds() - before;
  print('remote-write', 'cpu-s/M samples', (own.cpu / samples) * 1e6, name, cpu && (cpu / samples) * 1e6);
  print('remote-write-memory', 'MiB', own.peakMiB, name, server?.peakMiB());
  await server?.[Symbol.asyncDispose]();
}
print('remote-write-disk', 'bytes/sample', own.bytes / samples, 'none', undefined, 'theirs are cut after hours');

function print(figure: string, unit: string, mine: number, peerName: string, peer?: number, why?: string): void {
  const line = {
    figure,
    ours: round3(mine),
    peer: peer === undefined ? null : round3(peer),
    peerName,
    unit,
    better: 'lower',
    ratio: peer === undefined ? null : round3(mine / peer),
    data: `${seriesCount} series, ${rounds} rounds of one sample each`,
    runs: 1,
    ...(peer === undefined ? { reason: why ?? `${peerName} is not installed` } : {}),
  };
  console.log(JSON.stringify(line));
}

function round3(value: number): number {
  return Number(value.toPrecision(3));
}

function sizeOf(path: string): number {
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}
