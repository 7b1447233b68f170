import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, procedures } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { Failure, FakeDaemon } from '../../src/testing/fake-daemon.ts';

const web = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };
const off = { name: 'off', uuid: '00000000-0000-4000-8000-000000000002', id: -1 };

let server: FakeDaemon;
let connection: Connection;

beforeAll(async () => {
  server = await FakeDaemon.start();
  connection = await server.connect();
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

describe('the host', () => {
  it('tells its name, versions, driver and capabilities', async () => {
    server.on(procedures.connectGetHostname, () => ({ hostname: 'host.example' }));
    server.on(procedures.connectGetLibVersion, () => ({ libVer: 11_003_000 }));
    server.on(procedures.connectGetVersion, () => ({ hvVer: 7_002_022 }));
    server.on(procedures.connectGetType, () => ({ type: 'QEMU' }));
    server.on(procedures.connectGetCapabilities, () => ({ capabilities: '<capabilities/>' }));
    expect(await connection.getHostname()).toBe('host.example');
    expect(await connection.getLibVersion()).toEqual({ major: 11, minor: 3, release: 0, text: '11.3.0' });
    expect((await connection.getVersion()).text).toBe('7.2.22');
    expect(await connection.getType()).toBe('QEMU');
    expect(await connection.getCapabilities()).toBe('<capabilities/>');
  });

  it('tells its hardware, memory in bytes', async () => {
    const info = { model: 'x86_64', memory: 1024, cpus: 8, mhz: 2499, nodes: 1, sockets: 1, cores: 4, threads: 2 };
    server.on(procedures.nodeGetInfo, () => info);
    expect(await connection.getInfo()).toEqual({
      model: 'x86_64',
      memoryBytes: 1_048_576,
      cpus: 8,
      megahertz: 2499,
      numaNodes: 1,
      sockets: 1,
      cores: 4,
      threads: 2,
    });
  });

  it('tells which features it has', async () => {
    server.on(procedures.connectSupportsFeature, ({ args }) => ({ supported: args.feature === 14 ? 1 : 0 }));
    expect(await connection.supportsFeature(14)).toBe(true);
    expect(await connection.supportsFeature(99)).toBe(false);
  });
});

describe('domains', () => {
  it('are listed, all of them or those of some state', async () => {
    const asked: unknown[] = [];
    server.on(procedures.connectListAllDomains, ({ args }) => {
      asked.push(args);
      return { domains: [web, off], ret: 2 };
    });
    const domains = await connection.listAllDomains();
    expect(domains.map(({ name, id }) => [name, id])).toEqual([
      ['web', 7],
      ['off', undefined],
    ]);
    await connection.listAllDomains({ active: true, persistent: true, inactive: false });
    expect(asked).toEqual([
      { needResults: 1, flags: 0 },
      { needResults: 1, flags: 5 },
    ]);
  });

  it('are found by name, UUID and number', async () => {
    server.on(procedures.domainLookupByName, ({ args }) => ({ dom: { ...web, name: args.name } }));
    server.on(procedures.domainLookupByUuid, ({ args }) => ({ dom: { ...web, uuid: args.uuid } }));
    server.on(procedures.domainLookupById, ({ args }) => ({ dom: { ...web, id: args.id } }));
    expect((await connection.lookupDomainByName('a<b>&"\'é')).name).toBe('a<b>&"\'é');
    expect((await connection.lookupDomainByUUID('00000000-0000-4000-8000-00000000000F')).uuid).toBe(
      '00000000-0000-4000-8000-00000000000f',
    );
    expect((await connection.lookupDomainByID(3)).id).toBe(3);
  });

  it('that are not there are a typed error', async () => {
    server.on(procedures.domainLookupByName, () => new Failure({ code: 42, domain: 10, message: 'Domain not found' }));
    const error = await caught(connection.lookupDomainByName('nope'));
    expect(error).toMatchObject({
      code: 'LIBVIRT_NO_DOMAIN',
      kind: 'not-found',
      domainName: 'qemu',
      procedure: 'domainLookupByName',
    });
  });

  it('are defined and created from XML', async () => {
    const asked: unknown[] = [];
    server.on(procedures.domainDefineXmlFlags, ({ args }) => {
      asked.push(args);
      return { dom: off };
    });
    server.on(procedures.domainCreateXml, ({ args }) => {
      asked.push(args);
      return { dom: web };
    });
    expect((await connection.defineDomainXML('<domain/>', { validate: true })).id).toBeUndefined();
    expect((await connection.createDomainXML('<domain/>', { paused: true, autodestroy: true })).id).toBe(7);
    expect(asked).toEqual([
      { xml: '<domain/>', flags: 1 },
      { xmlDesc: '<domain/>', flags: 3 },
    ]);
  });
});

describe('statistics', () => {
  it('are asked for by group, domain and flags', async () => {
    const asked: unknown[] = [];
    server.on(procedures.connectGetAllDomainStats, ({ args }) => {
      asked.push(args);
      return { retStats: [] };
    });
    server.on(procedures.connectListAllDomains, () => ({ domains: [web], ret: 1 }));
    expect(await connection.getAllDomainStats()).toEqual([]);
    const domains = await connection.listAllDomains();
    await connection.getAllDomainStats({ groups: ['state', 'block'], domains, nowait: true, enforce: true });
    expect(asked).toEqual([
      { doms: [], stats: 0, flags: 0 },
      { doms: [web], stats: 33, flags: 0x8000_0000 + 0x2000_0000 },
    ]);
  });
});

describe('raw calls', () => {
  it('reach every procedure by name, with and without arguments', async () => {
    server.on(procedures.nodeGetFreeMemory, () => ({ freeMem: 4096 }));
    server.on(procedures.qemuDomainMonitorCommand, ({ args }) => ({ result: args.cmd }));
    expect(await connection.raw.nodeGetFreeMemory()).toEqual({ freeMem: 4096 });
    expect(await connection.raw.qemuDomainMonitorCommand({ dom: web, cmd: '{}' })).toEqual({ result: '{}' });
    expect(await connection.call(procedures.nodeGetFreeMemory, undefined)).toEqual({ freeMem: 4096 });
    for (const name of Object.keys(procedures)) expect(connection.raw).toHaveProperty(name);
  });

  it('of a procedure that the daemon does not know are unsupported', async () => {
    const error = await caught(connection.raw.domainDelThrottleGroup({ dom: web, group: 'g' }));
    expect(error).toMatchObject({ code: 'LIBVIRT_RPC', kind: 'unsupported' });
  });

  it('give big counters exactly', async () => {
    server.on(procedures.domainGetInfo, () => ({
      state: 1,
      maxMem: 1,
      memory: 1,
      nrVirtCpu: 1,
      cpuTime: 2n ** 60n + 1n,
    }));
    expect((await connection.raw.domainGetInfo({ dom: web })).cpuTime).toBe(1_152_921_504_606_846_977n);
  });
});
