import type { RawCalls } from '../connection/raw-calls.ts';
import { constants } from '../protocol/constants.gen.ts';
import { storageVolumeTypeNames } from '../protocol/names.gen.ts';
import type { NonnullStorageVol } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { flagWord } from '../domain/flags.ts';

/** A volume's type and size. */
export interface StorageVolumeInfo {
  readonly type: (typeof storageVolumeTypeNames)[number] | 'unknown';
  /** The size that a guest sees. */
  readonly capacityBytes: number;
  /** What it takes on the host. */
  readonly allocationBytes: number;
}

/** How a volume is resized. */
export interface ResizeOptions extends CallOptions {
  /** Allow it to become smaller. @default false */
  readonly shrink?: boolean | undefined;
  /** Allocate the room at once. @default false */
  readonly allocate?: boolean | undefined;
}

const resizeBits = {
  shrink: constants.VIR_STORAGE_VOL_RESIZE_SHRINK,
  allocate: constants.VIR_STORAGE_VOL_RESIZE_ALLOCATE,
};

/** A storage volume of libvirt; a reference by key. Its methods reject with {@link LibvirtError}. */
export class StorageVolume {
  private readonly raw: RawCalls;
  private readonly reference: NonnullStorageVol;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullStorageVol) {
    this.raw = raw;
    this.reference = reference;
  }

  /** Its name in its pool. */
  get name(): string {
    return this.reference.name;
  }

  /** Its key, unique on the host. */
  get key(): string {
    return this.reference.key;
  }

  /** The name of its pool. */
  get pool(): string {
    return this.reference.pool;
  }

  /** Its type and size. */
  async getInfo(options?: CallOptions): Promise<StorageVolumeInfo> {
    const info = await this.raw.storageVolGetInfo({ vol: this.reference }, options);
    return {
      type: storageVolumeTypeNames[info.type] ?? 'unknown',
      capacityBytes: info.capacity,
      allocationBytes: info.allocation,
    };
  }

  /** Its path on the host. */
  async getPath(options?: CallOptions): Promise<string> {
    return (await this.raw.storageVolGetPath({ vol: this.reference }, options)).name;
  }

  /** Its XML. */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.raw.storageVolGetXmlDesc({ vol: this.reference }, options)).xml;
  }

  /** Makes it larger, or smaller when that is allowed. */
  resize(capacityBytes: number, options?: ResizeOptions): Promise<void> {
    const flags = flagWord(options, resizeBits);
    return this.raw.storageVolResize({ vol: this.reference, capacity: capacityBytes, flags }, options);
  }

  /** Deletes it and what it holds. */
  delete(options?: CallOptions): Promise<void> {
    return this.raw.storageVolDelete({ vol: this.reference }, options);
  }
}
