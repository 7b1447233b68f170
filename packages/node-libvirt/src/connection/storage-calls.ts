import type { CallOptions } from '../rpc/call-options.ts';
import { StoragePool } from '../storage/storage-pool.ts';
import { StorageVolume } from '../storage/storage-volume.ts';
import { NetworkCalls } from './network-calls.ts';

/** The calls of a connection that are about storage. */
export abstract class StorageCalls extends NetworkCalls {
  /** All storage pools. */
  async listAllStoragePools(options?: CallOptions): Promise<StoragePool[]> {
    const { pools } = await this.raw.connectListAllStoragePools({ needResults: 1 }, options);
    return pools.map((reference) => new StoragePool(this.raw, reference));
  }

  /** The storage pool of this name; `LIBVIRT_NO_STORAGE_POOL` when there is none. */
  async lookupStoragePoolByName(name: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this.raw, (await this.raw.storagePoolLookupByName({ name }, options)).pool);
  }

  /** Defines a storage pool from XML; it is not started. */
  async defineStoragePoolXML(xml: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this.raw, (await this.raw.storagePoolDefineXml({ xml }, options)).pool);
  }

  /** The storage volume at this path; `LIBVIRT_NO_STORAGE_VOL` when there is none. */
  async lookupStorageVolumeByPath(path: string, options?: CallOptions): Promise<StorageVolume> {
    return new StorageVolume(this.raw, (await this.raw.storageVolLookupByPath({ path }, options)).vol);
  }
}
