import type { RawCalls } from '../connection/raw-calls.ts';
import { flagWord } from '../domain/flags.ts';
import { storagePoolStateNames } from '../protocol/names.gen.ts';
import { REMOTE_STORAGE_VOL_LIST_MAX } from '../protocol/remote-constants.gen.ts';
import type { NonnullStoragePool } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import {
  storagePoolBuildBits,
  type StoragePoolBuildOptions,
  storagePoolCreateBits,
  type StoragePoolCreateOptions,
  storagePoolDeleteBits,
  type StoragePoolDeleteOptions,
  storageXmlBits,
  type StorageXMLOptions,
} from './pool-options.ts';
import { StorageVolume } from './storage-volume.ts';
import { volumeCreateBits, type VolumeCreateOptions } from './volume-options.ts';

/** A pool's state and room. */
export interface StoragePoolInfo {
  readonly state: (typeof storagePoolStateNames)[number] | 'unknown';
  readonly capacityBytes: number;
  readonly allocationBytes: number;
  readonly availableBytes: number;
}

/** A storage pool of libvirt; a reference by UUID. Its methods reject with {@link LibvirtError}. */
export class StoragePool {
  private readonly raw: RawCalls;
  private readonly reference: NonnullStoragePool;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullStoragePool) {
    this.raw = raw;
    this.reference = reference;
  }

  /** Its name. */
  get name(): string {
    return this.reference.name;
  }

  /** Its UUID, in lower case with hyphens. */
  get uuid(): string {
    return this.reference.uuid;
  }

  /** The reference that raw calls take as `pool`. */
  get pool(): NonnullStoragePool {
    return this.reference;
  }

  /** Its state and room. */
  async getInfo(options?: CallOptions): Promise<StoragePoolInfo> {
    const info = await this.raw.storagePoolGetInfo({ pool: this.reference }, options);
    return {
      state: storagePoolStateNames[info.state] ?? 'unknown',
      capacityBytes: info.capacity,
      allocationBytes: info.allocation,
      availableBytes: info.available,
    };
  }

  /** Its XML. */
  async getXMLDesc(options?: StorageXMLOptions): Promise<string> {
    const flags = flagWord(options, storageXmlBits);
    return (await this.raw.storagePoolGetXmlDesc({ pool: this.reference, flags }, options)).xml;
  }

  /** Whether it is started. */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.raw.storagePoolIsActive({ pool: this.reference }, options)).active === 1;
  }

  /** Whether it has a definition that outlives its stop. */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.raw.storagePoolIsPersistent({ pool: this.reference }, options)).persistent === 1;
  }

  /** Makes its directory, file system or volume group. */
  build(options?: StoragePoolBuildOptions): Promise<void> {
    const flags = flagWord(options, storagePoolBuildBits);
    return this.raw.storagePoolBuild({ pool: this.reference, flags }, options);
  }

  /** Starts it. */
  create(options?: StoragePoolCreateOptions): Promise<void> {
    const flags = flagWord(options, storagePoolCreateBits);
    return this.raw.storagePoolCreate({ pool: this.reference, flags }, options);
  }

  /** Stops it; what it holds stays. */
  destroy(options?: CallOptions): Promise<void> {
    return this.raw.storagePoolDestroy({ pool: this.reference }, options);
  }

  /** Deletes what it consists of, and all that it holds; it must be stopped. */
  delete(options?: StoragePoolDeleteOptions): Promise<void> {
    const flags = flagWord(options, storagePoolDeleteBits);
    return this.raw.storagePoolDelete({ pool: this.reference, flags }, options);
  }

  /** Removes its definition; what it holds stays. */
  undefine(options?: CallOptions): Promise<void> {
    return this.raw.storagePoolUndefine({ pool: this.reference }, options);
  }

  /** Looks again for what it holds. */
  refresh(options?: CallOptions): Promise<void> {
    return this.raw.storagePoolRefresh({ pool: this.reference }, options);
  }

  /** Whether it is started with the host. */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.raw.storagePoolGetAutostart({ pool: this.reference }, options)).autostart === 1;
  }

  /** Sets whether it is started with the host. */
  setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.raw.storagePoolSetAutostart({ pool: this.reference, autostart: autostart ? 1 : 0 }, options);
  }

  /** Its volumes. */
  async listAllVolumes(options?: CallOptions): Promise<StorageVolume[]> {
    const { vols } = await this.raw.storagePoolListAllVolumes({ pool: this.reference, needResults: 1 }, options);
    return vols.map((volume) => new StorageVolume(this.raw, volume));
  }

  /** How many volumes it has. */
  async numOfVolumes(options?: CallOptions): Promise<number> {
    return (await this.raw.storagePoolNumOfVolumes({ pool: this.reference }, options)).num;
  }

  /** The names of its volumes. */
  async listVolumes(options?: CallOptions): Promise<readonly string[]> {
    const args = { pool: this.reference, maxnames: REMOTE_STORAGE_VOL_LIST_MAX };
    return (await this.raw.storagePoolListVolumes(args, options)).names;
  }

  /** The volume of this name. */
  async lookupVolumeByName(name: string, options?: CallOptions): Promise<StorageVolume> {
    const { vol } = await this.raw.storageVolLookupByName({ pool: this.reference, name }, options);
    return new StorageVolume(this.raw, vol);
  }

  /** Creates a volume from XML. A qcow2 image needs `<compat>1.1</compat>` for checkpoints. */
  async createVolumeXML(xml: string, options?: VolumeCreateOptions): Promise<StorageVolume> {
    const flags = flagWord(options, volumeCreateBits);
    const { vol } = await this.raw.storageVolCreateXml({ pool: this.reference, xml, flags }, options);
    return new StorageVolume(this.raw, vol);
  }

  /** Creates a volume from XML with what another one holds, which may be in another pool of the host. */
  async createVolumeXMLFrom(
    xml: string,
    original: StorageVolume,
    options?: VolumeCreateOptions,
  ): Promise<StorageVolume> {
    const flags = flagWord(options, volumeCreateBits);
    const args = { pool: this.reference, xml, clonevol: original.vol, flags };
    return new StorageVolume(this.raw, (await this.raw.storageVolCreateXmlFrom(args, options)).vol);
  }

  /** Its name and UUID. */
  toJSON(): { name: string; uuid: string } {
    return { name: this.name, uuid: this.uuid };
  }
}
