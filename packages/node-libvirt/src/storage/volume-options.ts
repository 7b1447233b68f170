import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Words } from '../values/words.ts';

/** How a volume is made (`virStorageVolCreateFlags`). */
export interface VolumeCreateOptions extends CallOptions {
  /** Allocate a qcow2 image's own tables at once. @default false */
  readonly preallocMetadata?: boolean | undefined;
  /** Share blocks with what it is cloned from. @default false */
  readonly reflink?: boolean | undefined;
  /** Check the XML against libvirt's schema. @default false */
  readonly validate?: boolean | undefined;
}

/** The bits of {@link VolumeCreateOptions}. */
export const volumeCreateBits: Record<Exclude<keyof VolumeCreateOptions, keyof CallOptions>, number> = {
  preallocMetadata: constants.VIR_STORAGE_VOL_CREATE_PREALLOC_METADATA,
  reflink: constants.VIR_STORAGE_VOL_CREATE_REFLINK,
  validate: constants.VIR_STORAGE_VOL_CREATE_VALIDATE,
};

/** How a volume is deleted (`virStorageVolDeleteFlags`). */
export interface VolumeDeleteOptions extends CallOptions {
  /** Write zeros over it. @default false */
  readonly zeroed?: boolean | undefined;
  /** With its snapshots, which keep it otherwise. @default false */
  readonly withSnapshots?: boolean | undefined;
}

/** The bits of {@link VolumeDeleteOptions}. */
export const volumeDeleteBits: Record<Exclude<keyof VolumeDeleteOptions, keyof CallOptions>, number> = {
  zeroed: constants.VIR_STORAGE_VOL_DELETE_ZEROED,
  withSnapshots: constants.VIR_STORAGE_VOL_DELETE_WITH_SNAPSHOTS,
};

/** What is told of a volume (`virStorageVolInfoFlags`). */
export interface VolumeInfoOptions extends CallOptions {
  /** As allocation, the size of its file instead of what it takes. @default false */
  readonly physical?: boolean | undefined;
}

/** The bits of {@link VolumeInfoOptions}. */
export const volumeInfoBits: Record<Exclude<keyof VolumeInfoOptions, keyof CallOptions>, number> = {
  physical: constants.VIR_STORAGE_VOL_GET_PHYSICAL,
};

/** How a volume is resized (`virStorageVolResizeFlags`). */
export interface ResizeOptions extends CallOptions {
  /** The size is by how much, not how much. @default false */
  readonly delta?: boolean | undefined;
  /** Allow it to become smaller; with `delta`, by the size. @default false */
  readonly shrink?: boolean | undefined;
  /** Allocate the room at once. @default false */
  readonly allocate?: boolean | undefined;
}

/** The bits of {@link ResizeOptions}. */
export const resizeBits: Record<Exclude<keyof ResizeOptions, keyof CallOptions>, number> = {
  delta: constants.VIR_STORAGE_VOL_RESIZE_DELTA,
  shrink: constants.VIR_STORAGE_VOL_RESIZE_SHRINK,
  allocate: constants.VIR_STORAGE_VOL_RESIZE_ALLOCATE,
};

/** What a volume is wiped with (`virStorageVolWipeAlgorithm`). */
export type WipeAlgorithm =
  | 'zero'
  | 'nnsa'
  | 'dod'
  | 'bsi'
  | 'gutmann'
  | 'schneier'
  | 'pfitzner7'
  | 'pfitzner33'
  | 'random'
  | 'trim';

/** libvirt's number of each {@link WipeAlgorithm}. */
export const wipeAlgorithms: Words<WipeAlgorithm> = {
  zero: constants.VIR_STORAGE_VOL_WIPE_ALG_ZERO,
  nnsa: constants.VIR_STORAGE_VOL_WIPE_ALG_NNSA,
  dod: constants.VIR_STORAGE_VOL_WIPE_ALG_DOD,
  bsi: constants.VIR_STORAGE_VOL_WIPE_ALG_BSI,
  gutmann: constants.VIR_STORAGE_VOL_WIPE_ALG_GUTMANN,
  schneier: constants.VIR_STORAGE_VOL_WIPE_ALG_SCHNEIER,
  pfitzner7: constants.VIR_STORAGE_VOL_WIPE_ALG_PFITZNER7,
  pfitzner33: constants.VIR_STORAGE_VOL_WIPE_ALG_PFITZNER33,
  random: constants.VIR_STORAGE_VOL_WIPE_ALG_RANDOM,
  trim: constants.VIR_STORAGE_VOL_WIPE_ALG_TRIM,
};
