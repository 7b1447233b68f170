import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, procedures, type StoragePool, type StorageVolume } from '../../src/index.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';
import { caught } from '../support/caught.ts';
import { Failure, FakeDaemon } from '../../src/testing/fake-daemon.ts';

const pool = { name: 'images', uuid: '00000000-0000-4000-8000-00000000000c' };
const vol = { pool: 'images', name: 'disk.qcow2', key: '/var/lib/images/disk.qcow2' };

let server: FakeDaemon;
let connection: Connection;
let asked: unknown[];

beforeAll(async () => {
  server = await FakeDaemon.start();
  connection = await server.connect();
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

function answer<Args, Ret>(procedure: Procedure<Args, Ret>, value: Ret): void {
  server.on(procedure, ({ args }) => {
    asked.push(args);
    return value;
  });
}

async function lookupPool(): Promise<StoragePool> {
  server.on(procedures.storagePoolLookupByName, () => ({ pool }));
  return connection.lookupStoragePoolByName('images');
}

async function lookupVolume(): Promise<StorageVolume> {
  server.on(procedures.storageVolLookupByPath, () => ({ vol }));
  return connection.lookupStorageVolumeByPath(vol.key);
}

describe('a storage pool', () => {
  it('is listed, found and defined', async () => {
    answer(procedures.connectListAllStoragePools, { pools: [pool], ret: 1 });
    answer(procedures.storagePoolDefineXml, { pool });
    expect((await connection.listAllStoragePools()).map(({ name, uuid }) => ({ name, uuid }))).toEqual([pool]);
    expect((await connection.defineStoragePoolXML('<pool/>')).name).toBe('images');
    expect((await lookupPool()).uuid).toBe(pool.uuid);
    expect(asked).toEqual([
      { needResults: 1, flags: 0 },
      { xml: '<pool/>', flags: 0 },
    ]);
  });

  it('tells its state and room in bytes', async () => {
    answer(procedures.storagePoolGetInfo, { state: 2, capacity: 2 ** 50, allocation: 5, available: 6 });
    expect(await (await lookupPool()).getInfo()).toEqual({
      state: 'running',
      capacityBytes: 2 ** 50,
      allocationBytes: 5,
      availableBytes: 6,
    });
    answer(procedures.storagePoolGetInfo, { state: 77, capacity: 0, allocation: 0, available: 0 });
    expect((await (await lookupPool()).getInfo()).state).toBe('unknown');
  });

  it('tells its XML and whether it is active', async () => {
    answer(procedures.storagePoolGetXmlDesc, { xml: '<pool/>' });
    answer(procedures.storagePoolIsActive, { active: 0 });
    expect(await (await lookupPool()).getXMLDesc()).toBe('<pool/>');
    expect(await (await lookupPool()).isActive()).toBe(false);
  });

  it.each<[string, (p: StoragePool) => Promise<void>, Procedure<never, void>, unknown]>([
    ['build', (p) => p.build(), procedures.storagePoolBuild, { pool, flags: 0 }],
    ['create', (p) => p.create(), procedures.storagePoolCreate, { pool, flags: 0 }],
    ['destroy', (p) => p.destroy(), procedures.storagePoolDestroy, { pool }],
    ['undefine', (p) => p.undefine(), procedures.storagePoolUndefine, { pool }],
    ['refresh', (p) => p.refresh(), procedures.storagePoolRefresh, { pool, flags: 0 }],
    ['setAutostart', (p) => p.setAutostart(false), procedures.storagePoolSetAutostart, { pool, autostart: 0 }],
  ])('%s asks the daemon for just that', async (_, act, procedure, expected) => {
    answer(procedure as Procedure<unknown, void>, undefined);
    await act(await lookupPool());
    expect(asked).toEqual([expected]);
  });

  it('lists, finds and creates volumes', async () => {
    answer(procedures.storagePoolListAllVolumes, { vols: [vol], ret: 1 });
    answer(procedures.storageVolLookupByName, { vol });
    answer(procedures.storageVolCreateXml, { vol });
    const images = await lookupPool();
    expect((await images.listAllVolumes()).map(({ name, key, pool: owner }) => [name, key, owner])).toEqual([
      ['disk.qcow2', vol.key, 'images'],
    ]);
    expect((await images.lookupVolumeByName('disk.qcow2')).key).toBe(vol.key);
    expect((await images.createVolumeXML('<volume/>')).name).toBe('disk.qcow2');
    expect(asked).toEqual([
      { pool, needResults: 1, flags: 0 },
      { pool, name: 'disk.qcow2' },
      { pool, xml: '<volume/>', flags: 0 },
    ]);
  });

  it('that has no room left says so', async () => {
    server.on(
      procedures.storageVolCreateXml,
      () => new Failure({ code: 38, domain: 18, int1: 28, message: 'No space left' }),
    );
    const error = await caught((await lookupPool()).createVolumeXML('<volume/>'));
    expect(error).toMatchObject({ kind: 'capacity', domainName: 'storage', retryable: false });
  });
});

describe('a storage volume', () => {
  it('tells its type, size, path and XML', async () => {
    answer(procedures.storageVolGetInfo, { type: 0, capacity: 100, allocation: 50 });
    answer(procedures.storageVolGetPath, { name: vol.key });
    answer(procedures.storageVolGetXmlDesc, { xml: '<volume/>' });
    const volume = await lookupVolume();
    expect(await volume.getInfo()).toEqual({ type: 'file', capacityBytes: 100, allocationBytes: 50 });
    expect(await volume.getPath()).toBe(vol.key);
    expect(await volume.getXMLDesc()).toBe('<volume/>');
    answer(procedures.storageVolGetInfo, { type: 99, capacity: 0, allocation: 0 });
    expect((await volume.getInfo()).type).toBe('unknown');
  });

  it('is resized with the flags of the options, and deleted', async () => {
    answer(procedures.storageVolResize, undefined);
    answer(procedures.storageVolDelete, undefined);
    const volume = await lookupVolume();
    await volume.resize(4096, { shrink: true, allocate: true });
    await volume.delete();
    expect(asked).toEqual([
      { vol, capacity: 4096, flags: 5 },
      { vol, flags: 0 },
    ]);
  });
});
