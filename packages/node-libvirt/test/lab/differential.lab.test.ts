import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, LibvirtError, type protocol } from '../../src/index.ts';
import { typedRecord } from '../../src/domain/typed-parameters.ts';
import { labUri, python, testDriverUri, uniqueName } from '../support/lab.ts';

/** One read: ours, and the Python expression of libvirt's own binding that reads the same. `d` is the domain. */
type Read = readonly [
  name: string,
  ours: (c: Connection, dom: protocol.NonnullDomain) => Promise<unknown>,
  theirs: string,
];

const record = (list: readonly { readonly field: string; readonly value: bigint }[]): Record<string, bigint> =>
  Object.fromEntries(list.map(({ field, value }) => [field, value]));
const bits = (bytes: Uint8Array, count: number): boolean[] =>
  Array.from({ length: count }, (_, index) => (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1);

const reads: readonly Read[] = [
  ['host: version', async (c) => (await c.raw.connectGetVersion()).hvVer, 'connection.getVersion()'],
  ['host: library version', async (c) => (await c.raw.connectGetLibVersion()).libVer, 'connection.getLibVersion()'],
  ['host: name', (c) => c.getHostname(), 'connection.getHostname()'],
  [
    'host: URI',
    async (c) => (await c.raw.connectGetUri()).uri,
    "connection.getURI().replace('+unix', '').split('?')[0]",
  ],
  [
    'host: most virtual CPUs',
    async (c) => (await c.raw.connectGetMaxVcpus({})).maxVcpus,
    'connection.getMaxVcpus(None)',
  ],
  ['host: secure', async (c) => (await c.raw.connectIsSecure()).secure, 'connection.isSecure()'],
  [
    'host: hardware',
    async (c) => {
      const { model, memory, ...counts } = await c.raw.nodeGetInfo();
      return [model, Math.floor(memory / 1024), ...Object.values(counts)];
    },
    'connection.getInfo()',
  ],
  [
    'host: memory of each cell',
    async (c) => (await c.raw.nodeGetCellsFreeMemory({ startCell: 0, maxcells: 1 })).cells.length,
    'len(connection.getCellsFreeMemory(0, 1))',
  ],
  [
    'host: CPU map',
    async (c) => {
      const map = await c.raw.nodeGetCpuMap({ needMap: 1, needOnline: 1 });
      return [map.ret, bits(map.cpumap, map.ret), map.online];
    },
    'connection.getCPUMap()',
  ],
  [
    'host: names of CPU statistics',
    async (c) =>
      Object.keys(
        record(
          (
            await c.raw.nodeGetCpuStats({
              cpuNum: -1,
              nparams: (await c.raw.nodeGetCpuStats({ cpuNum: -1, nparams: 0 })).nparams,
            })
          ).params,
        ),
      ).toSorted(),
    "sorted({'iowait' if k == 'iowait' else k for k in connection.getCPUStats(-1)})",
  ],
  [
    'host: security model',
    async (c) => Object.values(await c.raw.nodeGetSecurityModel()),
    'connection.getSecurityModel()',
  ],
  ['host: system information', async (c) => (await c.raw.connectGetSysinfo({})).sysinfo, 'connection.getSysinfo()'],
  [
    'host: CPU models',
    async (c) => (await c.raw.connectGetCpuModelNames({ arch: 'x86_64', needResults: 1 })).models,
    "connection.getCPUModelNames('x86_64')",
  ],
  [
    'host: what a domain can have',
    async (c) => (await c.raw.connectGetDomainCapabilities({ virttype: 'qemu' })).capabilities,
    "connection.getDomainCapabilities(None, None, None, 'qemu')",
  ],
  [
    'host: interfaces',
    async (c) => (await c.raw.connectListAllInterfaces({ needResults: 1 })).ifaces.map(({ name, mac }) => [name, mac]),
    '[[i.name(), i.MACString()] for i in connection.listAllInterfaces()]',
  ],
  [
    'host: devices',
    async (c) => (await c.raw.connectListAllNodeDevices({ needResults: 1 })).devices.map(({ name }) => name),
    '[n.name() for n in connection.listAllDevices()]',
  ],
  [
    'host: secrets',
    async (c) => (await c.raw.connectListAllSecrets({ needResults: 1 })).secrets.length,
    'len(connection.listAllSecrets())',
  ],
  [
    'host: network filters',
    async (c) =>
      (await c.raw.connectListAllNwfilters({ needResults: 1 })).filters.map(({ name, uuid }) => [name, uuid]),
    '[[f.name(), f.UUIDString()] for f in connection.listAllNWFilters()]',
  ],
  ['host: number of domains', async (c) => (await c.raw.connectNumOfDomains()).num, 'connection.numOfDomains()'],
  ['domain: type of system', async (c, dom) => (await c.raw.domainGetOsType({ dom })).type, 'd.OSType()'],
  ['domain: most memory', async (c, dom) => (await c.raw.domainGetMaxMemory({ dom })).memory, 'd.maxMemory()'],
  ['domain: most virtual CPUs', async (c, dom) => (await c.raw.domainGetMaxVcpus({ dom })).num, 'd.maxVcpus()'],
  [
    'domain: virtual CPUs',
    async (c, dom) => (await c.raw.domainGetVcpusFlags({ dom, flags: 1 })).num,
    'd.vcpusFlags(1)',
  ],
  ['domain: updated', async (c, dom) => (await c.raw.domainIsUpdated({ dom })).updated, 'd.isUpdated()'],
  [
    'domain: XML of the definition',
    async (c, dom) => (await c.raw.domainGetXmlDesc({ dom, flags: 2 })).xml,
    'd.XMLDesc(2)',
  ],
  ['domain: job', async (c, dom) => Object.values(await c.raw.domainGetJobInfo({ dom })), 'd.jobInfo()'],
  ['domain: control', async (c, dom) => Object.values(await c.raw.domainGetControlInfo({ dom })), 'd.controlInfo()'],
  [
    'domain: type of scheduler',
    async (c, dom) => Object.values(await c.raw.domainGetSchedulerType({ dom })),
    'd.schedulerType()',
  ],
  [
    'domain: memory limits',
    async (c, dom) => typedRecord((await c.raw.domainGetMemoryParameters({ dom, nparams: 16, flags: 4 })).params),
    'd.memoryParameters()',
  ],
  [
    'domain: block limits',
    async (c, dom) => typedRecord((await c.raw.domainGetBlkioParameters({ dom, nparams: 16, flags: 4 })).params),
    'd.blkioParameters()',
  ],
  [
    'domain: NUMA',
    async (c, dom) => typedRecord((await c.raw.domainGetNumaParameters({ dom, nparams: 16, flags: 4 })).params),
    'd.numaParameters()',
  ],
  [
    'domain: block',
    async (c, dom) => {
      const { capacity, allocation, physical } = await c.raw.domainGetBlockInfo({ dom, path: 'vda' });
      return [capacity, allocation, physical];
    },
    "d.blockInfo('vda')",
  ],
  [
    'domain: interface',
    async (c, dom) => Object.values(await c.raw.domainInterfaceStats({ dom, device: 'no such' })),
    "d.interfaceStats('no such')",
  ],
  [
    'domain: CPU pins',
    async (c, dom) => bits((await c.raw.domainGetEmulatorPinInfo({ dom, maplen: 1 })).cpumaps, 2),
    'd.emulatorPinInfo()[:2]',
  ],
  [
    'domain: snapshots',
    async (c, dom) => (await c.raw.domainListAllSnapshots({ dom, needResults: 1 })).snapshots.map(({ name }) => name),
    '[s.getName() for s in d.listAllSnapshots()]',
  ],
  [
    'domain: checkpoints',
    async (c, dom) =>
      (await c.raw.domainListAllCheckpoints({ dom, needResults: 1 })).checkpoints.map(({ name }) => name),
    '[s.getName() for s in d.listAllCheckpoints()]',
  ],
  [
    'domain: managed save',
    async (c, dom) => (await c.raw.domainHasManagedSaveImage({ dom })).result,
    'd.hasManagedSaveImage()',
  ],
  ['domain: time', async (c, dom) => Object.keys(await c.raw.domainGetTime({ dom })).length, 'len(d.getTime())'],
  [
    'domain: disks with errors',
    async (c, dom) => (await c.raw.domainGetDiskErrors({ dom, maxerrors: 16 })).nerrors,
    'len(d.diskErrors())',
  ],
  [
    'domain: launch security',
    async (c, dom) => typedRecord((await c.raw.domainGetLaunchSecurityInfo({ dom })).params),
    'd.launchSecurityInfo()',
  ],
  [
    'domain: perf events',
    async (c, dom) => typedRecord((await c.raw.domainGetPerfEvents({ dom })).params),
    'd.perfEvents()',
  ],
  ['domain: messages', async (c, dom) => (await c.raw.domainGetMessages({ dom })).msgs, 'd.messages()'],
  [
    'domain: IO threads',
    async (c, dom) => (await c.raw.domainGetIothreadInfo({ dom })).info.length,
    'len(d.ioThreadInfo())',
  ],
];

/** Their answers: a value, or the number of the error. */
async function theirAnswers(uri: string, domain: string): Promise<Record<string, unknown>> {
  const lines = reads.map(([name, , expression]) => `answer(${JSON.stringify(name)}, lambda: ${expression})`);
  const script = `
answers = {}
libvirt.registerErrorHandler(lambda *_: None, None)
d = connection.lookupByName(${JSON.stringify(domain)})
def answer(name, read):
    try:
        answers[name] = {'value': read()}
    except libvirt.libvirtError as error:
        answers[name] = {'error': error.get_error_code()}
${lines.join('\n')}
print(json.dumps(answers))`;
  return (await python(uri, script)) as Record<string, unknown>;
}

async function ourAnswer(read: () => Promise<unknown>): Promise<unknown> {
  try {
    const text = JSON.stringify({ value: await read() }, (_, value: unknown) =>
      typeof value === 'bigint' ? Number(value) : value,
    );
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (LibvirtError.isInstance(error)) return { error: error.libvirtCode };
    throw error;
  }
}

const hosts: readonly (readonly [string, string, string])[] = [
  ['the test driver', testDriverUri(), 'test'],
  ['qemu', labUri, uniqueName('same')],
];

describe.each(hosts)("on %s every read gives what libvirt's own binding gives", (driver, uri, name) => {
  let connection: Connection;
  let dom: protocol.NonnullDomain;
  let theirs: Record<string, unknown>;

  beforeAll(async () => {
    connection = await connect(uri);
    if (driver === 'qemu') {
      const xml = `<domain type='qemu'><name>${name}</name><memory unit='MiB'>16</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os></domain>`;
      dom = (await connection.createDomainXML(xml, { paused: true })).dom;
    } else {
      dom = (await connection.lookupDomainByName(name)).dom;
    }
    theirs = await theirAnswers(uri, name);
  });
  afterAll(async () => {
    if (driver === 'qemu') await connection.raw.domainDestroy({ dom });
    await connection.close();
  });

  it.each(reads.map(([what, read]) => [what, read] as const))('%s', async (what, read) => {
    expect(await ourAnswer(() => read(connection, dom))).toEqual(theirs[what]);
  });
});
