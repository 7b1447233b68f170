import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { type Fields, numberField } from '../values/fields.ts';
import type { Words } from '../values/words.ts';

/** What a block job does (`virDomainBlockJobType`). */
export type BlockJobType = 'pull' | 'copy' | 'commit' | 'active-commit' | 'backup';

/** libvirt's number of each {@link BlockJobType}. */
export const blockJobTypes: Words<BlockJobType> = {
  pull: constants.VIR_DOMAIN_BLOCK_JOB_TYPE_PULL,
  copy: constants.VIR_DOMAIN_BLOCK_JOB_TYPE_COPY,
  commit: constants.VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT,
  'active-commit': constants.VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT,
  backup: constants.VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP,
};

/** A block job that goes on. */
export interface BlockJobInfo {
  readonly type: BlockJobType | 'unknown';
  /** The most it may move; 0 is without limit. */
  readonly bandwidthBytesPerSecond: number;
  /** How far it is, in a unit of its own that {@link BlockJobInfo.end} shares. */
  readonly current: number;
  /** Where it ends; `current` has reached it when a copy or an active commit waits to be pivoted. */
  readonly end: number;
}

/** How fast a block job may be. */
export interface BlockJobSpeedOptions extends CallOptions {
  /** The most it may move; 0 is without limit. @default 0 */
  readonly bandwidthBytesPerSecond?: number | undefined;
}

/** How a block job is ended (`virDomainBlockJobAbortFlags`). */
export interface BlockJobAbortOptions extends CallOptions {
  /** Do not wait until it has ended: the event `block-job` tells. @default false */
  readonly async?: boolean | undefined;
  /** Switch the disk over to the copy, or to what was committed to. @default false: throw the copy away */
  readonly pivot?: boolean | undefined;
}

/** The bits of {@link BlockJobAbortOptions}. */
export const blockJobAbortBits: Record<Exclude<keyof BlockJobAbortOptions, keyof CallOptions>, number> = {
  async: constants.VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC,
  pivot: constants.VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT,
};

/** How images are pulled or copied (`virDomainBlockRebaseFlags`). */
export interface BlockRebaseOptions extends BlockJobSpeedOptions {
  /** Copy only the top image. @default false */
  readonly shallow?: boolean | undefined;
  /** Use a file that is there. @default false */
  readonly reuseExternal?: boolean | undefined;
  /** Make the copy raw. @default false */
  readonly copyRaw?: boolean | undefined;
  /** Copy to the file `base` instead of pulling from it. @default false */
  readonly copy?: boolean | undefined;
  /** Keep the names of backing images relative. @default false */
  readonly relative?: boolean | undefined;
  /** The file `base` to copy to is a block device. @default false */
  readonly copyDevice?: boolean | undefined;
}

/** The bits of {@link BlockRebaseOptions}. */
export const blockRebaseBits: Record<Exclude<keyof BlockRebaseOptions, keyof BlockJobSpeedOptions>, number> = {
  shallow: constants.VIR_DOMAIN_BLOCK_REBASE_SHALLOW,
  reuseExternal: constants.VIR_DOMAIN_BLOCK_REBASE_REUSE_EXT,
  copyRaw: constants.VIR_DOMAIN_BLOCK_REBASE_COPY_RAW,
  copy: constants.VIR_DOMAIN_BLOCK_REBASE_COPY,
  relative: constants.VIR_DOMAIN_BLOCK_REBASE_RELATIVE,
  copyDevice: constants.VIR_DOMAIN_BLOCK_REBASE_COPY_DEV,
};

/** What a copy of a disk may take. */
export interface BlockCopyParameters {
  /** The most it may move until the copy is complete; 0 is without limit. @default 0 */
  readonly bandwidthBytesPerSecond?: number | undefined;
  /** In which pieces changes are noticed, a power of two. @default the hypervisor's own */
  readonly granularityBytes?: number | undefined;
  /** How much may be on its way. @default the hypervisor's own */
  readonly bufferBytes?: number | undefined;
}

/** The parameters of {@link BlockCopyParameters}. */
export const blockCopyFields: Fields<BlockCopyParameters> = {
  bandwidthBytesPerSecond: numberField('ullong', constants.VIR_DOMAIN_BLOCK_COPY_BANDWIDTH),
  granularityBytes: numberField('uint', constants.VIR_DOMAIN_BLOCK_COPY_GRANULARITY),
  bufferBytes: numberField('ullong', constants.VIR_DOMAIN_BLOCK_COPY_BUF_SIZE),
};

/** How a disk is copied (`virDomainBlockCopyFlags`). */
export interface BlockCopyOptions extends CallOptions, BlockCopyParameters {
  /** Copy only the top image. @default false */
  readonly shallow?: boolean | undefined;
  /** Use a file that is there. @default false */
  readonly reuseExternal?: boolean | undefined;
  /** Let a persistent domain have the job too: it is gone when the domain ends. @default false */
  readonly transientJob?: boolean | undefined;
  /** A write of the guest is done when it is in the copy too. @default false */
  readonly synchronousWrites?: boolean | undefined;
}

/** The bits of {@link BlockCopyOptions}. */
export const blockCopyBits: Record<
  Exclude<keyof BlockCopyOptions, keyof CallOptions | keyof BlockCopyParameters>,
  number
> = {
  shallow: constants.VIR_DOMAIN_BLOCK_COPY_SHALLOW,
  reuseExternal: constants.VIR_DOMAIN_BLOCK_COPY_REUSE_EXT,
  transientJob: constants.VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB,
  synchronousWrites: constants.VIR_DOMAIN_BLOCK_COPY_SYNCHRONOUS_WRITES,
};

/** How images are merged into those below them (`virDomainBlockCommitFlags`). */
export interface BlockCommitOptions extends BlockJobSpeedOptions {
  /** The image to merge into: a path or `vda[2]`. @default the lowest, or with `shallow` the next below `top` */
  readonly base?: string | undefined;
  /** The image to merge from. @default the one that the guest uses: `active` is needed then */
  readonly top?: string | undefined;
  /** Merge into the next image below. @default false */
  readonly shallow?: boolean | undefined;
  /** Delete the files that were merged. @default false */
  readonly delete?: boolean | undefined;
  /** Merge from the image that the guest uses: a job that waits to be pivoted. @default false */
  readonly active?: boolean | undefined;
  /** Keep the names of backing images relative. @default false */
  readonly relative?: boolean | undefined;
}

/** The bits of {@link BlockCommitOptions}. */
export const blockCommitBits: Record<
  Exclude<keyof BlockCommitOptions, keyof BlockJobSpeedOptions | 'base' | 'top'>,
  number
> = {
  shallow: constants.VIR_DOMAIN_BLOCK_COMMIT_SHALLOW,
  delete: constants.VIR_DOMAIN_BLOCK_COMMIT_DELETE,
  active: constants.VIR_DOMAIN_BLOCK_COMMIT_ACTIVE,
  relative: constants.VIR_DOMAIN_BLOCK_COMMIT_RELATIVE,
};

/** How a backup is begun (`virDomainBackupBeginFlags`). */
export interface BackupOptions extends CallOptions {
  /** The XML of a checkpoint to make at the same moment: the next backup can be incremental from it. */
  readonly checkpointXml?: string | undefined;
  /** Write to files that are there. @default false */
  readonly reuseExternal?: boolean | undefined;
}

/** The bits of {@link BackupOptions}. */
export const backupBits: Record<Exclude<keyof BackupOptions, keyof CallOptions | 'checkpointXml'>, number> = {
  reuseExternal: constants.VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL,
};
