/** Ours: `node node-libvirt.ts JOB` does the job with the built package and prints its measures as JSON. */
import { Buffer } from 'node:buffer';
import type { Connection } from 'node-libvirt';
import type { Job, Measures } from './job.ts';

const beforeImport = performance.now();
const { connect } = await import('node-libvirt');
const importMs = performance.now() - beforeImport;

async function run(job: Job): Promise<Measures> {
  const connects: number[] = [];
  for (let i = 0; i < job.connects; i++) {
    let connection: Connection | undefined;
    const [milliseconds] = await timed(async () => {
      connection = await connect(job.hostUri);
      await connection.getHostname();
    });
    await connection?.close();
    connects.push(milliseconds);
  }
  const small = await smallCalls(job);
  const peakMemory = process.resourceUsage().maxRSS / 1024;
  const host = await connect(job.hostUri);
  await host.getAllDomainStats();
  const guests: number[] = [];
  for (let i = 0; i < 5; i++) guests.push((await timed(() => host.getAllDomainStats()))[0]);
  const moved = await volume(host, job);
  await host.close();
  return {
    'connect-and-first-call': median(connects),
    'connect-and-first-call-cold': connects[0] ?? Number.NaN,
    ...small,
    'stats-8-guests': median(guests),
    ...moved,
    ...(await events(job)),
    import: importMs,
    'peak-memory': peakMemory,
  };
}

async function smallCalls({ nodeUri, calls }: Job): Promise<Measures> {
  const connection = await connect(nodeUri);
  const lookUp = (index: number): Promise<unknown> => connection.lookupDomainByName(`vm-${index % 1000}`);
  const oneByOne = async (): Promise<void> => {
    for (let i = 0; i < calls; i++) await lookUp(i);
  };
  const inFlight = async (): Promise<void> => {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < calls) await lookUp(next++);
    };
    await Promise.all(Array.from({ length: 64 }, worker));
  };
  const xmlOfAll = async (): Promise<void> => {
    const domains = await connection.listAllDomains();
    await Promise.all(domains.map((domain) => domain.getXMLDesc()));
  };
  await oneByOne();
  const [oneByOneMs] = await timed(oneByOne);
  const [inFlightMs] = await timed(inFlight);
  const [listMs] = await timed(() => connection.listAllDomains());
  const [xmlMs] = await timed(xmlOfAll);
  const [statsMs, statsCpuMs] = await timed(() => connection.getAllDomainStats());
  await connection.close();
  return {
    'calls-one-by-one': (calls / oneByOneMs) * 1000,
    'calls-in-flight': (calls / inFlightMs) * 1000,
    'list-1000-domains': listMs,
    'xml-1000-domains': xmlMs,
    'stats-1000-domains': statsMs,
    'stats-1000-domains-cpu': statsCpuMs,
  };
}

async function volume(host: Connection, job: Job): Promise<Measures> {
  const pool = await host.lookupStoragePoolByName(job.pool);
  const target = await pool.lookupVolumeByName(job.volume);
  const piece = Buffer.alloc(1024 * 1024, 'libvirt');
  const pieces = Array.from({ length: job.volumeBytes / piece.length }, () => piece);
  const [uploadMs] = await timed(() => target.uploadFrom(pieces));
  let received = 0;
  const [downloadMs] = await timed(async () => {
    for await (const chunk of await target.download()) received += chunk.type === 'data' ? chunk.data.length : 0;
  });
  if (received !== job.volumeBytes) throw new Error(`${received} bytes came of ${job.volumeBytes}`);
  const mebibytes = job.volumeBytes / 1024 / 1024;
  return {
    'volume-upload': (mebibytes / uploadMs) * 1000,
    'volume-download': (mebibytes / downloadMs) * 1000,
  };
}

async function events(job: Job): Promise<Measures> {
  const connection = await connect(job.eventUri);
  const domain = await connection.lookupDomainByName('test');
  const stream = connection.domainEvents({ domain, queueSize: job.events });
  await stream.ready;
  const latencies: number[] = [];
  for (let i = 0; i < 100; i++) {
    const before = performance.now();
    await Promise.all([i % 2 === 0 ? domain.suspend() : domain.resume(), stream.next()]);
    latencies.push(performance.now() - before);
  }
  const [milliseconds] = await timed(async () => {
    const work = (async () => {
      for (let i = 0; i < job.events; i += 2) {
        await domain.suspend();
        await domain.resume();
      }
    })();
    for (let count = 0; count < job.events; count++) await stream.next();
    await work;
  });
  await connection.close();
  return { 'events-per-second': (job.events / milliseconds) * 1000, 'event-latency': median(latencies) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function timed(work: () => Promise<unknown>): Promise<[milliseconds: number, cpuMilliseconds: number]> {
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  await work();
  const milliseconds = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  return [milliseconds, (user + system) / 1000];
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as Job)));
