import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type Domain } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { python, testDriverUri, uniqueName } from '../support/lab.ts';

let connection: Connection;
let domain: Domain;

/** A domain of the test driver with a disk and an interface. */
function xmlOf(name: string): string {
  return `<domain type='test'><name>${name}</name><memory unit='MiB'>64</memory><currentMemory unit='MiB'>32</currentMemory>
    <vcpu current='1'>4</vcpu><iothreads>1</iothreads><os><type arch='i686'>hvm</type></os><devices>
    <disk type='file' device='disk'><source file='/guest.img'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/><target dev='testnet0'/></interface>
    <memballoon model='virtio'/></devices></domain>`;
}

beforeAll(async () => {
  connection = await connect(testDriverUri());
  domain = await (await connection.defineDomainXML(xmlOf(uniqueName('calls')))).create();
});
afterAll(async () => {
  await domain.destroy().catch(() => {});
  await domain.undefine({ snapshotsMetadata: true, checkpointsMetadata: true, managedSave: true }).catch(() => {});
  await connection.close();
});

/** What libvirt's own binding reads of the domain. */
function theirs(expression: string): Promise<unknown> {
  return python(testDriverUri(), `d = connection.lookupByName('${domain.name}')\nprint(json.dumps(${expression}))`);
}

describe('the host of the test driver', () => {
  it('tells about itself', async () => {
    expect(await connection.getURI()).toBe('test:///default');
    expect(await connection.isSecure()).toBe(true);
    expect(await connection.getMaxVcpus()).toBe(32);
    expect(await connection.getSysinfo()).toContain('<sysinfo');
    expect(await connection.getFreeMemory()).toBeGreaterThan(0);
    expect(await connection.getCellsFreeMemory(0, 2)).toHaveLength(2);
    expect((await connection.getCPUMap()).online.length).toBeGreaterThan(0);
    expect(await connection.getCPUStats()).toMatchObject({ userNs: expect.any(Number) as number });
    expect(await connection.getSecurityModel()).toEqual({ model: 'testSecurity', doi: '' });
  });

  it('lists what it has, as libvirt lists it', async () => {
    expect({
      running: await connection.numOfDomains(),
      defined: await connection.numOfDefinedDomains(),
      ids: await connection.listDomains(),
      names: await connection.listDefinedDomains(),
      networks: [await connection.numOfNetworks(), await connection.listNetworks()],
      definedNetworks: [await connection.numOfDefinedNetworks(), await connection.listDefinedNetworks()],
      pools: [await connection.numOfStoragePools(), await connection.listStoragePools()],
      definedPools: [await connection.numOfDefinedStoragePools(), await connection.listDefinedStoragePools()],
      interfaces: [await connection.numOfInterfaces(), await connection.listInterfaces()],
      definedInterfaces: [await connection.numOfDefinedInterfaces(), await connection.listDefinedInterfaces()],
      devices: [await connection.numOfDevices(), await connection.listDevices()],
    }).toEqual(
      await python(
        testDriverUri(),
        `c = connection
print(json.dumps({'running': c.numOfDomains(), 'defined': c.numOfDefinedDomains(), 'ids': c.listDomainsID(),
  'names': c.listDefinedDomains(), 'networks': [c.numOfNetworks(), c.listNetworks()],
  'definedNetworks': [c.numOfDefinedNetworks(), c.listDefinedNetworks()],
  'pools': [c.numOfStoragePools(), c.listStoragePools()],
  'definedPools': [c.numOfDefinedStoragePools(), c.listDefinedStoragePools()],
  'interfaces': [c.numOfInterfaces(), c.listInterfaces()],
  'definedInterfaces': [c.numOfDefinedInterfaces(), c.listDefinedInterfaces()],
  'devices': [c.numOfDevices(None), c.listDevices(None, 0)]}))`,
      ),
    );
  });

  it('knows CPUs', async () => {
    const cpu = `<cpu><arch>i686</arch><model>pentium3</model></cpu>`;
    expect((await connection.getCPUModelNames('x86_64')).length).toBeGreaterThan(10);
    expect(await connection.baselineCPU([cpu])).toContain('<model');
    expect(await caught(connection.compareCPU(cpu))).toMatchObject({ kind: 'unsupported' });
  });
});

describe('a domain of the test driver', () => {
  it('tells about itself what libvirt tells', async () => {
    expect(await domain.getOSType()).toBe(await theirs('d.OSType()'));
    expect(await domain.getMaxMemory()).toBe(Number(await theirs('d.maxMemory()')) * 1024);
    expect(await domain.getMaxVcpus()).toBe(await theirs('d.maxVcpus()'));
    expect(await domain.getVcpusFlags({ config: true, maximum: true })).toBe(await theirs('d.vcpusFlags(6)'));
    expect(await domain.isUpdated()).toBe(Boolean(await theirs('d.isUpdated()')));
    expect(await domain.getHostname()).toBe(await theirs('d.hostname()'));
    expect(await domain.getControlInfo()).toEqual({ state: 'ok', reason: 'none', stateTimeMs: 0 });
    expect(await domain.getSchedulerType()).toEqual({ type: 'fair', parameterCount: 1 });
    expect((await domain.getSchedulerParameters()).parameters).toEqual(await theirs('d.schedulerParameters()'));
    expect((await domain.getMemoryParameters()).parameters).toEqual(await theirs('d.memoryParameters()'));
    expect((await domain.getNumaParameters()).parameters).toEqual(await theirs('d.numaParameters()'));
    expect((await domain.getBlockIoTune('vda')).parameters).toEqual(await theirs("d.blockIoTune('vda')"));
    expect((await domain.getInterfaceParameters('testnet0')).parameters).toEqual(
      await theirs("d.interfaceParameters('testnet0')"),
    );
    expect(await domain.getPerfEvents()).toEqual(await theirs('d.perfEvents()'));
    expect(await domain.getDiskErrors()).toEqual([{ disk: 'vda', error: 'unspecified' }]);
    expect((await domain.getFSInfo()).map(({ mountPoint, type }) => [mountPoint, type])).toEqual(
      await theirs('[[f[0], f[2]] for f in d.fsInfo()]'),
    );
    expect((await domain.getBlockInfo('vda')).capacityBytes).toBe(
      Number(await theirs("d.blockInfo('vda')[0]").catch(() => Number.NaN)),
    );
  });

  it('has CPUs', async () => {
    await domain.setVcpus(2, { live: true });
    expect(await domain.getVcpusFlags({ live: true })).toBe(2);
    await domain.pinVcpu(0, [0]);
    const vcpus = await domain.getVcpus();
    expect(vcpus.map(({ number }) => number)).toEqual([0, 1]);
    expect(vcpus[0]?.affinity).toEqual([0]);
    expect((await domain.getVcpuPinInfo())[0]).toEqual([0]);
    await domain.pinEmulator([1], { config: true });
    expect(await domain.getEmulatorPinInfo({ config: true })).toEqual([1]);
    expect(await domain.getCPUStats()).toMatchObject({ cpuTimeNs: expect.any(Number) as number });
    expect((await domain.getPerCPUStats()).length).toBeGreaterThan(0);
    await domain.setVcpus(1, { live: true }).catch(() => {});
  });

  it('has memory', async () => {
    await domain.setMemory(16 * 2 ** 20, { live: true });
    expect((await domain.getInfo()).memoryBytes).toBe(16 * 2 ** 20);
    expect(await domain.memoryStats()).toMatchObject({ actualBytes: expect.any(Number) as number });
    await domain.setMemoryParameters({ hardLimitBytes: 2 ** 30 }, { config: true });
    expect(await domain.getMemoryParameters({ config: true })).toMatchObject({ hardLimitBytes: 2 ** 30 });
    await domain.setNumaParameters({ mode: 'preferred', nodes: [0] }, { config: true });
    expect(await domain.getNumaParameters({ config: true })).toMatchObject({ mode: 'preferred', nodes: [0] });
  });

  it('has limits', async () => {
    await domain.setSchedulerParameters({ weight: 60 }).catch(() => {});
    const tune = { totalBytesPerSecond: 2 ** 20, totalBytesPerSecondMax: 2 ** 21, totalRequestsPerSecond: 100 };
    await domain.setBlockIoTune('vda', { ...tune, totalRequestsPerSecondMax: 200 }, { config: true });
    expect(await domain.getBlockIoTune('vda', { config: true })).toMatchObject(tune);
    const mac = '52:54:00:00:00:01';
    await domain.setInterfaceParameters(mac, { inboundAverageBytesPerSecond: 64_000 }, { config: true });
    expect(await domain.getInterfaceParameters(mac, { config: true })).toMatchObject({
      inboundAverageBytesPerSecond: 64_000,
    });
    await domain.setPerfEvents({ cmt: false }).catch(() => {});
    await domain.addIOThread(7);
    await domain.pinIOThread(7, [0]);
    expect(await domain.getIOThreadInfo()).toContainEqual({ id: 7, affinity: [0] });
    await domain.setIOThreadParams(7, { pollMaxNs: 1000 }).catch(() => {});
    await domain.delIOThread(7);
  });

  it('has disks and interfaces', async () => {
    expect(await domain.blockStats('vda').catch(() => ({ readBytes: 0 }))).toMatchObject({
      readBytes: expect.any(Number) as number,
    });
    expect(await domain.interfaceStats('testnet0')).toMatchObject({ rxBytes: expect.any(Number) as number });
    expect((await domain.interfaceAddresses('lease'))[0]?.addresses[0]).toMatchObject({ family: 'ipv4' });
    expect(await domain.fsFreeze(['/'])).toBe(1);
    expect(await domain.fsThaw()).toBeGreaterThanOrEqual(1);
    await domain.fsTrim();
    await domain.sendKey([30, 31], { holdMs: 10 });
    await domain.sendProcessSignal(1, 'hup');
    await domain.injectNMI();
  });

  it('is saved and comes back', async () => {
    expect(await caught(domain.pmSuspendForDuration('memory'))).toMatchObject({ kind: 'unsupported' });
    await domain.managedSave({ running: true });
    expect(await domain.hasManagedSaveImage()).toBe(true);
    await domain.managedSaveRemove();
    await domain.create();
    const path = `/tmp/${domain.name}.save`;
    await domain.save(path);
    expect(await connection.saveImageGetXMLDesc(path)).toContain(domain.name);
    await connection.saveImageDefineXML(path, await connection.saveImageGetXMLDesc(path), { paused: true });
    await connection.restoreDomain(path);
    expect((await domain.getState()).state).toBe('running');
    await domain.coreDump(`/tmp/${domain.name}.core`);
    await domain.reset();
    await domain.setLifecycleAction('crash', 'restart', { config: true });
    expect(await domain.getXMLDesc({ inactive: true })).toContain('<on_crash>restart</on_crash>');
    expect(await domain.getMessages()).toEqual(expect.any(Array));
  });

  it('may get another name', async () => {
    const defined = await connection.defineDomainXML(xmlOf(uniqueName('rename')));
    const name = uniqueName('renamed');
    const renamed = await defined.rename(name);
    expect((await connection.lookupDomainByName(name)).uuid).toBe(renamed.uuid);
    await renamed.undefine();
  });

  it('has snapshots in a tree', async () => {
    const first = await domain.snapshotCreateXML('<domainsnapshot><name>first</name></domainsnapshot>');
    const second = await domain.snapshotCreateXML('<domainsnapshot><name>second</name></domainsnapshot>');
    expect(await domain.snapshotNum()).toBe(2);
    expect([...(await domain.snapshotListNames())].toSorted()).toEqual(['first', 'second']);
    expect((await domain.listAllSnapshots({ roots: true })).map(({ name }) => name)).toEqual(['first']);
    expect(JSON.parse(JSON.stringify(await domain.listSnapshotTrees()))).toMatchObject([
      { snapshot: { name: 'first' }, children: [{ snapshot: { name: 'second' }, children: [] }] },
    ]);
    expect((await second.getParent()).name).toBe('first');
    expect(await first.numChildren()).toBe(1);
    expect(await first.listChildrenNames()).toEqual(['second']);
    expect([await first.isCurrent(), await second.isCurrent(), await domain.hasCurrentSnapshot()]).toEqual([
      false,
      true,
      true,
    ]);
    expect((await domain.snapshotCurrent()).name).toBe('second');
    expect(await second.hasMetadata()).toBe(true);
    expect(await second.getXMLDesc()).toContain('<name>second</name>');
    await (await domain.snapshotLookupByName('first')).revert();
    expect(await first.isCurrent()).toBe(true);
    await first.delete({ children: true });
    expect(await domain.snapshotNum()).toBe(0);
    expect(await caught(domain.snapshotLookupByName('first'))).toMatchObject({ code: 'LIBVIRT_NO_DOMAIN_SNAPSHOT' });
  });

  it('has checkpoints', async () => {
    const first = await domain.checkpointCreateXML('<domaincheckpoint><name>first</name></domaincheckpoint>');
    const second = await domain.checkpointCreateXML('<domaincheckpoint><name>second</name></domaincheckpoint>');
    expect((await second.getParent()).name).toBe('first');
    expect((await first.listAllChildren()).map(({ name }) => name)).toEqual(['second']);
    expect((await domain.listAllCheckpoints({ topological: true })).map(({ name }) => name)).toEqual([
      'first',
      'second',
    ]);
    expect(await (await domain.checkpointLookupByName('second')).getXMLDesc({ noDomain: true })).toContain('second');
    expect((await connection.listAllDomains({ hasCheckpoint: true })).map(({ uuid }) => uuid)).toContain(domain.uuid);
    await first.delete({ children: true });
    expect(await domain.listAllCheckpoints()).toEqual([]);
    expect(await caught(domain.checkpointLookupByName('first'))).toMatchObject({
      code: 'LIBVIRT_NO_DOMAIN_CHECKPOINT',
    });
  });
});

describe('networks, pools, interfaces and devices of the test driver', () => {
  it('networks', async () => {
    const network = await connection.createNetworkXML(
      `<network><name>${uniqueName('net')}</name><bridge name='${uniqueName('br')}'/><ip address='10.9.9.1' netmask='255.255.255.0'><dhcp><range start='10.9.9.2' end='10.9.9.9'/></dhcp></ip></network>`,
    );
    expect(await network.isPersistent()).toBe(false);
    expect(await network.getBridgeName()).not.toBe('');
    expect((await connection.lookupNetworkByUUID(network.uuid)).name).toBe(network.name);
    expect((await connection.listAllNetworks({ transient: true, active: true })).map(({ uuid }) => uuid)).toContain(
      network.uuid,
    );
    await network.update('add-last', 'ip-dhcp-host', `<host mac='52:54:00:00:00:09' ip='10.9.9.5'/>`, { live: true });
    expect(await network.getXMLDesc()).toContain('10.9.9.5');
    expect(await (await connection.lookupNetworkByName('default')).getAutostart()).toBe(false);
    await network.destroy();
  });

  it('storage pools', async () => {
    const pool = await connection.createStoragePoolXML(
      `<pool type='dir'><name>${uniqueName('pool')}</name><target><path>/tmp/${uniqueName('pool')}</path></target></pool>`,
    );
    expect(await pool.isPersistent()).toBe(false);
    expect((await connection.lookupStoragePoolByUUID(pool.uuid)).name).toBe(pool.name);
    const volume = await pool.createVolumeXML(`<volume><name>a</name><capacity unit='MiB'>1</capacity></volume>`);
    const clone = await pool.createVolumeXMLFrom(
      `<volume><name>b</name><capacity unit='MiB'>1</capacity></volume>`,
      volume,
    );
    expect(await pool.numOfVolumes()).toBe(2);
    expect([...(await pool.listVolumes())].toSorted()).toEqual(['a', 'b']);
    expect((await connection.lookupStoragePoolByVolume(clone)).uuid).toBe(pool.uuid);
    expect((await connection.lookupStorageVolumeByKey(volume.key)).name).toBe('a');
    await clone.delete();
    await pool.refresh();
    await pool.destroy();
    expect(await connection.findStoragePoolSources('logical')).toContain('<name>testvg1</name>');
  });

  it('interfaces', async () => {
    const [up] = await connection.listAllInterfaces({ active: true });
    expect(await up?.isActive()).toBe(true);
    expect((await connection.lookupInterfaceByMACString(up?.mac ?? '')).name).toBe(up?.name);
    await connection.interfaceChangeBegin();
    const name = uniqueName('if');
    const defined = await connection.defineInterfaceXML(
      `<interface type='ethernet' name='${name}'><mac address='aa:bb:cc:dd:ee:0f'/></interface>`,
    );
    await defined.create();
    expect(await (await connection.lookupInterfaceByName(name)).getXMLDesc()).toContain(name);
    await defined.destroy();
    await connection.interfaceChangeRollback();
    expect(await caught(connection.lookupInterfaceByName(name))).toMatchObject({ code: 'LIBVIRT_NO_INTERFACE' });
    await connection.interfaceChangeBegin();
    await (await connection.defineInterfaceXML(`<interface type='ethernet' name='${name}'/>`)).undefine();
    await connection.interfaceChangeCommit();
  });

  it('devices', async () => {
    const [device] = await connection.listAllNodeDevices({ system: true });
    expect(device?.name).toBe('computer');
    expect(await device?.getParent()).toBeUndefined();
    expect(await device?.numOfCaps()).toBe((await device?.listCaps())?.length);
    expect(await device?.getXMLDesc()).toContain('<name>computer</name>');
    expect((await connection.lookupNodeDeviceByName('computer')).name).toBe('computer');
  });
});
