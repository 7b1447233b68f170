import type { CallOptions } from '@novacron/core';
import type { StorageVolume } from 'node-libvirt';
import { notFound } from '../../error.ts';
import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { findPool } from './find-pool.ts';

/**
 * The volume of this pool and name.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none.
 */
export async function findVolume(
  host: LibvirtHost,
  { pool, name }: VolumeReference,
  call: CallOptions,
): Promise<StorageVolume> {
  const found = await findPool(host, pool, call);
  try {
    return await found.lookupVolumeByName(name, call);
  } catch (error) {
    throw isNotFound(error) ? notFound('Volume', `${pool}/${name}`) : error;
  }
}

/**
 * The volume of a path. An external snapshot makes files that their pool learns of only when it looks again.
 *
 * @throws {LibvirtError} LIBVIRT_NO_STORAGE_VOL or LIBVIRT_NO_STORAGE_POOL when there is none.
 */
export async function findVolumeAt(host: LibvirtHost, path: string): Promise<StorageVolume> {
  const { connection } = host;
  try {
    return await connection.lookupStorageVolumeByPath(path);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await (await connection.lookupStoragePoolByTargetPath(path.slice(0, path.lastIndexOf('/')))).refresh();
    return connection.lookupStorageVolumeByPath(path);
  }
}
