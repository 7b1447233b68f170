/**
 * The file store against a row for each sample in the same node:sqlite, which is what an application would write without
 * a store: 10,000 series of virtual machines, 100 rounds 15 s apart, each round durable (fsync) before the next. Runs of
 * both are interleaved, each in a process of its own that runs the package as it is published: run `npm run build` first.
 * Figures are medians.
 *
 * A real Prometheus and a real VictoriaMetrics get the same samples by Remote-Write, once; their figures hold HTTP, as
 * there is no other way in. Numbers as arguments say how many series and rounds there are.
 *
 *     npm run bench -- store real [seconds]
 *
 * records this host every second, and the machines of the daemon in NOVACRON_LAB, and prints what a sample of that takes
 * on disk, beside both servers with the same samples. Shorter recordings than 2,600 s do not fill a long chunk.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { prometheusIn } from '../../lab/prometheus.ts';
import { victoriaMetricsIn } from '../../lab/victoria-metrics.ts';
import type { Measures } from './measure.ts';
import { measureServer } from './measure-server.ts';
import { copiesOf, measureOwnBytes, measureServerBytes } from './real.ts';
import { record } from './recording.ts';
import { writeProgram } from './write-program.ts';

const runs = 3;
const [first, second] = process.argv.slice(2);
const isReal = first === 'real';
const series = isReal ? 0 : Number(first ?? 10_000);
const rounds = Number(second ?? (isReal ? 180 : 100));
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

if (isReal) await compareReal(rounds);
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

/** What samples of real machines take on disk. */
async function compareReal(seconds: number): Promise<void> {
  const recording = await record(seconds);
  const copies = copiesOf(recording, 50);
  const mergedSamples = Math.min(1_920, Math.floor(seconds * 0.75));
  const own = await measureOwnBytes(copies, mergedSamples);
  const about = `${recording.length} series of this host and its machines, ${seconds} s at 1 s steps, 50 copies`;
  for (const [peerName, serverIn] of [
    ['prometheus', prometheusIn],
    ['victoria-metrics', victoriaMetricsIn],
  ] as const) {
    const peer = await measureServerBytes(serverIn, copies);
    for (const [kind, remark] of [
      ['hot', 'ours in chunks of 120, index included'],
      ['compacted', `ours in chunks of ${mergedSamples} and what is left over, index included`],
    ] as const) {
      const ours = own[kind] as number;
      const line = { figure: `real-bytes-per-sample-${kind}`, ours, peer: peer ?? null, peerName, unit: 'bytes' };
      const data = `${about}; ${remark}; ${peerName}'s blocks and index`;
      if (peer === undefined) print({ ...line, ratio: null, data, reason: `${peerName} is not installed` });
      else print({ ...line, ratio: ours / peer, data });
    }
  }
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

/** One measurement, in a process of its own. */
async function measureApart(engine: string): Promise<Measures> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    writeProgram(),
    engine,
    String(series),
    String(rounds),
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
