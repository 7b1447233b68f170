import type { CallOptions } from '@novacron/core';
import type { StoragePool } from 'node-libvirt';
import { notFound } from '../../error.ts';
import { isNotFound, isUuid, type LibvirtHost } from '../libvirt-host.ts';

/**
 * The pool of this name or UUID.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when there is none.
 */
export async function findPool(host: LibvirtHost, pool: string, call: CallOptions): Promise<StoragePool> {
  try {
    if (isUuid(pool)) return await host.connection.lookupStoragePoolByUUID(pool, call);
    return await host.connection.lookupStoragePoolByName(pool, call);
  } catch (error) {
    throw isNotFound(error) ? notFound('Pool', pool) : error;
  }
}
