import type { RawCalls } from '../connection/raw-calls.ts';
import { storagePoolStateNames } from '../protocol/names.gen.ts';
import type { NonnullStoragePool } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { StorageVolume } from './storage-volume.ts';

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
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.raw.storagePoolGetXmlDesc({ pool: this.reference }, options)).xml;
  }

  /** Whether it is started. */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.raw.storagePoolIsActive({ pool: this.reference }, options)).active === 1;
  }

  /** Makes its directory, file system or volume group. */
  build(options?: CallOptions): Promise<void> {
    return this.raw.storagePoolBuild({ pool: this.reference }, options);
  }

  /** Starts it. */
  create(options?: CallOptions): Promise<void> {
    return this.raw.storagePoolCreate({ pool: this.reference }, options);
  }

  /** Stops it; what it holds stays. */
  destroy(options?: CallOptions): Promise<void> {
    return this.raw.storagePoolDestroy({ pool: this.reference }, options);
  }

  /** Removes its definition; what it holds stays. */
  undefine(options?: CallOptions): Promise<void> {
    return this.raw.storagePoolUndefine({ pool: this.reference }, options);
  }

  /** Looks again for what it holds. */
  refresh(options?: CallOptions): Promise<void> {
    return this.raw.storagePoolRefresh({ pool: this.reference }, options);
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

  /** The volume of this name. */
  async lookupVolumeByName(name: string, options?: CallOptions): Promise<StorageVolume> {
    const { vol } = await this.raw.storageVolLookupByName({ pool: this.reference, name }, options);
    return new StorageVolume(this.raw, vol);
  }

  /** Creates a volume from XML. */
  async createVolumeXML(xml: string, options?: CallOptions): Promise<StorageVolume> {
    const { vol } = await this.raw.storageVolCreateXml({ pool: this.reference, xml }, options);
    return new StorageVolume(this.raw, vol);
  }
}
