import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type EventStream, type GapEvent } from '../../src/index.ts';
import { labUri, testDriverUri, uniqueName, virsh } from '../support/lab.ts';

let host: Connection;
let test: Connection;

beforeAll(async () => {
  host = await connect(labUri);
  test = await connect(testDriverUri());
});

afterAll(async () => {
  await host.close();
  await test.close();
});

/** Takes events until one fits; fails when none does within ten seconds. */
async function awaitEvent<Event, Resource>(
  events: EventStream<Event, Resource>,
  fits: (event: Event) => boolean,
): Promise<Event> {
  const endMs = performance.now() + 10_000;
  for await (const event of events) {
    if ((event as GapEvent).type !== 'gap' && fits(event as Event)) return event as Event;
    if (performance.now() > endMs) break;
  }
  return expect.unreachable('no such event came');
}

describe('events of', () => {
  it('networks that virsh defines, starts, stops and undefines', async () => {
    const name = uniqueName('net');
    const events = test.networkEvents();
    await events.ready;
    const seen: string[] = [];
    const watching = events.forEach((event) => {
      if (event.type === 'lifecycle' && event.network.name === name) seen.push(event.event);
      if (seen.at(-1) === 'undefined') void events.return();
    });
    const network = await test.defineNetworkXML(
      `<network><name>${name}</name><ip address='192.168.250.1' netmask='255.255.255.0'/></network>`,
    );
    await network.create();
    await network.destroy();
    await network.undefine();
    await watching;
    expect(seen).toEqual(['defined', 'started', 'stopped', 'undefined']);
  });

  it('storage pools, and their refresh', async () => {
    const name = uniqueName('pool');
    const events = host.storagePoolEvents({ types: ['lifecycle', 'refresh'] });
    await events.ready;
    const refreshed = awaitEvent(events, (event) => event.type === 'refresh' && event.pool.name === 'lab');
    await virsh('pool-refresh', 'lab');
    expect(await refreshed).toMatchObject({ type: 'refresh' });

    const lifecycle = test.storagePoolEvents();
    await lifecycle.ready;
    const defined = awaitEvent(lifecycle, (event) => event.pool.name === name);
    const pool = await test.defineStoragePoolXML(
      `<pool type='dir'><name>${name}</name><target><path>/tmp/${name}</path></target></pool>`,
    );
    expect(await defined).toMatchObject({ type: 'lifecycle', event: 'defined' });
    await pool.undefine();
  });

  it('secrets and their values, which are not told', async () => {
    const events = host.secretEvents({ types: ['lifecycle', 'value-changed'] });
    await events.ready;
    const usage = uniqueName('/disk');
    const secret = await host.defineSecretXML(
      `<secret ephemeral='yes' private='no'><usage type='volume'><volume>${usage}</volume></usage></secret>`,
    );
    const mine = (event: { secret: { uuid: string } }): boolean => event.secret.uuid === secret.uuid;
    expect(await events.next()).toMatchObject({ value: { type: 'lifecycle', event: 'defined' } });
    const changed = awaitEvent(events, (event) => event.type === 'value-changed' && mine(event));
    await secret.setValue(new Uint8Array(Buffer.from('hidden')));
    expect(JSON.stringify(await changed)).not.toContain('hidden');
    await secret.undefine();
  });

  it('node devices that come and go', async () => {
    const events = test.nodeDeviceEvents();
    await events.ready;
    const created = awaitEvent(events, (event) => event.type === 'lifecycle' && event.event === 'created');
    const device = await test.createNodeDeviceXML(`
      <device><parent>scsi_host1</parent>
        <capability type='scsi_host'><capability type='fc_host'><wwnn>2000000012341299</wwnn><wwpn>1000000012341299</wwpn></capability></capability></device>`);
    expect((await created).device.name).toBe(device.name);
    await device.destroy();
  });

  it("a guest's life, tuning and metadata, and QEMU's own words about it", async () => {
    const types = ['lifecycle', 'metadata-change', 'balloon-change', 'device-added', 'device-removed'] as const;
    const events = host.domainEvents({ types });
    const monitor = host.qemuMonitorEvents({ event: 'STOP' });
    await Promise.all([events.ready, monitor.ready]);
    const name = uniqueName('told');
    const domain = await host.createDomainXML(`
      <domain type='qemu'><name>${name}</name><memory unit='MiB'>16</memory>
        <os><type arch='x86_64' machine='pc'>hvm</type></os></domain>`);
    await domain.setMetadata('title', 'a title');
    await domain.suspend();
    const stopped = await monitor.next();
    expect(stopped.value).toMatchObject({ type: 'qemu-monitor', event: 'STOP', domain: { name } });
    await domain.destroy();
    const seen: string[] = [];
    for await (const event of events) {
      if (event.type === 'gap' || event.domain.name !== name) continue;
      seen.push(event.type === 'lifecycle' ? event.event : event.type);
      if (event.type === 'lifecycle' && event.event === 'stopped') break;
    }
    expect(seen).toEqual(expect.arrayContaining(['resumed', 'started', 'metadata-change', 'suspended', 'stopped']));
  });
});

describe('six thousand events', () => {
  it('come complete', async () => {
    const name = uniqueName('storm');
    const domain = await test.createDomainXML(
      `<domain type='test'><name>${name}</name><memory>1024</memory><os><type>hvm</type></os></domain>`,
    );
    const events = test.domainEvents({ domain, queueSize: 6000 });
    await events.ready;
    for (let round = 0; round < 3000; round++) {
      await domain.suspend();
      await domain.resume();
    }
    for (let count = 0; count < 6000; count++) {
      expect((await events.next()).value).toMatchObject({ event: count % 2 === 0 ? 'suspended' : 'resumed' });
    }
    expect(events.dropped).toBe(0);
    await domain.destroy();
  });
});
