import { formatStoragePoolXML, type StoragePoolXML } from 'node-libvirt/xml';
import type { PoolSpec } from '../../spec/operations/pools.ts';

/** The XML of a pool (<https://libvirt.org/formatstorage.html#storage-pool-xml>). */
export function poolXml({ name, type = 'dir', path, ...source }: PoolSpec, uuid?: string): string {
  return formatStoragePoolXML({
    type,
    name,
    uuid,
    source: type === 'dir' ? undefined : poolSource(type, source),
    target: path === undefined ? undefined : { path },
  });
}

function poolSource(
  type: string,
  { hosts, source, sourceName, format, login }: Omit<PoolSpec, 'name' | 'type' | 'path'>,
): StoragePoolXML['source'] {
  const isDevice = type === 'fs' || type === 'logical' || type === 'iscsi';
  return {
    host: hosts?.map(({ name, port }) => ({ name, port })),
    device: isDevice && source !== undefined ? [{ path: source }] : undefined,
    dir: !isDevice && source !== undefined ? { path: source } : undefined,
    name: sourceName === undefined ? undefined : [sourceName],
    format: format === undefined ? undefined : { type: format as 'auto' },
    auth: login && {
      type: type === 'rbd' ? 'ceph' : 'chap',
      username: login.user,
      secret: { uuid: login.secret },
    },
  };
}
