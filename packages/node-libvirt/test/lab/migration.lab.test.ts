import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type Domain } from '../../src/index.ts';
import { caught, delay } from '../support/caught.ts';
import { diskXml, eventually, guestXml, makeImage, remove, untilTrue } from '../support/guest.ts';
import { labPeerUri, labUri, uniqueName } from '../support/lab.ts';

let here: Connection;
let there: Connection;

beforeAll(async () => {
  [here, there] = await Promise.all([connect(labUri), connect(labPeerUri)]);
});
afterAll(() => Promise.all([here.close(), there.close()]));

/** A guest that writes to its memory all the time; it migrates in about two seconds. */
async function runningGuest(): Promise<Domain> {
  const domain = await here.defineDomainXML(guestXml(uniqueName('mover'), { kernel: true, busy: true }));
  return domain.create();
}

async function removeBoth(domain: Domain): Promise<void> {
  for (const connection of [here, there]) {
    const left = await connection.lookupDomainByUUID(domain.uuid).catch(() => undefined);
    if (left !== undefined) await remove(left);
  }
}

describe('a migration that this client drives', () => {
  it('moves a guest that runs, with its definition', async () => {
    const domain = await runningGuest();
    await delay(3000);
    const moved = await domain.migrate(there, {
      live: true,
      unsafe: true,
      persistDestination: true,
      undefineSource: true,
      maxDowntimeMs: 400,
    });
    expect(moved.uuid).toBe(domain.uuid);
    expect(await moved.getState()).toMatchObject({ state: 'running', reason: 'migrated' });
    expect(await moved.isPersistent()).toBe(true);
    expect(await caught(domain.getState())).toMatchObject({ code: 'LIBVIRT_NO_DOMAIN' });
    const stats = await moved.getJobStats({ completed: true });
    expect(stats).toMatchObject({ type: 'completed', operation: 'migration-in' });
    expect(stats.downtimeMs).toBeLessThan(5000);
    await removeBoth(domain);
  });

  it('leaves a guest paused that was paused, under another name', async () => {
    const domain = await here.createDomainXML(guestXml(uniqueName('paused')), { paused: true });
    const name = uniqueName('other');
    const moved = await domain.migrate(there, { unsafe: true, destinationName: name });
    expect(moved.name).toBe(name);
    expect((await moved.getState()).state).toBe('paused');
    await removeBoth(domain);
  });

  it('moves the definition of a guest that is off', async () => {
    const domain = await here.defineDomainXML(guestXml(uniqueName('off')));
    const moved = await domain.migrate(there, { offline: true, persistDestination: true, undefineSource: true });
    expect((await moved.getState()).state).toBe('shutoff');
    expect(await caught(domain.getState())).toMatchObject({ code: 'LIBVIRT_NO_DOMAIN' });
    await removeBoth(domain);
  });

  it('copies disks that the hosts do not share', async () => {
    const original = await makeImage(here, `${uniqueName('disk')}.qcow2`);
    const copy = await makeImage(here, `${uniqueName('copy')}.qcow2`);
    const devices = diskXml('vda', await original.getPath());
    const domain = await here.createDomainXML(guestXml(uniqueName('disks'), { kernel: true, devices }));
    const destinationXml = (await domain.getXMLDesc({ migratable: true })).replaceAll(
      await original.getPath(),
      await copy.getPath(),
    );
    const moved = await domain.migrate(there, { live: true, nonSharedDisk: true, disks: ['vda'], destinationXml });
    expect(await moved.getXMLDesc()).toContain(await copy.getPath());
    await removeBoth(domain);
    await Promise.all([original.delete(), copy.delete()]);
  });

  it('is aborted by its signal: the guest goes on where it was', async () => {
    const domain = await runningGuest();
    await delay(3000);
    const controller = new AbortController();
    const migration = caught(
      domain.migrate(there, {
        live: true,
        unsafe: true,
        bandwidthBytesPerSecond: 2 ** 20,
        signal: controller.signal,
      }),
    );
    await untilTrue(async () => ((await domain.getJobStats()).memoryProcessedBytes ?? 0) > 0);
    expect((await domain.getJobInfo()).type).toBe('unbounded');
    expect(await domain.migrateGetMaxSpeed()).toBeGreaterThan(0);
    await domain.migrateSetMaxSpeed(2 ** 21);
    await domain.migrateSetMaxDowntime(100);
    expect(await domain.migrateGetMaxDowntime()).toBe(100);
    const before = performance.now();
    controller.abort();
    expect(await migration).toMatchObject({ code: 'LIBVIRT_ABORTED', kind: 'aborted', outcomeUnknown: false });
    expect(performance.now() - before).toBeLessThan(5000);
    expect((await domain.getState()).state).toBe('running');
    expect((await domain.getJobInfo()).type).toBe('none');
    expect(await caught(there.lookupDomainByUUID(domain.uuid))).toMatchObject({ code: 'LIBVIRT_NO_DOMAIN' });
    await removeBoth(domain);
  });

  it('is aborted by another who looks at the job', async () => {
    const domain = await runningGuest();
    await delay(2000);
    const migration = caught(domain.migrate(there, { live: true, unsafe: true, bandwidthBytesPerSecond: 2 ** 20 }));
    await eventually(async () => {
      await domain.abortJob();
    });
    expect(await migration).toMatchObject({ code: 'LIBVIRT_OPERATION_ABORTED', kind: 'aborted' });
    expect((await domain.getState()).state).toBe('running');
    await removeBoth(domain);
  });

  it('that the destination refuses leaves the guest where it was', async () => {
    const network = uniqueName('here-only');
    const own = await here.createNetworkXML(
      `<network><name>${network}</name><bridge name='nc${process.pid % 10_000}'/></network>`,
    );
    const devices = `<interface type='network'><source network='${network}'/></interface>`;
    const domain = await here.createDomainXML(guestXml(uniqueName('refused'), { devices }));
    expect(await caught(domain.migrate(there, { live: true, unsafe: true }))).toMatchObject({
      code: 'LIBVIRT_NO_NETWORK',
    });
    expect((await domain.getState()).state).toBe('running');
    await domain.suspend(); // it is not locked by what was begun
    await removeBoth(domain);
    await own.destroy();
  });

  it('that the source refuses is not begun', async () => {
    const domain = await here.createDomainXML(guestXml(uniqueName('same')));
    expect((await caught(domain.migrate(here, { live: true, unsafe: true }))).message).toMatch(/same host|itself/);
    expect((await domain.getState()).state).toBe('running');
    await removeBoth(domain);
  });
});

describe('a migration that the daemons drive', () => {
  it('moves a guest that runs', async () => {
    const domain = await runningGuest();
    await delay(2000);
    await domain.migrateToURI(labPeerUri, { live: true, unsafe: true, persistDestination: true });
    expect((await (await there.lookupDomainByUUID(domain.uuid)).getState()).state).toBe('running');
    expect((await domain.getState()).state).toBe('shutoff');
    await removeBoth(domain);
  });

  it('goes through their own connection when it is told so', async () => {
    const domain = await here.createDomainXML(guestXml(uniqueName('tunnel')));
    await domain.migrateToURI(labPeerUri, { live: true, unsafe: true, tunnelled: true });
    expect((await (await there.lookupDomainByUUID(domain.uuid)).getState()).state).toBe('running');
    await removeBoth(domain);
  });

  it('is aborted by its timeout: the guest goes on where it was', async () => {
    const domain = await runningGuest();
    await delay(2000);
    const options = { live: true, unsafe: true, bandwidthBytesPerSecond: 2 ** 20, timeoutMs: 1500 };
    expect(await caught(domain.migrateToURI(labPeerUri, options))).toMatchObject({
      code: 'LIBVIRT_TIMEOUT',
      outcomeUnknown: false,
    });
    expect((await domain.getState()).state).toBe('running');
    await removeBoth(domain);
  });
});
