/**
 * node-libvirt, built, against python3-libvirt (libvirt's own binding), go-libvirt and @unraid/libvirt on the same daemon
 * in the same run: connecting, small calls one by one and 64 in flight (python: 4 threads), a list of 1,000 domains of the
 * test driver, the XML of each, statistics in bulk of them and of eight QEMU guests, a volume of 256 MiB both ways, events,
 * import and memory. Every round runs each program once, each in a process of its own; figures are medians.
 *
 * The daemon is the lab's: NOVACRON_LAB is its connection URI. Run `npm run build` first.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { figures } from './figures.ts';
import type { Job, Measures } from './job.ts';
import { findOurs, findPeers, type Program } from './peers.ts';
import { setScene } from './scene.ts';

const rounds = 5;
const run = promisify(execFile);

const lab = process.env['NOVACRON_LAB'];
if (lab === undefined) {
  const reason = 'NOVACRON_LAB is not set: npm run lab -- up';
  console.log(JSON.stringify({ figure: 'libvirt', ours: null, peer: null, reason }));
} else {
  const scene = await setScene(lab);
  try {
    await compare(scene.job);
  } finally {
    await scene.remove();
  }
}

async function compare(job: Job): Promise<void> {
  const ours = findOurs();
  const own: Measures[] = [];
  const peers = findPeers().map((peer) => ({
    peer,
    runs: [] as Measures[],
    reason: 'reason' in peer ? peer.reason : '',
  }));
  for (let round = 0; round < rounds; round++) {
    own.push(await measure(ours, job));
    for (const entry of peers) {
      if (entry.reason !== '' || !('command' in entry.peer)) continue;
      try {
        entry.runs.push(await measure(entry.peer, job));
      } catch (error) {
        entry.reason =
          String((error as { stderr?: string }).stderr ?? error)
            .trim()
            .split('\n')
            .at(-1) ?? 'it failed';
      }
    }
  }
  for (const { figure, unit, better, data } of figures) {
    for (const { peer, runs, reason } of peers) {
      const [mine, theirs] = [median(own, figure), median(runs, figure)];
      const line = {
        figure,
        ours: round3(mine),
        peer: null,
        peerName: peer.name,
        unit,
        better,
        ratio: null,
        data,
        runs: rounds,
      };
      if (reason !== '') console.log(JSON.stringify({ ...line, reason }));
      else if (Number.isNaN(theirs)) console.log(JSON.stringify({ ...line, reason: 'it has no such call' }));
      else console.log(JSON.stringify({ ...line, peer: round3(theirs), ratio: round3(mine / theirs) }));
    }
  }
}

async function measure({ command, args }: Program, job: Job): Promise<Measures> {
  const { stdout } = await run(command, [...args(JSON.stringify(job))]);
  return JSON.parse(stdout) as Measures;
}

function median(runs: readonly Measures[], figure: string): number {
  const values = runs.map((measures) => measures[figure] ?? Number.NaN).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round3(value: number): number {
  return Number(value.toPrecision(3));
}
