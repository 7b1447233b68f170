import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { labSocket, labUri, python, testDriverUri, virsh } from '../support/lab.ts';

let connection: Connection;

beforeAll(async () => {
  connection = await connect(labUri);
});
afterAll(() => connection.close());

describe('what we read of the host is what virsh reads', () => {
  it('name, URI, driver and versions', async () => {
    expect(await connection.getHostname()).toBe((await virsh('hostname')).trim());
    expect((await connection.raw.connectGetUri()).uri).toBe('qemu:///system');
    const versions = await virsh('version', '--daemon');
    expect(versions).toContain(`Running against daemon: ${(await connection.getLibVersion()).text}`);
    expect(versions).toContain(
      `Running hypervisor: ${await connection.getType()} ${(await connection.getVersion()).text}`,
    );
  });

  it('hardware', async () => {
    const info = await connection.getInfo();
    const told = await virsh('nodeinfo');
    expect(told).toMatch(new RegExp(`CPU model: +${info.model}\\n`));
    expect(told).toMatch(new RegExp(`CPU\\(s\\): +${info.cpus}\\n`));
    expect(told).toMatch(new RegExp(`Memory size: +${info.memoryBytes / 1024} KiB`));
    expect(told).toMatch(new RegExp(`NUMA cell\\(s\\): +${info.numaNodes}\\n`));
  });

  it('capabilities', async () => {
    expect((await connection.getCapabilities()).trim()).toBe((await virsh('capabilities')).trim());
  });

  it('networks and storage pools with their XML', async () => {
    for (const network of await connection.listAllNetworks()) {
      expect((await network.getXMLDesc()).trim()).toBe((await virsh('net-dumpxml', network.name)).trim());
      expect(await network.isActive()).toBe((await virsh('net-info', network.name)).includes('Active:         yes'));
    }
    for (const pool of await connection.listAllStoragePools()) {
      expect((await pool.getXMLDesc()).trim()).toBe((await virsh('pool-dumpxml', pool.name)).trim());
      expect((await pool.getInfo()).state).toBe('running');
    }
  });
});

describe("what we read of the test driver is what libvirt's own binding reads", () => {
  it('domains with state, size and XML', async () => {
    const test = await connect(testDriverUri());
    const theirs = await python(
      testDriverUri(),
      `print(json.dumps([{'name': d.name(), 'uuid': d.UUIDString(), 'id': d.ID(), 'state': d.state(), 'info': d.info()[:4], 'xml': d.XMLDesc(),
        'active': d.isActive(), 'persistent': d.isPersistent(), 'autostart': d.autostart()} for d in connection.listAllDomains()]))`,
    );
    const domains = await test.listAllDomains();
    const ours = await Promise.all(
      domains.map(async (domain) => {
        const { native } = await domain.getState();
        const info = await test.raw.domainGetInfo({ dom: domain.dom });
        return {
          name: domain.name,
          uuid: domain.uuid,
          id: domain.id,
          state: [native.state, native.reason],
          info: [info.state, info.maxMem, info.memory, info.nrVirtCpu],
          xml: await domain.getXMLDesc(),
          active: (await domain.isActive()) ? 1 : 0,
          persistent: (await domain.isPersistent()) ? 1 : 0,
          autostart: (await domain.getAutostart()) ? 1 : 0,
        };
      }),
    );
    expect(ours.length).toBeGreaterThan(0);
    expect(ours).toEqual(theirs);
    await test.close();
  });

  it('statistics in bulk', async () => {
    const test = await connect(testDriverUri());
    const theirs = await python(
      testDriverUri(),
      `print(json.dumps([[d.name(), s] for d, s in connection.getAllDomainStats()]))`,
    );
    const ours = await test.getAllDomainStats();
    expect(ours.map(({ domain, parameters }) => [domain.name, parameters])).toEqual(theirs);
    await test.close();
  });

  it('networks, pools and volumes', async () => {
    const test = await connect(testDriverUri());
    const theirs = await python(
      testDriverUri(),
      `print(json.dumps({'networks': [[n.name(), n.UUIDString(), n.XMLDesc(), n.isActive()] for n in connection.listAllNetworks()],
        'pools': [[p.name(), p.UUIDString(), p.info(), [v.name() for v in p.listAllVolumes()]] for p in connection.listAllStoragePools()]}))`,
    );
    const networks = await Promise.all(
      (await test.listAllNetworks()).map(async (n) => [
        n.name,
        n.uuid,
        await n.getXMLDesc(),
        (await n.isActive()) ? 1 : 0,
      ]),
    );
    const pools = await Promise.all(
      (await test.listAllStoragePools()).map(async (p) => {
        const info = await p.getInfo();
        return [
          p.name,
          p.uuid,
          [2, info.capacityBytes, info.allocationBytes, info.availableBytes],
          (await p.listAllVolumes()).map(({ name }) => name),
        ];
      }),
    );
    expect({ networks, pools }).toEqual(theirs);
    await test.close();
  });
});

describe('a read-only connection', () => {
  it('reads, and is refused to write', async () => {
    const reader = await connect(testDriverUri(), { readOnly: true });
    const [domain] = await reader.listAllDomains();
    expect(domain?.name).toBe('test');
    const error = await caught(domain?.destroy() ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'LIBVIRT_OPERATION_DENIED', kind: 'permission', libvirtCode: 29 });
    await reader.close();
  });
});

describe('a connection that can not be made', () => {
  it('to a driver that the daemon does not have says so', async () => {
    const error = await caught(connect(`bhyve+unix:///system?socket=${labSocket}`));
    expect(error.libvirtCode).toBeDefined();
    expect(error.kind).toBe('unavailable');
  });
});

describe('a procedure newer than the daemon', () => {
  it('is unsupported', async () => {
    const { major } = await connection.getLibVersion();
    if (major >= 11) return;
    const [network] = await connection.listAllNetworks();
    const reference = { name: network?.name ?? '', uuid: network?.uuid ?? '' };
    const error = await caught(connection.raw.networkGetMetadata({ network: reference, type: 0 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_RPC', kind: 'unsupported' });
  });
});
