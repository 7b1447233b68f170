import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type Domain, type Network, type StoragePool } from '../../src/index.ts';
import { labUri, testDriverUri, uniqueName, virshAt } from '../support/lab.ts';

/** What both kinds of host have. */
interface Host {
  readonly connection: Connection;
  readonly domain: Domain;
  readonly network: Network;
  readonly pool: StoragePool;
}

/** One command of virsh, and the lines that our answers make. */
type Command = readonly [line: string, ours: (host: Host) => Promise<Lines>];
type Lines = Readonly<Record<string, string | number>>;

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');
const kibibytes = (bytes: number): string => `${bytes / 1024} KiB`;
const unlimited = (bytes: number | undefined): string =>
  bytes === undefined || bytes >= 9_007_199_254_740_991 ? 'unlimited' : `${bytes / 1024}`;

const commands: readonly Command[] = [
  [
    'dominfo DOMAIN',
    async ({ domain }) => {
      const [{ state }, info] = await Promise.all([domain.getState(), domain.getInfo()]);
      return {
        Name: domain.name,
        UUID: domain.uuid,
        'OS Type': await domain.getOSType(),
        State: state,
        'CPU(s)': info.virtualCpus,
        'Max memory': kibibytes(info.maxMemoryBytes),
        'Used memory': kibibytes(info.memoryBytes),
        Persistent: yesNo(await domain.isPersistent()),
        Autostart: (await domain.getAutostart()) ? 'enable' : 'disable',
        'Managed save': yesNo(await domain.hasManagedSaveImage()),
      };
    },
  ],
  ['schedinfo DOMAIN', async ({ domain }) => ({ Scheduler: (await domain.getSchedulerType()).type })],
  ['domuuid DOMAIN', async ({ domain }) => ({ [domain.uuid]: '' })],
  ['domcontrol DOMAIN', async ({ domain }) => ({ [(await domain.getControlInfo()).state]: '' })],
  [
    'memtune DOMAIN',
    async ({ domain }) => {
      const limits = await domain.getMemoryParameters();
      return {
        hard_limit: unlimited(limits.hardLimitBytes),
        soft_limit: unlimited(limits.softLimitBytes),
        swap_hard_limit: unlimited(limits.swapHardLimitBytes),
      };
    },
  ],
  [
    'net-info NETWORK',
    async ({ network }) => ({
      Name: network.name,
      UUID: network.uuid,
      Active: yesNo(await network.isActive()),
      Persistent: yesNo(await network.isPersistent()),
      Autostart: yesNo(await network.getAutostart()),
      Bridge: await network.getBridgeName(),
    }),
  ],
  [
    'pool-info POOL --bytes',
    async ({ pool }) => {
      const info = await pool.getInfo();
      return {
        Name: pool.name,
        UUID: pool.uuid,
        State: info.state,
        Persistent: yesNo(await pool.isPersistent()),
        Autostart: yesNo(await pool.getAutostart()),
        Capacity: info.capacityBytes,
      };
    },
  ],
  [
    'nodeinfo',
    async ({ connection }) => {
      const info = await connection.getInfo();
      return {
        'CPU model': info.model,
        'CPU(s)': info.cpus,
        'CPU socket(s)': info.sockets,
        'Core(s) per socket': info.cores,
        'Thread(s) per core': info.threads,
        'NUMA cell(s)': info.numaNodes,
        'Memory size': kibibytes(info.memoryBytes),
      };
    },
  ],
  ['hostname', async ({ connection }) => ({ [await connection.getHostname()]: '' })],
  ['list --all --uuid', async ({ connection }) => columns((await connection.listAllDomains()).map(({ uuid }) => uuid))],
  [
    'list --name',
    async ({ connection }) => columns((await connection.listAllDomains({ active: true })).map(({ name }) => name)),
  ],
  [
    'net-list --all --name',
    async ({ connection }) => columns((await connection.listAllNetworks()).map(({ name }) => name)),
  ],
  [
    'pool-list --all --name',
    async ({ connection }) => columns((await connection.listAllStoragePools()).map(({ name }) => name)),
  ],
  [
    'snapshot-list DOMAIN --name',
    async ({ domain }) => columns((await domain.listAllSnapshots()).map(({ name }) => name)),
  ],
];

/** Commands that print a document: it has to be the same, letter by letter. */
const documents: readonly (readonly [line: string, ours: (host: Host) => Promise<string>])[] = [
  ['dumpxml DOMAIN', ({ domain }) => domain.getXMLDesc()],
  ['dumpxml DOMAIN --inactive', ({ domain }) => domain.getXMLDesc({ inactive: true })],
  ['net-dumpxml NETWORK', ({ network }) => network.getXMLDesc()],
  ['capabilities', ({ connection }) => connection.getCapabilities()],
];

/** `key: value`, `key value` or `value` a line. */
function parse(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [, key = '', value = ''] = /^\s*([^:]+?)\s*:\s*(.*)$/.exec(line) ?? [undefined, line.trim(), ''];
      return [key, value.trim()];
    }),
  );
}

function columns(values: readonly (string | number)[]): Lines {
  return Object.fromEntries(values.map((value) => [value, '']));
}

/** What virsh prints, or nothing where it fails. */
async function seenBy(uri: string, line: string, { domain, network, pool }: Host): Promise<string | undefined> {
  const names: Readonly<Record<string, string>> = { DOMAIN: domain.name, NETWORK: network.name, POOL: pool.name };
  try {
    return await virshAt(uri, ...line.split(' ').map((word) => names[word] ?? word));
  } catch {
    return undefined;
  }
}

describe.each([
  {
    driver: 'the test driver',
    uri: testDriverUri(),
    names: { domain: 'test', network: 'default', pool: 'default-pool' },
  },
  { driver: 'qemu', uri: labUri, names: { domain: uniqueName('seen'), network: 'lab', pool: 'lab' } },
])('on $driver virsh sees what we see', ({ driver, uri, names }) => {
  let host: Host;

  beforeAll(async () => {
    const connection = await connect(uri);
    if (driver === 'qemu') {
      const xml = `<domain type='qemu'><name>${names.domain}</name><memory unit='MiB'>16</memory><vcpu>2</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os></domain>`;
      await connection.createDomainXML(xml, { paused: true });
    }
    host = {
      connection,
      domain: await connection.lookupDomainByName(names.domain),
      network: await connection.lookupNetworkByName(names.network),
      pool: await connection.lookupStoragePoolByName(names.pool),
    };
  });
  afterAll(async () => {
    if (driver === 'qemu') await host.domain.destroy();
    await host.connection.close();
  });

  it.each(commands)('%s', async (line, ours) => {
    const text = await seenBy(uri, line, host);
    if (text === undefined) {
      await expect(ours(host)).rejects.toThrow();
      return;
    }
    const seen = parse(text);
    for (const [key, value] of Object.entries(await ours(host))) expect(seen).toHaveProperty([key], String(value));
  });

  it.each(documents)('%s', async (line, ours) => {
    expect((await seenBy(uri, line, host))?.trim()).toBe((await ours(host)).trim());
  });

  it('domblklist, domiflist and domblkinfo', async () => {
    const xml = await host.domain.getXMLDesc();
    for (const line of lines(await virshAt(uri, 'domblklist', host.domain.name))) {
      const [target = '', source = ''] = line;
      expect(xml).toContain(`<target dev='${target}'`);
      expect(xml).toContain(`'${source}'`);
    }
    for (const line of lines(await virshAt(uri, 'domiflist', host.domain.name))) expect(xml).toContain(line.at(-1));
  });

  it('vcpuinfo', async () => {
    const seen = (await virshAt(uri, 'vcpuinfo', host.domain.name)).split('\n\n').filter(Boolean).map(parse);
    const ours = await host.domain.getVcpus();
    expect(seen).toHaveLength(ours.length);
    for (const [index, vcpu] of ours.entries()) {
      expect(seen[index]).toMatchObject({ VCPU: String(vcpu.number), CPU: String(vcpu.hostCpu), State: vcpu.state });
      const affinity = Array.from(seen[index]?.['CPU Affinity'] ?? '').flatMap((mark, cpu) =>
        mark === 'y' ? [cpu] : [],
      );
      expect(vcpu.affinity.filter((cpu) => cpu <= (affinity.at(-1) ?? 0))).toEqual(affinity);
    }
  });

  it('domstats', async () => {
    const stats = await virshAt(uri, 'domstats', host.domain.name, '--state', '--raw');
    const [ours] = await host.connection.getAllDomainStats({ groups: ['state'], domains: [host.domain] });
    const [, number] = /state\.state=(\d+)/.exec(stats) ?? [];
    expect(['nostate', 'running', 'blocked', 'paused'][Number(number)]).toBe(ours?.state?.state);
  });
});

function lines(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== undefined && first !== '');
}
