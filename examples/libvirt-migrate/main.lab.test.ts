import { connect, type Connection, type Domain, LibvirtError } from 'node-libvirt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExample } from '../../packages/node-libvirt/test/docs/run-example.ts';
import { guestXml, remove } from '../../packages/node-libvirt/test/support/guest.ts';
import { labPeerUri, labUri, uniqueName } from '../../packages/node-libvirt/test/support/lab.ts';

let here: Connection;
let there: Connection;

beforeAll(async () => {
  [here, there] = await Promise.all([connect(labUri), connect(labPeerUri)]);
});
afterAll(() => Promise.all([here.close(), there.close()]));

/** A persistent guest that writes to its memory all the time, for a moment already. */
async function busyGuest(): Promise<Domain> {
  const domain = await here.defineDomainXML(guestXml(uniqueName('moving'), { kernel: true, busy: true }));
  await domain.create();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  return domain;
}

async function removeBoth(domain: Domain): Promise<void> {
  for (const connection of [here, there]) {
    const left = await connection.lookupDomainByUUID(domain.uuid).catch(() => undefined);
    if (left !== undefined) await remove(left);
  }
}

describe('examples/libvirt-migrate', () => {
  it('moves a guest with its definition, and says how far it is', { timeout: 90_000 }, async () => {
    const domain = await busyGuest();
    try {
      const hosts = ['--connect', labUri, '--to', labPeerUri];
      const run = startExample(
        'libvirt-migrate',
        ...hosts,
        '--max-downtime-ms',
        '1000',
        '--bandwidth-mib',
        '64',
        domain.name,
      );
      expect(await run.ended, run.output).toBe(0);
      expect(run.output).toMatch(/\d+ of \d+ MiB left, round \d+, \d+ MiB\/s/);
      expect(run.output).toMatch(new RegExp(`${domain.name} is running on .* after .* s; it stood still for \\d+ ms`));
      expect(await (await there.lookupDomainByUUID(domain.uuid)).isPersistent()).toBe(true);
      const left: unknown = await here.lookupDomainByUUID(domain.uuid).catch((error: unknown) => error);
      expect(LibvirtError.isInstance(left) && left.kind).toBe('not-found');
    } finally {
      await removeBoth(domain);
    }
  });

  it('leaves the guest where it was when it is interrupted', { timeout: 90_000 }, async () => {
    const domain = await busyGuest();
    try {
      const hosts = ['--connect', labUri, '--to', labPeerUri];
      const run = startExample('libvirt-migrate', ...hosts, '--bandwidth-mib', '1', domain.name);
      await run.printed(/MiB left/);
      run.child.kill('SIGINT');
      expect(await run.ended).toBe(1);
      expect(run.output).toContain(`Stopped; ${domain.name} stays where it was.`);
      expect((await domain.getState()).state).toBe('running');
      expect(await there.lookupDomainByUUID(domain.uuid).catch(() => 'not there')).toBe('not there');
    } finally {
      await removeBoth(domain);
    }
  });

  it('says what a domain lacks', async () => {
    const run = startExample('libvirt-migrate', '--connect', labUri, '--to', labPeerUri, 'no-such-domain');
    expect(await run.ended).toBe(1);
    expect(run.output).toMatch(/no-such-domain.*examples\/libvirt-list/);
  });
});
