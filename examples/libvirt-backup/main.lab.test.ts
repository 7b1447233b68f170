import { connect, type Connection, type Domain, type StoragePool, type StorageVolume } from 'node-libvirt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExample } from '../../packages/node-libvirt/test/docs/run-example.ts';
import { diskXml, guestXml, makeImage, remove } from '../../packages/node-libvirt/test/support/guest.ts';
import { labUri, uniqueName } from '../../packages/node-libvirt/test/support/lab.ts';

let connection: Connection;
let pool: StoragePool;
let image: StorageVolume;
let domain: Domain;

/** Writes to the guest's disk as the guest does. */
async function write(pattern: string): Promise<void> {
  await domain.qemuMonitorCommandHMP(`qemu-io -d virtio-disk0/virtio-backend "write ${pattern}"`);
}

async function backupsLeft(): Promise<readonly string[]> {
  await pool.refresh();
  return (await pool.listVolumes()).filter((name) => name.startsWith(`${domain.name}-vda-`)).toSorted();
}

beforeAll(async () => {
  connection = await connect(labUri);
  pool = await connection.lookupStoragePoolByName('lab');
  image = await makeImage(connection, `${uniqueName('origin')}.qcow2`, 32);
  const devices = diskXml('vda', await image.getPath());
  domain = await connection.defineDomainXML(guestXml(uniqueName('saved'), { devices }));
  await domain.create();
  await write('-P 0xab 1M 2M');
});
afterAll(async () => {
  await remove(domain);
  for (const name of await backupsLeft()) await (await pool.lookupVolumeByName(name)).delete();
  await image.delete();
  await connection.close();
});

describe('examples/libvirt-backup', () => {
  const options = ['--connect', labUri, '--pool', 'lab'];

  it(
    'takes a full backup and one of the changes, and proves that they are the disk',
    { timeout: 120_000 },
    async () => {
      const run = startExample('libvirt-backup', ...options, '--wait-ms', '3000', domain.name);
      await run.printed(/Works for 3000 ms/);
      await write('-P 0xcd 2M 1M');
      await write('-P 0xef 20M 1M');
      expect(await run.ended, run.output).toBe(0);
      expect(run.output).toContain('Verified: full + changes are the disk.');
      const [changesKiB = 0, fullKiB = 0] = ['changes', 'full'].map((content) =>
        Number(new RegExp(`${content}.qcow2: (\\d+) KiB`).exec(run.output)?.[1]),
      );
      expect(changesKiB).toBeGreaterThan(2048);
      expect(changesKiB).toBeLessThan(3072);
      expect(fullKiB).toBeGreaterThan(2048);
      expect(await backupsLeft()).toEqual([
        expect.stringMatching(/\.changes\.qcow2$/),
        expect.stringMatching(/\.full\.qcow2$/),
      ]);
      expect(await domain.listAllCheckpoints()).toEqual([]);
      expect((await domain.getState()).state).toBe('running');
      for (const name of (await backupsLeft()).toReversed()) await (await pool.lookupVolumeByName(name)).delete();
    },
  );

  it('leaves nothing behind when it is interrupted', { timeout: 60_000 }, async () => {
    const run = startExample('libvirt-backup', ...options, domain.name);
    await run.printed(/Works for/);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(1);
    expect(run.output).toContain('Stopped; nothing is left behind.');
    expect(await backupsLeft()).toEqual([]);
    expect(await domain.listAllCheckpoints()).toEqual([]);
  });

  it('says what to do about another disk', async () => {
    const run = startExample('libvirt-backup', ...options, '--disk', 'vdz', domain.name);
    expect(await run.ended).toBe(1);
    expect(run.output).toMatch(/vdz.*--disk/);
  });
});
