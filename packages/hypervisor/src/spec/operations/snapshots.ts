import type { CallOptions } from '@novacron/core';
import type { OperationOptions } from './options.ts';

/** A new snapshot. */
export interface SnapshotSpec {
  /** Its name, without slashes. */
  readonly name: string;
  /** Free text. */
  readonly description?: string | undefined;
  /** Keep the memory of a machine that is on, so that it goes on from there. @default true */
  readonly memory?: boolean | undefined;
  /**
   * Where the disks' state is kept: inside their images (`internal`, qcow2 only), or by going on in new files
   * (`external`).
   *
   * @default 'internal'; 'external' without the memory of a machine that is on
   */
  readonly storage?: 'internal' | 'external' | undefined;
  /** Let the guest agent freeze the file systems meanwhile; only external ones without memory. @default false */
  readonly quiesce?: boolean | undefined;
}

/** A snapshot of a machine. */
export interface Snapshot {
  readonly name: string;
  readonly description?: string | undefined;
  /** The one that it was made on. */
  readonly parent?: string | undefined;
  /** When it was made, epoch milliseconds. */
  readonly createdMs: number;
  /** Whether the machine's state descends from it directly. */
  readonly current: boolean;
  /** Whether memory is kept. */
  readonly memory: boolean;
  /** Where the disks' state is kept. */
  readonly storage: 'internal' | 'external';
}

/** How a machine goes back. */
export interface RevertSnapshotOptions extends OperationOptions {
  /** Let it run afterwards, also when it was off then. @default false */
  readonly start?: boolean | undefined;
}

/** What goes with a snapshot. */
export interface DeleteSnapshotOptions extends OperationOptions {
  /** All that were made on it too. @default false: they become those of its parent */
  readonly withChildren?: boolean | undefined;
}

/** One of the images that a disk is made of. */
export interface DiskImage {
  /** Its path on the host. */
  readonly path: string;
  readonly format: string;
}

/** How the images of a disk are merged. */
export interface MergeOptions extends OperationOptions {
  /** The most to move, in bytes a second. @default no limit */
  readonly bandwidthBytesPerSecond?: number | undefined;
  /** Told how far it is; what it throws is ignored. */
  readonly onProgress?:
    | ((progress: { readonly processedBytes: number; readonly totalBytes: number }) => void)
    | undefined;
}

/** Operations on snapshots. Need `capabilities.snapshots`. A snapshot that is not there is NOVA_HYPERVISOR_NOT_FOUND. */
export interface SnapshotOperations {
  /**
   * Makes a snapshot of a machine.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_ALREADY_EXISTS when the machine has one of this name.
   * @throws {HypervisorError} NOVA_HYPERVISOR_UNSUPPORTED when its disks can't hold one.
   */
  create(vm: string, spec: SnapshotSpec, options?: OperationOptions): Promise<Snapshot>;
  /** A machine's snapshots, parents before their children. */
  list(vm: string, options?: CallOptions): Promise<readonly Snapshot[]>;
  /** Takes the machine back to it: its definition, its disks, and its memory if that was kept. */
  revert(vm: string, snapshot: string, options?: RevertSnapshotOptions): Promise<void>;
  /** The images that a disk is made of, the one that is written to first: more than one after an external snapshot. */
  chain(vm: string, device: string, options?: CallOptions): Promise<readonly DiskImage[]>;
  /**
   * Merges the images of a disk into the lowest, while the guest goes on, and deletes the others; external snapshots are
   * gone with that. Without others it does nothing.
   *
   * @returns the chain as it is then.
   * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when the machine is off.
   */
  merge(vm: string, device: string, options?: MergeOptions): Promise<readonly DiskImage[]>;
  /** Deletes it; the machine stays as it is. */
  delete(vm: string, snapshot: string, options?: DeleteSnapshotOptions): Promise<void>;
}
