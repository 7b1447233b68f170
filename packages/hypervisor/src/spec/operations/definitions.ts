import type { VolumeReference } from '../definition/disk-spec.ts';
import type { OperationOptions } from './options.ts';

/** What a machine is defined as, in its driver's own words: for clones, exports and backups. */
export interface VmDefinition {
  /** Whose words: the name of the driver. */
  readonly driver: string;
  /** The machine's name. */
  readonly name: string;
  /** libvirt's domain XML, or the memory driver's JSON. Passwords are left out. */
  readonly text: string;
  /** Its disks and drives with something in them. */
  readonly disks: readonly {
    /** As the guest sees it. */
    readonly device: string;
    /** Media and disks that nobody writes to can be shared. */
    readonly readOnly: boolean;
    /** Its volume; absent when its bytes are in no pool. */
    readonly volume?: VolumeReference | undefined;
    readonly format: 'qcow2' | 'raw';
    /** What the guest sees, in bytes. */
    readonly sizeBytes?: number | undefined;
  }[];
}

/** How a machine is made from a definition. */
export interface DefineVmOptions extends OperationOptions {
  /** Its name. @default that of the definition */
  readonly name?: string | undefined;
  /** The volume of each disk, by device; those that are written to must be named. They belong to the machine then. */
  readonly volumes?: Readonly<Record<string, VolumeReference>> | undefined;
  /**
   * `new`: another id, other MAC addresses, firmware variables anew, so that both can be on. `same`: as it was, for a
   * machine that is gone.
   *
   * @default 'new'
   */
  readonly identity?: 'new' | 'same' | undefined;
}
