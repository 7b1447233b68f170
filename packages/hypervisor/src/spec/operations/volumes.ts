import type { CallOptions } from '@novacron/core';
import type { VolumeEncryption, VolumeReference } from '../definition/disk-spec.ts';
import type { UploadSource } from '../definition/upload-source.ts';
import type { OperationOptions } from './options.ts';

/** A new volume. Without `image` and `backing` it is blank. */
export interface VolumeSpec {
  /** The pool it is made in. */
  readonly pool: string;
  /** Its name, 1 to 250 bytes without slashes. */
  readonly name: string;
  /** What the guest sees, in bytes, 1 or more; may be left out with `image` or `backing`, whose size it has then. */
  readonly sizeBytes?: number | undefined;
  /** How it is written. @default 'qcow2' */
  readonly format?: 'qcow2' | 'raw' | undefined;
  /** Take all the room at once; otherwise as it is written. @default false */
  readonly allocate?: boolean | undefined;
  /** It begins as a full copy of this volume. */
  readonly image?: VolumeReference | undefined;
  /**
   * The copy of `image` shares its blocks until one of both is written to (a reflink), which takes no time and no room. Both
   * must be `raw`, and their file system must know how: Btrfs, XFS, ZFS.
   *
   * @default false
   */
  readonly reflink?: boolean | undefined;
  /** It begins as this volume and keeps only what changes; needs `qcow2`, and that this one is not encrypted. */
  readonly backing?: VolumeReference | undefined;
  /**
   * What it holds is encrypted. The copy of an encrypted volume must have it too, with the same passphrase or another one.
   * Needs `capabilities.volumeEncryption`.
   *
   * @default not encrypted
   */
  readonly encryption?: VolumeEncryption | undefined;
}

/** A volume as it is now. */
export interface Volume {
  readonly pool: string;
  readonly name: string;
  /** Its path on the host. */
  readonly path: string;
  /** `qcow2`, `raw`, or another word of the hypervisor's. */
  readonly format: string;
  /** What the guest sees, in bytes. */
  readonly sizeBytes: number;
  /** What it takes on the host, in bytes. */
  readonly allocationBytes: number;
  /** The path of the volume that it only keeps the changes of. */
  readonly backingPath?: string | undefined;
  /** There when it is encrypted: with the UUID of the secret that opens it, if that is known. */
  readonly encryption?: { readonly secret?: string | undefined } | undefined;
}

/** How far a transfer has come. */
export interface TransferProgress {
  /** Bytes moved, holes included. */
  readonly movedBytes: number;
}

/** How bytes are moved. */
export interface TransferOptions extends OperationOptions {
  /** Called after each piece. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Runs of zeros travel as holes. An upload needs a new volume for that. @default false */
  readonly sparse?: boolean | undefined;
}

/** How a volume is resized. */
export interface ResizeVolumeOptions extends OperationOptions {
  /** Allow it to become smaller, which cuts off its end. @default false */
  readonly shrink?: boolean | undefined;
}

/**
 * Operations on volumes. Need `capabilities.volumes`. A volume that is not there is NOVA_HYPERVISOR_NOT_FOUND, a pool
 * that is full NOVA_HYPERVISOR_CAPACITY.
 */
export interface VolumeOperations {
  /**
   * Makes a volume: blank, as a full copy, or as what changes on top of another one.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the specification is wrong; `details.problems` lists all;
   * NOVA_HYPERVISOR_ALREADY_EXISTS when the name is taken, or a secret for a volume of its path is there;
   * NOVA_HYPERVISOR_CONFLICT when it would hold what is encrypted elsewhere without being so itself;
   * NOVA_HYPERVISOR_UNSUPPORTED when its pool can't hold what is encrypted.
   */
  create(spec: VolumeSpec, options?: OperationOptions): Promise<Volume>;
  /** The volume as it is now. */
  get(volume: VolumeReference, options?: CallOptions): Promise<Volume>;
  /** The volumes of a pool, by name. */
  list(pool: string, options?: CallOptions): Promise<readonly Volume[]>;
  /** Changes its size while no machine uses it. */
  resize(volume: VolumeReference, sizeBytes: number, options?: ResizeVolumeOptions): Promise<Volume>;
  /** Writes bytes into it from its beginning, as they shall stand on the host: nothing is encrypted on the way. */
  upload(volume: VolumeReference, source: UploadSource, options?: TransferOptions): Promise<Volume>;
  /** Its bytes as they stand on the host, piece by piece; ends with the signal. */
  download(volume: VolumeReference, options?: TransferOptions): AsyncIterable<Uint8Array>;
  /** Writes zeros over what it holds. */
  wipe(volume: VolumeReference, options?: OperationOptions): Promise<void>;
  /** Deletes it and what it holds, and the secret that was made with it. */
  delete(volume: VolumeReference, options?: OperationOptions): Promise<void>;
}
