/**
 * node-libvirt against python3-libvirt (Debian's package of libvirt's own binding), on the same daemon in the same run:
 * connecting, small calls one by one and 64 in flight (the peer: 4 threads), a list of 1,000 domains of the test driver,
 * the XML of each, and their statistics in bulk. Rounds of both are interleaved; figures are medians.
 *
 * The daemon is the lab's: NOVACRON_LAB is its connection URI.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Measures, measure } from './measure.ts';
import { testNode } from './test-node.ts';

const rounds = 5;
const calls = 5000;
const python = '/usr/bin/python3';

const figures: readonly (readonly [figure: string, unit: string, better: 'higher' | 'lower', data: string])[] = [
  ['connect-and-first-call', 'ms', 'lower', 'qemu driver: open, getHostname, close; median of 20'],
  ['calls-one-by-one', 'calls/s', 'higher', `${calls} lookups by name`],
  ['calls-in-flight', 'calls/s', 'higher', `${calls} lookups by name, 64 in flight; peer: 4 threads`],
  ['list-1000-domains', 'ms', 'lower', 'test driver, 1000 domains'],
  ['xml-1000-domains', 'ms', 'lower', 'test driver, 1000 domains: list, then the XML of each; peer: one by one'],
  ['stats-1000-domains', 'ms', 'lower', 'test driver, 1000 domains'],
  ['stats-1000-domains-cpu', 'cpu-ms', 'lower', 'test driver, 1000 domains'],
  ['peak-memory', 'MiB', 'lower', 'the whole run, runtime included'],
];

const lab = process.env['NOVACRON_LAB'];
if (lab === undefined) {
  console.log(
    JSON.stringify({ figure: 'libvirt', ours: null, peer: null, reason: 'NOVACRON_LAB is not set: npm run lab -- up' }),
  );
} else {
  await run(lab);
}

async function run(hostUri: string): Promise<void> {
  const node = testNode(1000);
  try {
    await compare(hostUri, node.path);
  } finally {
    node.remove();
  }
}

async function compare(hostUri: string, nodePath: string): Promise<void> {
  const socket = new URLSearchParams(hostUri.split('?')[1] ?? '').get('socket');
  const nodeUri = `test+unix://${nodePath}${socket === null ? '' : `?socket=${socket}`}`;
  const ours: Measures[] = [];
  const peers: Measures[] = [];
  let reason: string | undefined;
  for (let round = 0; round < rounds; round++) {
    ours.push(await measure(hostUri, nodeUri, calls));
    try {
      peers.push(await measurePeer(hostUri, nodeUri));
    } catch (error) {
      reason = String((error as { stderr?: string }).stderr ?? error)
        .trim()
        .split('\n')
        .at(-1);
    }
  }
  for (const [figure, unit, better, data] of figures) {
    const own = median(ours, figure);
    const peer = peers.length === 0 ? null : median(peers, figure);
    const ratio = peer === null ? null : round3(own / peer);
    const missing = peer === null ? { reason } : {};
    const line = {
      figure,
      ours: round3(own),
      peer: peer && round3(peer),
      peerName: 'python3-libvirt',
      unit,
      better,
      ratio,
      data,
      runs: rounds,
    };
    console.log(JSON.stringify({ ...line, ...missing }));
  }
}

async function measurePeer(hostUri: string, nodeUri: string): Promise<Measures> {
  const script = join(import.meta.dirname, 'python3-libvirt.py');
  const { stdout } = await promisify(execFile)(python, [script, hostUri, nodeUri, String(calls)]);
  return JSON.parse(stdout) as Measures;
}

function median(runs: readonly Measures[], figure: string): number {
  const values = runs.map((measures) => measures[figure] ?? Number.NaN).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round3(value: number): number {
  return Number(value.toPrecision(3));
}
