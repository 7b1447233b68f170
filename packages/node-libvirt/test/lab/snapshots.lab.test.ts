import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect, type Domain, type StorageVolume } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { diskXml, eventually, guestXml, makeImage, remove, untilTrue } from '../support/guest.ts';
import { labUri, uniqueName, virsh } from '../support/lab.ts';

let connection: Connection;
let image: StorageVolume;
let path: string;
let domain: Domain;

beforeAll(async () => {
  connection = await connect(labUri);
});
afterAll(() => connection.close());
beforeEach(async () => {
  image = await makeImage(connection, `${uniqueName('snap')}.qcow2`);
  path = await image.getPath();
  const defined = await connection.defineDomainXML(guestXml(uniqueName('snap'), { devices: diskXml('vda', path) }));
  domain = await defined.create({ paused: true });
});
afterEach(async () => {
  await remove(domain);
  const pool = await connection.lookupStoragePoolByName('lab');
  await pool.refresh();
  const own = (await pool.listAllVolumes()).filter(({ name }) => name.startsWith(image.name.replace('.qcow2', '')));
  await Promise.all(own.map((volume) => volume.delete()));
});

describe('snapshots inside the image', () => {
  it('of a guest that runs are made, reverted to and deleted', async () => {
    const first = await domain.snapshotCreateXML('<domainsnapshot><name>first</name></domainsnapshot>');
    await domain.resume();
    const second = await domain.snapshotCreateXML('<domainsnapshot><name>second</name></domainsnapshot>');
    expect((await virsh('snapshot-list', '--name', domain.name)).trim().split(/\s+/)).toEqual(['first', 'second']);
    expect((await second.getParent()).name).toBe('first');
    await first.revert({ paused: true });
    expect(await domain.getState()).toMatchObject({ state: 'paused', reason: 'from-snapshot' });
    expect((await domain.snapshotCurrent()).name).toBe('first');
    await second.revert({ running: true });
    expect(await domain.getState()).toMatchObject({ state: 'running' });
    await domain.destroy();
    expect(await caught(domain.undefine())).toMatchObject({ kind: 'conflict' });
    await first.delete({ children: true });
    expect(await domain.listAllSnapshots()).toEqual([]);
  });

  it('are written down anew after their books were lost', async () => {
    const made = await domain.snapshotCreateXML('<domainsnapshot><name>kept</name></domainsnapshot>');
    const xml = await made.getXMLDesc({ secure: true });
    await made.delete({ metadataOnly: true });
    expect(await domain.snapshotNum()).toBe(0);
    await domain.snapshotCreateXML(xml, { redefine: true, current: true });
    expect((await domain.listAllSnapshots({ internal: true, metadata: true })).map(({ name }) => name)).toEqual([
      'kept',
    ]);
    expect(await (await domain.snapshotCurrent()).isCurrent()).toBe(true);
  });
});

describe('snapshots in other files', () => {
  const overlayXml = (): string =>
    `<domainsnapshot><disks><disk name='vda'><source file='${path.replace('.qcow2', '.overlay.qcow2')}'/></disk></disks></domainsnapshot>`;

  it('of disks only become part of the image again by a commit', async () => {
    await domain.snapshotCreateXML(overlayXml(), { diskOnly: true, atomic: true, noMetadata: true });
    expect(await domain.getXMLDesc()).toContain('.overlay.qcow2');
    await domain.blockCommit('vda', { active: true, shallow: true, bandwidthBytesPerSecond: 2 ** 30 });
    await untilTrue(async () => {
      const job = await domain.getBlockJobInfo('vda');
      return job !== undefined && job.type === 'active-commit' && job.current === job.end;
    });
    await domain.blockJobAbort('vda', { pivot: true });
    expect(await domain.getXMLDesc()).not.toContain('.overlay.qcow2');
    expect(await domain.getBlockJobInfo('vda')).toBeUndefined();
  });

  it('of disks only take the image in by a pull', async () => {
    await domain.snapshotCreateXML(overlayXml(), { diskOnly: true, noMetadata: true });
    await domain.blockPull('vda');
    await untilTrue(async () => (await domain.getBlockJobInfo('vda')) === undefined);
    expect(await domain.getXMLDesc()).toContain('.overlay.qcow2');
    expect(await domain.getXMLDesc()).not.toContain(`<source file='${path}'/>`);
  });

  it('with memory are made; only their books can be deleted before libvirt 9.9', async () => {
    const memory = path.replace('.qcow2', '.memory');
    const snapshot = await domain.snapshotCreateXML(
      `<domainsnapshot><name>all</name><memory snapshot='external' file='${memory}'/><disks><disk name='vda' snapshot='external'/></disks></domainsnapshot>`,
    );
    expect((await domain.listAllSnapshots({ external: true, active: true })).map(({ name }) => name)).toEqual(['all']);
    await snapshot.delete({ metadataOnly: true });
    expect(await domain.snapshotNum()).toBe(0);
  });
});

describe('checkpoints and backups', () => {
  it('a full backup, then one of what has changed', async () => {
    await domain.resume();
    const full = path.replace('.qcow2', '.full.qcow2');
    const backupXml = (file: string, incremental = ''): string =>
      `<domainbackup mode='push'>${incremental}<disks><disk name='vda' type='file'><target file='${file}'/><driver type='qcow2'/></disk></disks></domainbackup>`;
    await domain.backupBegin(backupXml(full), {
      checkpointXml: '<domaincheckpoint><name>monday</name></domaincheckpoint>',
    });
    await untilTrue(async () => (await domain.getJobStats()).type === 'none');
    expect(await domain.getJobStats({ completed: true, keepCompleted: true })).toMatchObject({
      type: 'completed',
      operation: 'backup',
      success: true,
    });
    const [monday] = await domain.listAllCheckpoints();
    expect(monday?.name).toBe('monday');
    expect(await monday?.getXMLDesc({ noDomain: true, size: true })).toContain('size=');
    await domain.backupBegin(backupXml(path.replace('.qcow2', '.more.qcow2'), '<incremental>monday</incremental>'), {
      checkpointXml: '<domaincheckpoint><name>tuesday</name></domaincheckpoint>',
    });
    await untilTrue(async () => (await domain.getJobStats()).type === 'none');
    const tuesday = await domain.checkpointLookupByName('tuesday');
    expect((await tuesday.getParent()).name).toBe('monday');
    await monday?.delete({ children: true });
    expect(await domain.listAllCheckpoints()).toEqual([]);
  });

  it('a backup that others pull tells where, until it is ended', async () => {
    await domain.resume();
    const scratch = path.replace('.qcow2', '.scratch');
    const socket = `/var/lib/libvirt/qemu/${domain.name}.nbd`;
    await domain.backupBegin(
      `<domainbackup mode='pull'><server transport='unix' socket='${socket}'/><disks><disk name='vda'><scratch file='${scratch}'/></disk></disks></domainbackup>`,
    );
    expect(await domain.backupGetXMLDesc()).toContain(socket);
    await domain.abortJob();
    await untilTrue(async () => (await domain.getJobStats()).type === 'none');
  });
});

describe('a raw disk', () => {
  it('can be looked into', async () => {
    const pool = await connection.lookupStoragePoolByName('lab');
    const name = image.name.replace('.qcow2', '.raw');
    const volume = await pool.createVolumeXML(
      `<volume><name>${name}</name><capacity unit='MiB'>1</capacity><target><format type='raw'/></target></volume>`,
    );
    const devices = diskXml('vda', await volume.getPath(), 'raw');
    const other = await connection.createDomainXML(guestXml(uniqueName('raw'), { devices }), { paused: true });
    expect(await other.blockPeek('vda', 4096, 3)).toEqual(Uint8Array.of(0, 0, 0));
    await remove(other);
  });
});

describe('what moves blocks about', () => {
  it('copies a disk and switches over to the copy', async () => {
    await domain.resume();
    const copy = path.replace('.qcow2', '.copy.qcow2');
    const destination = `<disk type='file'><source file='${copy}'/><driver type='qcow2'/></disk>`;
    await domain.blockCopy('vda', destination, {
      transientJob: true,
      granularityBytes: 65_536,
      bandwidthBytesPerSecond: 2 ** 28,
    });
    await domain.blockJobSetSpeed('vda', 2 ** 29);
    await untilTrue(async () => {
      const job = await domain.getBlockJobInfo('vda');
      return job?.type === 'copy' && job.current === job.end;
    });
    await eventually(() => domain.blockJobAbort('vda', { pivot: true }));
    expect(await domain.getXMLDesc()).toContain(copy);
  });

  it('rebases an overlay, resizes a disk, limits it, watches it and looks into it', async () => {
    await domain.snapshotCreateXML(
      `<domainsnapshot><disks><disk name='vda'><source file='${path.replace('.qcow2', '.top.qcow2')}'/></disk></disks></domainsnapshot>`,
      { diskOnly: true, noMetadata: true },
    );
    await domain.blockRebase('vda', undefined);
    await untilTrue(async () => (await domain.getBlockJobInfo('vda')) === undefined);
    await domain.blockResize('vda', 32 * 2 ** 20);
    expect((await domain.getBlockInfo('vda')).capacityBytes).toBe(32 * 2 ** 20);
    const tune = { readBytesPerSecond: 2 ** 20, writeRequestsPerSecond: 50, groupName: 'slow' };
    await domain.setBlockIoTune('vda', tune);
    expect(await domain.getBlockIoTune('vda')).toMatchObject(tune);
    await domain.setBlockThreshold('vda', 2 ** 20);
    expect(await caught(domain.blockPeek('vda', 0, 3))).toMatchObject({ kind: 'unsupported' }); // it is not raw
    expect(await domain.blockStats('vda')).toMatchObject({ readBytes: expect.any(Number) as number });
    expect((await domain.blockStatsFlags('vda')).flushRequests).toBeDefined();
  });
});
