/**
 * Six queries of dashboards over virtual machines with 20 series each, against a real Prometheus and a real
 * VictoriaMetrics with the same data in the same run: CPU milliseconds a query, the JSON of the answer included; ours has
 * its HTTP API around it, but no socket. Nobody answers from a cache of answers. Sums of the answers are compared with Prometheus' first; VictoriaMetrics does not extrapolate rates
 * and answers differently.
 *
 *     npm run bench -- promql [machines] [memory | file]
 *
 * 5,000 machines make 100,000 series. With `file` ours reads from the file store.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { memoryStore, type MetricStore } from '@novacron/monitoring';
import { createPrometheusApi } from '@novacron/monitoring/http';
import type { PrometheusData } from '@novacron/monitoring/promql';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { prometheusIn } from '../../lab/prometheus.ts';
import { victoriaMetricsIn } from '../../lab/victoria-metrics.ts';
import { benchmarkData, benchmarkQueries, endMs, rounds, type BenchmarkQuery } from './data.ts';
import { startMeasured, type MeasuredServer } from '../measured-server.ts';

const runs = 10;
const machines = Number(process.argv[2] ?? 5_000);
const kind = process.argv[3] === 'file' ? 'a file' : 'memory';

const series = benchmarkData(machines);
const samples = series.reduce((sum, one) => sum + one.samples, 0);
const data = `${series.length} series, ${(samples / 1e6).toFixed(1)} M samples in ${kind}`;
const prometheus = await startMeasured(prometheusIn);
const victoriaMetrics = await startMeasured(victoriaMetricsIn);
// In a process of its own, so that our memory is the store's and not the data's.
const filler = [...process.execArgv, join(import.meta.dirname, 'fill-servers.ts'), String(machines)];
const urls = [prometheus, victoriaMetrics].flatMap((server) => server?.url ?? []);
await promisify(execFile)(process.execPath, [...filler, ...urls]);
await sleep(10_000); // blocks of old samples are cut
const folder = mkdtempSync(join(tmpdir(), 'bench-promql-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const store: MetricStore =
  kind === 'memory'
    ? memoryStore({ maxSamples: 100_000_000 })
    : await sqliteStore({ path: join(folder, 'metrics.db'), retentionMs: Infinity });
const refs = await store.register(series.map(({ metric, labels }) => ({ metric, labels })));
for (const batch of rounds(series, refs)) await store.appendBatch(batch);
series.length = 0;
const api = createPrometheusApi(store);

for (const query of benchmarkQueries) {
  const own = await sumOf(await askOurs(query));
  const other = prometheus && (await sumOf(await askServer(prometheus, query)));
  if (other !== undefined && Math.abs(own - other) > 1e-6 * Math.abs(other)) {
    throw new Error(`${query.figure}: the answers differ, ${own} and ${other}`);
  }
  const ours = await cpuMs(() => askOurs(query), ownCpuSeconds);
  print(query.figure, 'cpu-ms', ours, 'prometheus', prometheus && (await cpuMsOf(prometheus, query)));
  print(query.figure, 'cpu-ms', ours, 'victoria-metrics', victoriaMetrics && (await cpuMsOf(victoriaMetrics, query)));
}
const peakMiB = process.resourceUsage().maxRSS / 1024;
print('peak-memory', 'MiB', peakMiB, 'prometheus', prometheus?.peakMiB());
print('peak-memory', 'MiB', peakMiB, 'victoria-metrics', victoriaMetrics?.peakMiB());
await prometheus?.[Symbol.asyncDispose]();
await victoriaMetrics?.[Symbol.asyncDispose]();
await store.close();

function cpuMsOf(server: MeasuredServer, query: BenchmarkQuery): Promise<number> {
  return cpuMs(
    () => askServer(server, query),
    () => server.cpuSeconds(),
  );
}

function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** CPU milliseconds a query, after it was asked a few times. */
async function cpuMs(ask: () => Promise<Response>, cpuSeconds: () => number): Promise<number> {
  for (let i = 0; i < 3; i++) await (await ask()).arrayBuffer();
  globalThis.gc?.(); // what other queries and the loading left behind is not this one's
  const before = cpuSeconds();
  for (let i = 0; i < runs; i++) await (await ask()).arrayBuffer();
  return ((cpuSeconds() - before) * 1000) / runs;
}

function askOurs(query: BenchmarkQuery): Promise<Response> {
  return api.fetch(requestOf('http://localhost', query));
}

function askServer({ url }: MeasuredServer, query: BenchmarkQuery): Promise<Response> {
  return fetch(requestOf(url, query));
}

function requestOf(url: string, { query, rangeMs, stepMs }: BenchmarkQuery): Request {
  const seconds = (milliseconds: number): string => String(milliseconds / 1000);
  const isRange = rangeMs !== undefined && stepMs !== undefined;
  const parameters = isRange
    ? { query, start: seconds(endMs - rangeMs), end: seconds(endMs), step: seconds(stepMs) }
    : { query, time: seconds(endMs) };
  const path = isRange ? 'query_range' : 'query';
  return new Request(`${url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
}

async function sumOf(response: Response): Promise<number> {
  const { data: answer } = (await response.json()) as { data: PrometheusData };
  const add = (sum: number, [, value]: readonly [number, string]): number => sum + (Number(value) || 0);
  if (answer.resultType === 'vector') return answer.result.reduce((sum, { value }) => add(sum, value), 0);
  if (answer.resultType !== 'matrix') return Number(answer.result[1]);
  return answer.result.reduce((sum, { values }) => values.reduce(add, sum), 0);
}

function print(figure: string, unit: string, ours: number, peerName: string, peer?: number): void {
  const round = (value: number): number => Number(value.toPrecision(3));
  const line = {
    figure,
    ours: round(ours),
    peer: peer === undefined ? null : round(peer),
    peerName,
    unit,
    better: 'lower',
    ratio: peer === undefined ? null : round(ours / peer),
    data,
    runs,
    ...(peer === undefined ? { reason: `${peerName} is not installed` } : {}),
  };
  console.log(JSON.stringify(line));
}
