import type { CallOptions } from '@novacron/core';
import type { VolumeReference } from '../definition/disk-spec.ts';
import type { OperationOptions } from './options.ts';

/** A backup that shall be made. */
export interface DiskBackupSpec {
  /** Its name, and that of the checkpoint that is made at the same moment; without slashes. */
  readonly name: string;
  /** The pool in which its images are made. */
  readonly pool: string;
  /** The disks, as the guest sees them. @default all that are written to */
  readonly disks?: readonly string[] | undefined;
  /**
   * Only what has changed since that backup was made, on top of its images. Needs a machine that is on and the checkpoint
   * of that backup.
   */
  readonly since?: DiskBackup | undefined;
}

/** How a backup is made. */
export interface BackupOptions extends OperationOptions {
  /** Let the guest agent freeze the file systems for the moment of the backup. @default false: as after a power cut */
  readonly quiesce?: boolean | undefined;
  /** Told how far it is; what it throws is ignored. */
  readonly onProgress?:
    | ((progress: { readonly processedBytes: number; readonly totalBytes: number }) => void)
    | undefined;
}

/** The images of a backup. */
export interface DiskBackup {
  readonly name: string;
  /** The checkpoint from which the next one can go on; absent when the machine was off. */
  readonly checkpoint?: string | undefined;
  /** What has changed since this one; absent for a full backup. */
  readonly since?: string | undefined;
  /** When it was made, epoch milliseconds. */
  readonly createdMs: number;
  readonly disks: readonly {
    /** As the guest sees it. */
    readonly device: string;
    /** The image: with those below it, the disk as it was. */
    readonly volume: VolumeReference;
    /** What the guest sees, in bytes. */
    readonly sizeBytes: number;
  }[];
}

/** From where on the changes of a machine's disks are known. */
export interface Checkpoint {
  readonly name: string;
  /** The one before it. */
  readonly parent?: string | undefined;
  /** Epoch milliseconds. */
  readonly createdMs: number;
}

/**
 * Images of disks at one moment, in full and of what has changed. Needs `capabilities.backups`. The functions of
 * `@novacron/hypervisor/library` keep books about them, verify and restore.
 */
export interface BackupOperations {
  /**
   * Copies the disks as they are at one moment, while the guest goes on. Whatever goes wrong, the images and the
   * checkpoint are taken back.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when only the changes are asked for and the machine is off;
   * NOVA_HYPERVISOR_NOT_FOUND when there is no such disk, or the checkpoint is gone; NOVA_HYPERVISOR_ALREADY_EXISTS when
   * the name is taken; NOVA_HYPERVISOR_CAPACITY when the pool is full.
   */
  create(vm: string, spec: DiskBackupSpec, options?: BackupOptions): Promise<DiskBackup>;
  /** A machine's checkpoints, the oldest first. */
  checkpoints(vm: string, options?: CallOptions): Promise<readonly Checkpoint[]>;
  /** Forgets a checkpoint; what changed since then counts for the one before it. The machine must be on. */
  deleteCheckpoint(vm: string, checkpoint: string, options?: OperationOptions): Promise<void>;
}
