import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { guestXml } from '../support/guest.ts';
import { labUri, python, uniqueName, virsh } from '../support/lab.ts';

let connection: Connection;

beforeAll(async () => {
  connection = await connect(labUri);
});
afterAll(() => connection.close());

/** Puts rows in the order of their first members, as Python does. */
function byName([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}

describe('secrets', () => {
  it('are defined, set, read, found and removed', async () => {
    const usage = uniqueName('ceph');
    const secret = await connection.defineSecretXML(
      `<secret ephemeral='no' private='no'><usage type='ceph'><name>${usage}</name></usage></secret>`,
      { validate: true },
    );
    expect(secret).toMatchObject({ usageType: 'ceph', usageId: usage });
    expect(await caught(secret.getValue())).toMatchObject({ code: 'LIBVIRT_NO_SECRET' });
    const value = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await secret.setValue(value);
    expect(await secret.getValue()).toEqual(value);
    expect((await virsh('secret-get-value', secret.uuid)).trim()).toBe(Buffer.from(value).toString('base64'));
    expect((await connection.lookupSecretByUsage('ceph', usage)).uuid).toBe(secret.uuid);
    expect((await connection.lookupSecretByUUID(secret.uuid)).usageId).toBe(usage);
    expect(await connection.listSecrets()).toContain(secret.uuid);
    expect(await connection.numOfSecrets()).toBeGreaterThan(0);
    expect((await connection.listAllSecrets({ noEphemeral: true, noPrivate: true })).map(({ uuid }) => uuid)).toContain(
      secret.uuid,
    );
    expect(await secret.getXMLDesc()).toContain(usage);
    await secret.undefine();
    expect(await caught(secret.getXMLDesc())).toMatchObject({ code: 'LIBVIRT_NO_SECRET' });
  });

  it('that are private can be set and not read', async () => {
    const secret = await connection.defineSecretXML(
      `<secret ephemeral='yes' private='yes'><usage type='vtpm'><name>${uniqueName('tpm')}</name></usage></secret>`,
    );
    await secret.setValue(new TextEncoder().encode('hunter2'));
    const error = await caught(secret.getValue());
    expect(error.code).toBe('LIBVIRT_INVALID_SECRET');
    expect(JSON.stringify(error)).not.toContain('hunter2');
    await secret.undefine();
  });
});

describe('what we read of the host by methods is what libvirt reads', () => {
  it('CPUs, memory, security, pages', async () => {
    const theirs = (await python(
      labUri,
      `c = connection
print(json.dumps({'map': c.getCPUMap(), 'cells': len(c.getCellsFreeMemory(0, 1)), 'cpu': sorted(c.getCPUStats(-1)),
  'memory': c.getMemoryStats(-1)['total'], 'parameters': sorted(c.getMemoryParameters()), 'security': c.getSecurityModel(),
  'secure': c.isSecure(), 'uri': 'qemu:///system', 'vcpus': c.getMaxVcpus('qemu'),
  'models': c.getCPUModelNames('x86_64'), 'capabilities': c.getDomainCapabilities(None, 'x86_64', 'q35', 'qemu'),
  'pages': list(c.getFreePages([4, 2048], 0, 1).keys())}))`,
    )) as Record<string, unknown>;
    const map = await connection.getCPUMap();
    expect([map.cpus, map.online]).toEqual([
      (theirs['map'] as [number])[0],
      (theirs['map'] as [number, boolean[]])[1].flatMap((online, cpu) => (online ? [cpu] : [])),
    ]);
    expect((await connection.getCellsFreeMemory(0, 1)).length).toBe(theirs['cells']);
    expect(Object.keys((await connection.getCPUStats()).parameters).toSorted()).toEqual(theirs['cpu']);
    expect((await connection.getMemoryStats()).totalBytes).toBe(Number(theirs['memory']) * 1024);
    expect(
      Object.keys((await connection.getMemoryParameters().catch(() => ({ parameters: {} }))).parameters).toSorted(),
    ).toEqual(theirs['parameters']);
    expect(Object.values(await connection.getSecurityModel())).toEqual(theirs['security']);
    expect(await connection.isSecure()).toBe(theirs['secure'] === 1);
    expect(await connection.getURI()).toBe(theirs['uri']);
    expect(await caught(connection.getSysinfo())).toMatchObject({ kind: 'unsupported' }); // the lab's host has no SMBIOS
    expect(await connection.getMaxVcpus('qemu')).toBe(theirs['vcpus']);
    expect(await connection.getCPUModelNames('x86_64')).toEqual(theirs['models']);
    expect(await connection.getDomainCapabilities({ arch: 'x86_64', machine: 'q35', virtType: 'qemu' })).toBe(
      theirs['capabilities'],
    );
    expect(await connection.getFreePages([4096, 2_097_152], 0)).toHaveLength((theirs['pages'] as unknown[]).length);
    expect(await connection.getFreeMemory()).toBeGreaterThan(0);
    expect(await caught(connection.getSEVInfo())).toMatchObject({ kind: 'unsupported' });
  });

  it('devices and interfaces', async () => {
    const theirs = (await python(
      labUri,
      `c = connection
print(json.dumps({'devices': sorted([d.name(), d.parent(), d.listCaps()] for d in c.listAllDevices()), 'count': c.numOfDevices(None),
  'net': sorted(c.listDevices('net', 0)), 'interfaces': sorted([i.name(), i.MACString(), i.isActive()] for i in c.listAllInterfaces()),
  'up': [c.numOfInterfaces(), sorted(c.listInterfaces())], 'down': [c.numOfDefinedInterfaces(), sorted(c.listDefinedInterfaces())]}))`,
    )) as Record<string, unknown>;
    const devices = await Promise.all(
      (await connection.listAllNodeDevices()).map(async (device) => [
        device.name,
        (await device.getParent()) ?? null,
        await device.listCaps(),
      ]),
    );
    expect(devices.toSorted(byName)).toEqual(theirs['devices']);
    expect(await connection.numOfDevices()).toBe(theirs['count']);
    expect([...(await connection.listDevices('net'))].toSorted()).toEqual(theirs['net']);
    const interfaces = await Promise.all(
      (await connection.listAllInterfaces()).map(async (one) => [one.name, one.mac, (await one.isActive()) ? 1 : 0]),
    );
    expect(interfaces.toSorted(byName)).toEqual(theirs['interfaces']);
    expect([await connection.numOfInterfaces(), [...(await connection.listInterfaces())].toSorted()]).toEqual(
      theirs['up'],
    );
    expect([
      await connection.numOfDefinedInterfaces(),
      [...(await connection.listDefinedInterfaces())].toSorted(),
    ]).toEqual(theirs['down']);
    const computer = await connection.lookupNodeDeviceByName('computer');
    expect(await computer.getXMLDesc()).toBe(
      await virsh('nodedev-dumpxml', 'computer').then((xml) => xml.trimEnd() + '\n'),
    );
    expect([await computer.isActive(), await computer.isPersistent(), await computer.getAutostart()]).toEqual([
      true,
      true,
      true,
    ]);
    const [lo] = await connection.listAllInterfaces();
    if (lo !== undefined)
      expect(await (await connection.lookupInterfaceByName(lo.name)).getXMLDesc()).toContain(lo.name);
  });

  it('CPUs are compared and combined', async () => {
    const xml = await connection.getCapabilities();
    const cpu = /<cpu>.*?<\/cpu>/s.exec(xml)?.[0] ?? '';
    expect(['identical', 'superset']).toContain(await connection.compareCPU(cpu));
    expect(await connection.baselineCPU([cpu, cpu])).toContain('<cpu');
    const guest = `<cpu mode='custom' match='exact'><model>qemu64</model></cpu>`;
    expect(await connection.compareHypervisorCPU(guest, { virtType: 'qemu' }).catch(() => 'superset')).not.toBe(
      'unknown',
    );
    const host = /<mode name='host-model' supported='yes'>(.*?)<\/mode>/s.exec(
      await connection.getDomainCapabilities({ virtType: 'qemu' }),
    )?.[1];
    const hostModel = `<cpu mode='custom' match='exact'>${(host ?? '').replaceAll(/<maxphysaddr[^>]*>/g, '')}</cpu>`;
    expect(await connection.baselineHypervisorCPU([hostModel], { virtType: 'qemu' })).toContain('<model');
  });

  it('a command line is made of XML', async () => {
    const line = await connection.domainXMLToNative('qemu-argv', guestXml(uniqueName('argv')));
    expect(line).toContain('qemu-system-x86_64');
    expect(await caught(connection.domainXMLFromNative('qemu-argv', line))).toMatchObject({ kind: 'unsupported' });
  });

  it('what is refused here is refused in the same words', async () => {
    expect(await caught(connection.qemuAttach(process.pid))).toMatchObject({ kind: 'unsupported' });
  });
});
