import type { PoolSpec, VolumeSpec } from '@novacron/hypervisor';
import { validateXML } from 'node-libvirt/xml';
import { describe, expect, it } from 'vitest';
import { poolXml } from '../../src/libvirt/storage/pool-xml.ts';
import { poolProblems } from '../../src/validate/check-pool.ts';
import { volumeProblems } from '../../src/validate/check-volume.ts';

const secret = '6f0f8b4e-3f6b-4f57-9b0a-0c6f0e7a4d11';
const hosts = [{ name: 'storage.example', port: 3260 }];

describe('a pool', () => {
  it.each<PoolSpec>([
    { name: 'folder', path: '/srv/images' },
    { name: 'mounted', type: 'fs', path: '/mnt', source: '/dev/sdb1', format: 'ext4' },
    { name: 'nfs', type: 'netfs', path: '/mnt', hosts: [{ name: 'nas' }], source: '/export', format: 'nfs' },
    { name: 'lvm', type: 'logical', sourceName: 'vg0', path: '/dev/vg0' },
    {
      name: 'iscsi',
      type: 'iscsi',
      path: '/dev/disk/by-path',
      hosts,
      source: 'iqn.2026-01.example:a',
      login: { user: 'u', secret },
    },
    { name: 'ceph', type: 'rbd', hosts, sourceName: 'pool', login: { user: 'admin', secret } },
    { name: 'zfs', type: 'zfs', sourceName: 'tank' },
    { name: 'gluster', type: 'gluster', hosts: [{ name: 'g' }], sourceName: 'vol', source: '/' },
  ])('$name is right, and libvirt’s schema says so too', (spec) => {
    expect(poolProblems(spec)).toEqual([]);
    expect(validateXML('storagepool', poolXml(spec))).toEqual([]);
  });

  it.each<[PoolSpec, readonly string[]]>([
    [{ name: 'a' }, ['path']],
    [{ name: '', path: 'relative' }, ['name', 'path']],
    [{ name: 'a', type: 'netfs', path: '/mnt' }, ['hosts', 'source']],
    [{ name: 'a', type: 'floppy' as never }, ['type']],
    [{ name: 'a', path: '/a', login: { user: '', secret: 'plain' } }, ['login.user', 'login.secret']],
    [{ name: 'a', type: 'rbd', sourceName: 'p', hosts: [{ name: 'h', port: 0 }] }, ['hosts[0].port']],
  ])('%j is refused at %j', (spec, paths) => {
    expect(poolProblems(spec).map(({ path }) => path)).toEqual(paths);
  });
});

describe('a volume', () => {
  const image = { pool: 'p', name: 'i' };

  it.each<[Partial<VolumeSpec>, readonly string[]]>([
    [{ sizeBytes: 1 }, []],
    [{ image }, []],
    [{ backing: image }, []],
    [{}, ['sizeBytes']],
    [{ sizeBytes: 1.5 }, ['sizeBytes']],
    [{ image, backing: image }, ['image']],
    [{ backing: image, format: 'raw' }, ['format']],
    [{ sizeBytes: 1, name: '..\u0000' }, ['name']],
  ])('of %j has problems at %j', (fields, paths) => {
    expect(volumeProblems({ pool: 'p', name: 'v', ...fields }).map(({ path }) => path)).toEqual(paths);
  });

  it('that is none is refused', () => {
    expect(volumeProblems(7 as never)[0]?.message).toBe('must be an object, not 7');
    expect(poolProblems([] as never)[0]?.message).toBe('must be an object, not a list');
  });
});
