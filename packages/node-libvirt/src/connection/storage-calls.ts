import { flagWord } from '../domain/flags.ts';
import { REMOTE_STORAGE_POOL_LIST_MAX } from '../protocol/remote-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import {
  listStoragePoolsBits,
  type ListStoragePoolsOptions,
  storagePoolCreateBits,
  type StoragePoolCreateOptions,
  storagePoolDefineBits,
  type StoragePoolDefineOptions,
} from '../storage/pool-options.ts';
import { StoragePool } from '../storage/storage-pool.ts';
import { StorageVolume } from '../storage/storage-volume.ts';
import { NetworkCalls } from './network-calls.ts';

/** The calls of a connection that are about storage. */
export abstract class StorageCalls extends NetworkCalls {
  /** All storage pools, or those that the options name. */
  async listAllStoragePools(options?: ListStoragePoolsOptions): Promise<StoragePool[]> {
    const flags = flagWord(options, listStoragePoolsBits);
    const { pools } = await this.raw.connectListAllStoragePools({ needResults: 1, flags }, options);
    return pools.map((reference) => new StoragePool(this.raw, reference));
  }

  /** How many storage pools are started. */
  async numOfStoragePools(options?: CallOptions): Promise<number> {
    return (await this.raw.connectNumOfStoragePools(options)).num;
  }

  /** How many storage pools are defined and not started. */
  async numOfDefinedStoragePools(options?: CallOptions): Promise<number> {
    return (await this.raw.connectNumOfDefinedStoragePools(options)).num;
  }

  /** The names of the storage pools that are started. */
  async listStoragePools(options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.connectListStoragePools({ maxnames: REMOTE_STORAGE_POOL_LIST_MAX }, options)).names;
  }

  /** The names of the storage pools that are defined and not started. */
  async listDefinedStoragePools(options?: CallOptions): Promise<readonly string[]> {
    return (await this.raw.connectListDefinedStoragePools({ maxnames: REMOTE_STORAGE_POOL_LIST_MAX }, options)).names;
  }

  /** The storage pool of this name; `LIBVIRT_NO_STORAGE_POOL` when there is none. */
  async lookupStoragePoolByName(name: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this.raw, (await this.raw.storagePoolLookupByName({ name }, options)).pool);
  }

  /** The storage pool of this UUID; `LIBVIRT_NO_STORAGE_POOL` when there is none. */
  async lookupStoragePoolByUUID(uuid: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this.raw, (await this.raw.storagePoolLookupByUuid({ uuid }, options)).pool);
  }

  /** The storage pool that a volume is in. */
  async lookupStoragePoolByVolume(volume: StorageVolume, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this.raw, (await this.raw.storagePoolLookupByVolume({ vol: volume.vol }, options)).pool);
  }

  /** The storage pool whose target is this path; `LIBVIRT_NO_STORAGE_POOL` when there is none. */
  async lookupStoragePoolByTargetPath(path: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this.raw, (await this.raw.storagePoolLookupByTargetPath({ path }, options)).pool);
  }

  /** Defines a storage pool from XML; it is not started. */
  async defineStoragePoolXML(xml: string, options?: StoragePoolDefineOptions): Promise<StoragePool> {
    const flags = flagWord(options, storagePoolDefineBits);
    return new StoragePool(this.raw, (await this.raw.storagePoolDefineXml({ xml, flags }, options)).pool);
  }

  /** Starts a transient storage pool from XML: it vanishes when it is stopped; what it holds stays. */
  async createStoragePoolXML(xml: string, options?: StoragePoolCreateOptions): Promise<StoragePool> {
    const flags = flagWord(options, storagePoolCreateBits);
    return new StoragePool(this.raw, (await this.raw.storagePoolCreateXml({ xml, flags }, options)).pool);
  }

  /** What storage pools of a type (`netfs`, `iscsi`, `logical`, ...) could be made of, as XML. */
  async findStoragePoolSources(type: string, sourceSpecXml?: string, options?: CallOptions): Promise<string> {
    return (await this.raw.connectFindStoragePoolSources({ type, srcSpec: sourceSpecXml }, options)).xml;
  }

  /** What types of storage pools the daemon has, as XML. */
  async getStoragePoolCapabilities(options?: CallOptions): Promise<string> {
    return (await this.raw.connectGetStoragePoolCapabilities({}, options)).capabilities;
  }

  /** The storage volume at this path; `LIBVIRT_NO_STORAGE_VOL` when there is none. */
  async lookupStorageVolumeByPath(path: string, options?: CallOptions): Promise<StorageVolume> {
    return new StorageVolume(this.raw, (await this.raw.storageVolLookupByPath({ path }, options)).vol);
  }

  /** The storage volume of this key; `LIBVIRT_NO_STORAGE_VOL` when there is none. */
  async lookupStorageVolumeByKey(key: string, options?: CallOptions): Promise<StorageVolume> {
    return new StorageVolume(this.raw, (await this.raw.storageVolLookupByKey({ key }, options)).vol);
  }
}
