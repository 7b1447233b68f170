import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, type Domain, procedures } from '../../src/index.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';
import { caught } from '../support/caught.ts';
import { Failure, FakeDaemon } from '../../src/testing/fake-daemon.ts';

const dom = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };

let server: FakeDaemon;
let connection: Connection;
let domain: Domain;
/** The arguments of every call that the daemon got. */
let asked: unknown[];

beforeAll(async () => {
  server = await FakeDaemon.start();
  server.on(procedures.domainLookupByName, () => ({ dom }));
  connection = await server.connect();
});
beforeEach(async () => {
  domain = await connection.lookupDomainByName('web');
  asked = [];
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

/** Answers a procedure and notes its arguments. */
function answer<Args, Ret>(procedure: Procedure<Args, Ret>, value: Ret): void {
  server.on(procedure, ({ args }) => {
    asked.push(args);
    return value;
  });
}

describe('a domain', () => {
  it('is a reference by name, UUID and number', () => {
    expect(JSON.parse(JSON.stringify(domain))).toEqual(dom);
    expect(domain.dom).toEqual(dom);
  });

  it('tells its state and why', async () => {
    answer(procedures.domainGetState, { state: 3, reason: 5 });
    expect(await domain.getState()).toEqual({ state: 'paused', reason: 'ioerror', native: { state: 3, reason: 5 } });
    expect(asked).toEqual([{ dom, flags: 0 }]);
  });

  it('tells its size in bytes', async () => {
    answer(procedures.domainGetInfo, { state: 1, maxMem: 2048, memory: 1024, nrVirtCpu: 2, cpuTime: 5_000_000_000n });
    expect(await domain.getInfo()).toEqual({
      state: 'running',
      maxMemoryBytes: 2_097_152,
      memoryBytes: 1_048_576,
      virtualCpus: 2,
      cpuTimeNs: 5_000_000_000,
    });
  });

  it('tells whether it is active, persistent and started with the host', async () => {
    answer(procedures.domainIsActive, { active: 1 });
    answer(procedures.domainIsPersistent, { persistent: 0 });
    answer(procedures.domainGetAutostart, { autostart: 1 });
    expect([await domain.isActive(), await domain.isPersistent(), await domain.getAutostart()]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('gives its XML, with the flags of the options', async () => {
    answer(procedures.domainGetXmlDesc, { xml: '<domain/>' });
    expect(await domain.getXMLDesc()).toBe('<domain/>');
    await domain.getXMLDesc({ secure: true, inactive: true, updateCpu: true, migratable: true });
    expect(asked).toEqual([
      { dom, flags: 0 },
      { dom, flags: 15 },
    ]);
  });

  it('has a new number after its start', async () => {
    answer(procedures.domainCreateWithFlags, { dom: { ...dom, id: 12 } });
    expect(
      (await domain.create({ paused: true, forceBoot: true, bypassCache: true, validate: true, resetNvram: true })).id,
    ).toBe(12);
    expect(asked).toEqual([{ dom, flags: 61 }]);
  });

  it.each<[string, (d: Domain) => Promise<void>, Procedure<never, void>, unknown]>([
    ['shutdown', (d) => d.shutdown(), procedures.domainShutdownFlags, { dom, flags: 0 }],
    [
      'shutdown by ways',
      (d) => d.shutdown({ acpi: true, agent: true }),
      procedures.domainShutdownFlags,
      { dom, flags: 3 },
    ],
    ['reboot', (d) => d.reboot({ signalInit: true }), procedures.domainReboot, { dom, flags: 8 }],
    ['reset', (d) => d.reset(), procedures.domainReset, { dom, flags: 0 }],
    ['destroy', (d) => d.destroy(), procedures.domainDestroyFlags, { dom, flags: 0 }],
    [
      'destroy gracefully',
      (d) => d.destroy({ graceful: true, removeLogs: true }),
      procedures.domainDestroyFlags,
      { dom, flags: 3 },
    ],
    ['suspend', (d) => d.suspend(), procedures.domainSuspend, { dom }],
    ['resume', (d) => d.resume(), procedures.domainResume, { dom }],
    ['undefine', (d) => d.undefine(), procedures.domainUndefineFlags, { dom, flags: 0 }],
    [
      'undefine with all that belongs to it',
      (d) =>
        d.undefine({ managedSave: true, snapshotsMetadata: true, checkpointsMetadata: true, nvram: true, tpm: true }),
      procedures.domainUndefineFlags,
      { dom, flags: 1 + 2 + 4 + 16 + 32 },
    ],
    [
      'undefine and keep',
      (d) => d.undefine({ keepNvram: true, keepTpm: true }),
      procedures.domainUndefineFlags,
      { dom, flags: 8 + 64 },
    ],
    ['setAutostart on', (d) => d.setAutostart(true), procedures.domainSetAutostart, { dom, autostart: 1 }],
    ['setAutostart off', (d) => d.setAutostart(false), procedures.domainSetAutostart, { dom, autostart: 0 }],
  ])('%s asks the daemon for just that', async (_, act, procedure, expected) => {
    answer(procedure as Procedure<unknown, void>, undefined);
    await act(domain);
    expect(asked).toEqual([expected]);
  });

  it('reads and writes its metadata', async () => {
    answer(procedures.domainGetMetadata, { metadata: '<tag/>' });
    answer(procedures.domainSetMetadata, undefined);
    expect(await domain.getMetadata('element', { uri: 'urn:x', config: true })).toBe('<tag/>');
    await domain.setMetadata('element', '<tag/>', { uri: 'urn:x', key: 'x', live: true, config: true });
    await domain.setMetadata('title', undefined);
    expect(asked).toEqual([
      { dom, type: 2, uri: 'urn:x', flags: 2 },
      { dom, type: 2, metadata: '<tag/>', key: 'x', uri: 'urn:x', flags: 3 },
      { dom, type: 1, metadata: undefined, key: undefined, uri: undefined, flags: 0 },
    ]);
  });

  it('that is gone says so', async () => {
    server.on(procedures.domainGetState, () => new Failure({ code: 42, message: 'Domain not found' }));
    expect(await caught(domain.getState())).toMatchObject({ code: 'LIBVIRT_NO_DOMAIN', kind: 'not-found' });
  });

  it('passes the deadline of each call on', async () => {
    const signal = AbortSignal.abort();
    const calls = [
      domain.getState({ signal }),
      domain.create({ signal, paused: true }),
      domain.destroy({ signal }),
      domain.getMetadata('title', { signal }),
    ];
    for (const call of calls) expect(await caught(call)).toMatchObject({ code: 'LIBVIRT_ABORTED' });
  });
});
