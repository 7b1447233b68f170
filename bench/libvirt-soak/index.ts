/**
 * node-libvirt in long use on the lab's daemon: a million lookups on one connection, ten thousand connections one after
 * the other. Memory and descriptors have to stay flat: each figure is what was added between the first tenth and the end.
 * NOVACRON_LAB is the daemon's connection URI.
 */
import { readdirSync } from 'node:fs';
import { connect } from 'node-libvirt';

const lookups = 1_000_000;
const connections = 10_000;

const lab = process.env['NOVACRON_LAB'];
if (lab === undefined) {
  const reason = 'NOVACRON_LAB is not set: npm run lab -- up';
  console.log(JSON.stringify({ figure: 'libvirt-soak', ours: null, peer: null, reason }));
} else {
  const uri = lab.replace('qemu+unix:///system', 'test+unix:///default');
  await soak('lookups', lookups, async (count) => {
    const connection = await connect(uri);
    let next = 0;
    const worker = async (): Promise<void> => {
      for (; next < count; next++) await connection.lookupDomainByName('test');
    };
    const sizes = await withSamples(
      () => Promise.all(Array.from({ length: 64 }, worker)),
      () => next / count,
    );
    await connection.close();
    return sizes;
  });
  await soak('connections', connections, async (count) => {
    let next = 0;
    return withSamples(
      async () => {
        for (; next < count; next++) {
          const connection = await connect(uri);
          await connection.getHostname();
          await connection.close();
        }
      },
      () => next / count,
    );
  });
}

interface Sample {
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly descriptors: number;
}

async function soak(
  name: string,
  count: number,
  work: (count: number) => Promise<readonly [early: Sample, late: Sample]>,
): Promise<void> {
  const before = performance.now();
  const [early, late] = await work(count);
  const seconds = (performance.now() - before) / 1000;
  const mebibytes = (bytes: number): number => Number((bytes / 1024 / 1024).toFixed(1));
  const line = { unit: 'MiB', better: 'lower', peer: null, reason: 'a bound, not a race', data: `${count} ${name}` };
  const heap = mebibytes(late.heapBytes - early.heapBytes);
  const rss = mebibytes(late.rssBytes - early.rssBytes);
  console.log(JSON.stringify({ figure: `${name}-heap-growth`, ours: heap, ...line }));
  console.log(JSON.stringify({ figure: `${name}-rss-growth`, ours: rss, ...line }));
  const descriptors = late.descriptors - early.descriptors;
  console.log(JSON.stringify({ figure: `${name}-descriptors`, ours: descriptors, ...line, unit: 'descriptors' }));
  const rate = Math.round(count / seconds);
  console.log(JSON.stringify({ figure: `${name}-per-second`, ours: rate, ...line, unit: '1/s', better: 'higher' }));
  if (heap > 8 || descriptors > 4) process.exitCode = 1;
}

/** Takes a sample after a tenth of the work, and one at its end. */
async function withSamples(work: () => Promise<unknown>, progress: () => number): Promise<readonly [Sample, Sample]> {
  let early: Sample | undefined;
  const timer = setInterval(() => {
    if (progress() >= 0.1) early ??= sample();
  }, 20);
  await work();
  clearInterval(timer);
  let late = sample();
  // Buffers are given back in the background.
  for (let look = 0; look < 10; look++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const next = sample();
    if (next.heapBytes < late.heapBytes) late = next;
  }
  return [early ?? late, late];
}

function sample(): Sample {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + arrayBuffers, rssBytes: rss, descriptors: readdirSync('/proc/self/fd').length };
}
