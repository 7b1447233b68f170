/**
 * The file store against a row for each sample in the same node:sqlite, which is what an application would write without
 * a store: 10,000 series of virtual machines, 100 rounds 15 s apart, each round durable (fsync) before the next. Runs of
 * both are interleaved, each in a process of its own; figures are medians.
 *
 * Prometheus is the peer for a whole server; it is a line without figures where it is not installed.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { measure, type Measures } from './measure.ts';

const runs = 3;
const series = 10_000;
const rounds = 100;
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

const [engine] = process.argv.slice(2);
if (engine === 'store' || engine === 'rows') console.log(JSON.stringify(await measure(engine, series, rounds)));
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
  const installed = (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, 'prometheus')));
  const reason = installed
    ? 'prometheus is installed, but there is no loader for it yet'
    : 'prometheus is not installed';
  const own = median(ours, 'ingest-cpu');
  print({
    figure: 'ingest-cpu',
    ours: own,
    peer: null,
    peerName: 'prometheus',
    unit: 'cpu-s per 1M samples',
    ratio: null,
    data,
    reason,
  });
}

/** Runs this file in a process of its own for one engine. */
async function measureApart(engine: string): Promise<Measures> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@novacron/source',
    '--disable-warning=ExperimentalWarning',
    import.meta.filename,
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
