/**
 * The file store against a row for each sample in the same node:sqlite, which is what an application would write without
 * a store: 10,000 series of virtual machines, 100 rounds 15 s apart, each round durable (fsync) before the next. Runs of
 * both are interleaved, each in a process of its own; figures are medians.
 *
 * A real Prometheus and a real VictoriaMetrics get the same samples by Remote-Write, once; their figures hold HTTP, as
 * there is no other way in. Numbers as arguments say how many series and rounds there are.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { prometheusIn } from '../../lab/prometheus.ts';
import { victoriaMetricsIn } from '../../lab/victoria-metrics.ts';
import { measure, type Measures } from './measure.ts';
import { measureMillion } from './million.ts';
import { measureServer } from './measure-server.ts';

const runs = 3;
const [first, second, only] = process.argv.slice(2);
const series = Number(first ?? 10_000);
const rounds = Number(second ?? 100);
const data = `${series} VM series, ${rounds} rounds of 15 s, fsync a round`;

const figures: readonly (readonly [figure: string, unit: string, remark: string])[] = [
  ['ingest-cpu', 'cpu-s per 1M samples', ''],
  ['round-p50', 'ms', ''],
  ['round-p99', 'ms', ''],
  ['disk-bytes-per-sample', 'bytes', '; file after close, log and labels included'],
  ['disk-bytes-per-sample-settled', 'bytes', '; pages of samples that have left the log, index included'],
  ['read-one-series-p50', 'ms', '; all samples of one series, as arrays'],
  ['open-file', 'ms', '; the store replays its log'],
  ['peak-memory', 'MiB', '; the whole process'],
];

if (only === 'store' || only === 'rows') console.log(JSON.stringify(await measure(only, series, rounds)));
else if (only === 'million') console.log(JSON.stringify(await measureMillion()));
else await compare();

async function compare(): Promise<void> {
  const ours: Measures[] = [];
  const peers: Measures[] = [];
  for (let run = 0; run < runs; run++) {
    ours.push(await measureApart('store'));
    peers.push(await measureApart('rows'));
  }
  for (const [figure, unit, remark] of figures) {
    const own = median(ours, figure);
    const peer = median(peers, figure);
    print({ figure, ours: own, peer, peerName: 'node:sqlite rows', unit, ratio: own / peer, data: data + remark });
  }
  for (const [peerName, serverIn] of [
    ['prometheus', prometheusIn],
    ['victoria-metrics', victoriaMetricsIn],
  ] as const) {
    const server = await measureServer(serverIn, series, rounds);
    for (const figure of ['ingest-cpu', 'disk-bytes-per-sample', 'peak-memory']) {
      const [, unit = ''] = figures.find(([name]) => name === figure) ?? [];
      const own = median(ours, figure);
      const peer = server?.[figure];
      const line = { figure, ours: own, peer: peer ?? null, peerName, unit };
      if (peer === undefined) print({ ...line, ratio: null, data, reason: `${peerName} is not installed` });
      else print({ ...line, ratio: own / peer, data: `${data}; ${peerName} by Remote-Write, all its files` });
    }
  }
  await printMillion();
}

/** A million series, in a process of its own. */
async function printMillion(): Promise<void> {
  const measured = await measureApart('million');
  for (const [figure, unit] of [
    ['memory-1m-series', 'MiB'],
    ['cardinality-1m-series', 'ms'],
  ] as const) {
    const own = measured[figure] ?? Number.NaN;
    const reason = 'no peer is given a million series on this machine';
    const about = '1,000,000 series with three labels, 3 rounds; the whole process';
    print({ figure, ours: own, peer: null, peerName: null, unit, ratio: null, data: about, reason });
  }
}

/** Runs this file in a process of its own for one engine. */
async function measureApart(engine: string): Promise<Measures> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@novacron/source',
    '--disable-warning=ExperimentalWarning',
    import.meta.filename,
    String(series),
    String(rounds),
    engine,
  ]);
  return JSON.parse(stdout) as Measures;
}

function median(measured: readonly Measures[], figure: string): number {
  const values = measured.map((measures) => measures[figure] ?? Number.NaN).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(line: Readonly<Record<string, string | number | null>>): void {
  const rounded = Object.entries({ ...line, better: 'lower', runs }).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toPrecision(3)) : value,
  ]);
  console.log(JSON.stringify(Object.fromEntries(rounded)));
}
