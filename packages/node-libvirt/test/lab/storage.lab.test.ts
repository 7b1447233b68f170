import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type StoragePool } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { labGuest, labUri, uniqueName, virsh } from '../support/lab.ts';

let connection: Connection;
let pool: StoragePool;
let path: string;

beforeAll(async () => {
  connection = await connect(labUri);
  const name = uniqueName('pool');
  path = `${dirname(labGuest)}/${name}`;
  pool = await connection.defineStoragePoolXML(
    `<pool type='dir'><name>${name}</name><target><path>${path}</path></target></pool>`,
    { validate: true },
  );
});
afterAll(async () => {
  await pool.destroy().catch(() => {});
  await pool.undefine().catch(() => {});
  rmSync(path, { recursive: true, force: true });
  await connection.close();
});

function volumeXml(name: string, format: 'qcow2' | 'raw', sizeMiB: number, rest = ''): string {
  return `<volume><name>${name}</name><capacity unit='MiB'>${sizeMiB}</capacity><target><format type='${format}'/></target>${rest}</volume>`;
}

describe('a storage pool', () => {
  it('is built, started, autostarted and found', async () => {
    expect(await pool.isPersistent()).toBe(true);
    await pool.build();
    await pool.create();
    await pool.setAutostart(true);
    expect(await pool.getAutostart()).toBe(true);
    expect(await connection.listStoragePools()).toContain(pool.name);
    expect((await connection.listAllStoragePools({ autostart: true, dir: true })).map(({ uuid }) => uuid)).toContain(
      pool.uuid,
    );
    expect((await connection.lookupStoragePoolByTargetPath(path)).uuid).toBe(pool.uuid);
    await pool.setAutostart(false);
    expect(await pool.getXMLDesc({ inactive: true })).toContain(path);
    expect(await connection.getStoragePoolCapabilities()).toContain("<pool type='dir'");
  });

  it('is transient when it is only started', async () => {
    const name = uniqueName('transient');
    const own = `${dirname(labGuest)}/${name}`;
    const transient = await connection.createStoragePoolXML(
      `<pool type='dir'><name>${name}</name><target><path>${own}</path></target></pool>`,
      { withBuild: true },
    );
    expect(await transient.isPersistent()).toBe(false);
    await transient.destroy();
    expect(await caught(connection.lookupStoragePoolByName(name))).toMatchObject({ code: 'LIBVIRT_NO_STORAGE_POOL' });
    rmSync(own, { recursive: true });
  });

  it('is deleted with its directory', async () => {
    const name = uniqueName('deleted');
    const own = `${dirname(labGuest)}/${name}`;
    mkdirSync(own);
    const doomed = await connection.defineStoragePoolXML(
      `<pool type='dir'><name>${name}</name><target><path>${own}</path></target></pool>`,
    );
    await doomed.delete();
    await doomed.undefine();
    mkdirSync(own); // it is gone
    rmSync(own, { recursive: true });
  });
});

describe('a storage volume', () => {
  it('is created, cloned in full and linked, resized and deleted, as virsh and qemu-img see it', async () => {
    const base = await pool.createVolumeXML(volumeXml('base.qcow2', 'qcow2', 8), { preallocMetadata: true });
    expect((await base.getInfo()).capacityBytes).toBe(8 * 2 ** 20);
    expect((await base.getInfo({ physical: true })).allocationBytes).toBeGreaterThan(0);
    const full = await pool.createVolumeXMLFrom(volumeXml('full.raw', 'raw', 8), base);
    const linked = await pool.createVolumeXML(
      volumeXml(
        'linked.qcow2',
        'qcow2',
        8,
        `<backingStore><path>${await base.getPath()}</path><format type='qcow2'/></backingStore>`,
      ),
    );
    expect([...(await pool.listVolumes())].toSorted()).toEqual(['base.qcow2', 'full.raw', 'linked.qcow2']);
    expect(await pool.numOfVolumes()).toBe(3);
    expect(await virsh('vol-list', pool.name)).toContain('linked.qcow2');
    const info = JSON.parse(
      execFileSync('qemu-img', ['info', '--output=json', await linked.getPath()], { encoding: 'utf8' }),
    ) as { 'backing-filename': string };
    expect(info['backing-filename']).toBe(await base.getPath());
    await base.resize(16 * 2 ** 20);
    await base.resize(2 ** 20, { delta: true });
    expect((await base.getInfo()).capacityBytes).toBe(17 * 2 ** 20);
    expect(await caught(base.resize(2 ** 20))).toMatchObject({ kind: 'invalid' });
    await full.wipe();
    await full.wipe({ algorithm: 'zero' });
    expect((await pool.lookupVolumeByName('full.raw')).key).toBe(full.key);
    await full.resize(4 * 2 ** 20, { shrink: true });
    expect((await connection.lookupStorageVolumeByKey(full.key)).name).toBe('full.raw');
    expect((await connection.lookupStoragePoolByVolume(full)).uuid).toBe(pool.uuid);
    expect(await caught(pool.createVolumeXML(volumeXml('base.qcow2', 'qcow2', 1)))).toMatchObject({
      code: 'LIBVIRT_STORAGE_VOL_EXIST',
      kind: 'already-exists',
    });
    for (const volume of [linked, full, base]) await volume.delete();
    expect(await pool.numOfVolumes()).toBe(0);
  });

  it('that does not fit says so', async () => {
    const error = await caught(
      pool.createVolumeXML(
        `<volume><name>huge</name><capacity unit='PiB'>4</capacity><allocation unit='PiB'>4</allocation><target><format type='raw'/></target></volume>`,
      ),
    );
    expect(['capacity', 'internal']).toContain(error.kind);
    expect(error.libvirtCode).toBe(38);
  });
});
