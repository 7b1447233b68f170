import { describe, expect, it } from 'vitest';
import { type Connection, procedures as p, StoragePool, StorageVolume } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const pool = { name: 'images', uuid: '00000000-0000-4000-8000-00000000000c' };
const vol = { pool: 'images', name: 'disk', key: '/images/disk' };

describe('a connection, about storage', () => {
  itAsks<Connection>(wire, () => wire.connection, [
    [
      'lists some pools',
      (c) => c.listAllStoragePools({ active: true, rbd: true }),
      p.connectListAllStoragePools,
      { needResults: 1, flags: 2 + 16_384 },
      { pools: [pool], ret: 1 },
      [pool],
    ],
    ['counts pools', (c) => c.numOfStoragePools(), p.connectNumOfStoragePools, undefined, { num: 3 }, 3],
    ['counts others', (c) => c.numOfDefinedStoragePools(), p.connectNumOfDefinedStoragePools, undefined, { num: 1 }, 1],
    [
      'names pools',
      (c) => c.listStoragePools(),
      p.connectListStoragePools,
      { maxnames: 16_384 },
      { names: ['a'] },
      ['a'],
    ],
    [
      'names others',
      (c) => c.listDefinedStoragePools(),
      p.connectListDefinedStoragePools,
      { maxnames: 16_384 },
      { names: ['b'] },
      ['b'],
    ],
    [
      'finds a pool by UUID',
      (c) => c.lookupStoragePoolByUUID(pool.uuid),
      p.storagePoolLookupByUuid,
      { uuid: pool.uuid },
      { pool },
      pool,
    ],
    [
      'finds the pool of a volume',
      (c) => c.lookupStoragePoolByVolume(new StorageVolume(c.raw, vol)),
      p.storagePoolLookupByVolume,
      { vol },
      { pool },
      pool,
    ],
    [
      'finds a pool by its path',
      (c) => c.lookupStoragePoolByTargetPath('/images'),
      p.storagePoolLookupByTargetPath,
      { path: '/images' },
      { pool },
      pool,
    ],
    [
      'defines a pool that fits the schema',
      (c) => c.defineStoragePoolXML('<pool/>', { validate: true }),
      p.storagePoolDefineXml,
      { xml: '<pool/>', flags: 1 },
      { pool },
      pool,
    ],
    [
      'starts a pool that it builds',
      (c) => c.createStoragePoolXML('<pool/>', { withBuild: true, withBuildNoOverwrite: true }),
      p.storagePoolCreateXml,
      { xml: '<pool/>', flags: 5 },
      { pool },
      pool,
    ],
    [
      'looks for what pools could be made of',
      (c) => c.findStoragePoolSources('netfs', '<source/>'),
      p.connectFindStoragePoolSources,
      { type: 'netfs', srcSpec: '<source/>', flags: 0 },
      { xml: '<sources/>' },
      '<sources/>',
    ],
    [
      'tells what pools there can be',
      (c) => c.getStoragePoolCapabilities(),
      p.connectGetStoragePoolCapabilities,
      { flags: 0 },
      { capabilities: '<storagepoolCapabilities/>' },
      '<storagepoolCapabilities/>',
    ],
    [
      'finds a volume by key',
      (c) => c.lookupStorageVolumeByKey(vol.key),
      p.storageVolLookupByKey,
      { key: vol.key },
      { vol },
      { name: 'disk', key: '/images/disk', pool: 'images' },
    ],
  ]);
});

describe('a storage pool, further', () => {
  itAsks<StoragePool>(wire, () => new StoragePool(wire.connection.raw, pool), [
    ['persists', (s) => s.isPersistent(), p.storagePoolIsPersistent, { pool }, { persistent: 1 }, true],
    ['is started with the host', (s) => s.getAutostart(), p.storagePoolGetAutostart, { pool }, { autostart: 1 }, true],
    [
      'has a definition',
      (s) => s.getXMLDesc({ inactive: true }),
      p.storagePoolGetXmlDesc,
      { pool, flags: 1 },
      { xml: '<pool/>' },
      '<pool/>',
    ],
    ['is built over what is there', (s) => s.build({ overwrite: true }), p.storagePoolBuild, { pool, flags: 8 }],
    ['is started and built', (s) => s.create({ withBuild: true }), p.storagePoolCreate, { pool, flags: 1 }],
    ['is deleted', (s) => s.delete({ zeroed: true }), p.storagePoolDelete, { pool, flags: 1 }],
    ['counts its volumes', (s) => s.numOfVolumes(), p.storagePoolNumOfVolumes, { pool }, { num: 2 }, 2],
    [
      'names its volumes',
      (s) => s.listVolumes(),
      p.storagePoolListVolumes,
      { pool, maxnames: 16_384 },
      { names: ['a', 'b'] },
      ['a', 'b'],
    ],
    [
      'creates a volume with its tables',
      (s) => s.createVolumeXML('<volume/>', { preallocMetadata: true }),
      p.storageVolCreateXml,
      { pool, xml: '<volume/>', flags: 1 },
      { vol },
      { name: 'disk', key: '/images/disk', pool: 'images' },
    ],
    [
      'clones a volume',
      (s) => s.createVolumeXMLFrom('<volume/>', new StorageVolume(wire.connection.raw, vol), { reflink: true }),
      p.storageVolCreateXmlFrom,
      { pool, xml: '<volume/>', clonevol: vol, flags: 2 },
      { vol: { ...vol, name: 'clone' } },
      { name: 'clone', key: '/images/disk', pool: 'images' },
    ],
  ]);
});

describe('a storage volume, further', () => {
  const volume = (): StorageVolume => new StorageVolume(wire.connection.raw, vol);
  itAsks<StorageVolume>(wire, volume, [
    [
      'tells the size of its file',
      (v) => v.getInfo({ physical: true }),
      p.storageVolGetInfoFlags,
      { vol, flags: 1 },
      { type: 0, capacity: 1, allocation: 2 },
      { type: 'file', capacityBytes: 1, allocationBytes: 2 },
    ],
    ['grows by some', (v) => v.resize(100, { delta: true }), p.storageVolResize, { vol, capacity: 100, flags: 2 }],
    ['is wiped', (v) => v.wipe(), p.storageVolWipe, { vol, flags: 0 }],
    [
      'is wiped at random',
      (v) => v.wipe({ algorithm: 'random' }),
      p.storageVolWipePattern,
      { vol, algorithm: 8, flags: 0 },
    ],
    ['is deleted with its snapshots', (v) => v.delete({ withSnapshots: true }), p.storageVolDelete, { vol, flags: 2 }],
  ]);

  it('is not wiped by what is no algorithm', async () => {
    expect(await caught(volume().wipe({ algorithm: 'hope' as 'zero' }))).toMatchObject({ kind: 'invalid' });
  });
});
