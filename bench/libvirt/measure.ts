import { connect } from 'node-libvirt';

/** What one run measured, by the name of the figure. */
export type Measures = Readonly<Record<string, number>>;

/** One run of ours against the daemon: connect, calls, lists, statistics. */
export async function measure(hostUri: string, nodeUri: string, calls: number): Promise<Measures> {
  const connects: number[] = [];
  for (let i = 0; i < 20; i++) {
    const [milliseconds] = await timed(async () => {
      const connection = await connect(hostUri);
      await connection.getHostname();
      await connection.close();
    });
    connects.push(milliseconds);
  }

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
    'connect-and-first-call': connects.toSorted((a, b) => a - b)[10] ?? Number.NaN,
    'calls-one-by-one': (calls / oneByOneMs) * 1000,
    'calls-in-flight': (calls / inFlightMs) * 1000,
    'list-1000-domains': listMs,
    'xml-1000-domains': xmlMs,
    'stats-1000-domains': statsMs,
    'stats-1000-domains-cpu': statsCpuMs,
    'peak-memory': process.resourceUsage().maxRSS / 1024,
  };
}

async function timed(work: () => Promise<unknown>): Promise<[milliseconds: number, cpuMilliseconds: number]> {
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  await work();
  const milliseconds = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  return [milliseconds, (user + system) / 1000];
}
