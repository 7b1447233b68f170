import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { booleanField, type Fields, numberField, textField, wordField, type WithParameters } from '../values/fields.ts';
import type { Words } from '../values/words.ts';

/** How a job stands (`virDomainJobType`); one that is `bounded` knows how long it still takes. */
export type JobType = 'none' | 'bounded' | 'unbounded' | 'completed' | 'failed' | 'cancelled';

/** libvirt's number of each {@link JobType}. */
export const jobTypes: Words<JobType> = {
  none: constants.VIR_DOMAIN_JOB_NONE,
  bounded: constants.VIR_DOMAIN_JOB_BOUNDED,
  unbounded: constants.VIR_DOMAIN_JOB_UNBOUNDED,
  completed: constants.VIR_DOMAIN_JOB_COMPLETED,
  failed: constants.VIR_DOMAIN_JOB_FAILED,
  cancelled: constants.VIR_DOMAIN_JOB_CANCELLED,
};

/** What a job does (`virDomainJobOperation`). */
export type JobOperation =
  | 'start'
  | 'save'
  | 'restore'
  | 'migration-in'
  | 'migration-out'
  | 'snapshot'
  | 'snapshot-revert'
  | 'dump'
  | 'backup'
  | 'snapshot-delete';

const jobOperations: Words<JobOperation> = {
  start: constants.VIR_DOMAIN_JOB_OPERATION_START,
  save: constants.VIR_DOMAIN_JOB_OPERATION_SAVE,
  restore: constants.VIR_DOMAIN_JOB_OPERATION_RESTORE,
  'migration-in': constants.VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN,
  'migration-out': constants.VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT,
  snapshot: constants.VIR_DOMAIN_JOB_OPERATION_SNAPSHOT,
  'snapshot-revert': constants.VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_REVERT,
  dump: constants.VIR_DOMAIN_JOB_OPERATION_DUMP,
  backup: constants.VIR_DOMAIN_JOB_OPERATION_BACKUP,
  'snapshot-delete': constants.VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_DELETE,
};

/** How far a domain's job is; 0 is what does not apply. */
export interface JobInfo {
  readonly type: JobType | 'unknown';
  readonly timeElapsedMs: number;
  /** Of a `bounded` job. */
  readonly timeRemainingMs: number;
  readonly dataTotalBytes: number;
  readonly dataProcessedBytes: number;
  readonly dataRemainingBytes: number;
  readonly memoryTotalBytes: number;
  readonly memoryProcessedBytes: number;
  readonly memoryRemainingBytes: number;
  /** Of its disks. */
  readonly fileTotalBytes: number;
  readonly fileProcessedBytes: number;
  readonly fileRemainingBytes: number;
}

/** Of which job (`virDomainGetJobStatsFlags`). */
export interface JobStatsOptions extends CallOptions {
  /** Of the last one that completed, which is forgotten then. @default false: of the one that goes on */
  readonly completed?: boolean | undefined;
  /** With `completed`: do not forget it. @default false */
  readonly keepCompleted?: boolean | undefined;
}

/** The bits of {@link JobStatsOptions}. */
export const jobStatsBits: Record<Exclude<keyof JobStatsOptions, keyof CallOptions>, number> = {
  completed: constants.VIR_DOMAIN_JOB_STATS_COMPLETED,
  keepCompleted: constants.VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED,
};

/** How a job goes, in all detail; what does not apply is absent. */
export interface JobProgress {
  readonly operation?: JobOperation | 'unknown' | undefined;
  readonly timeElapsedMs?: number | undefined;
  /** Without the time that the last step from host to host took. */
  readonly timeElapsedNetMs?: number | undefined;
  readonly timeRemainingMs?: number | undefined;
  /** How long the guest will stand still, or did. */
  readonly downtimeMs?: number | undefined;
  readonly downtimeNetMs?: number | undefined;
  readonly setupTimeMs?: number | undefined;
  readonly dataTotalBytes?: number | undefined;
  readonly dataProcessedBytes?: number | undefined;
  readonly dataRemainingBytes?: number | undefined;
  readonly memoryTotalBytes?: number | undefined;
  readonly memoryProcessedBytes?: number | undefined;
  readonly memoryRemainingBytes?: number | undefined;
  /** Pages of one byte all over, zeros mostly. */
  readonly memoryConstantPages?: number | undefined;
  /** Pages that went as they are. */
  readonly memoryNormalPages?: number | undefined;
  readonly memoryNormalBytes?: number | undefined;
  readonly memoryBytesPerSecond?: number | undefined;
  /** How many pages a second the guest writes to. */
  readonly memoryDirtyPagesPerSecond?: number | undefined;
  readonly memoryPageSizeBytes?: number | undefined;
  /** How often it has gone through the memory, from 0. */
  readonly memoryIteration?: number | undefined;
  /** Pages that the destination asked for in post-copy. */
  readonly memoryPostcopyRequests?: number | undefined;
  readonly diskTotalBytes?: number | undefined;
  readonly diskProcessedBytes?: number | undefined;
  readonly diskRemainingBytes?: number | undefined;
  readonly diskBytesPerSecond?: number | undefined;
  readonly compressionCacheBytes?: number | undefined;
  readonly compressionBytes?: number | undefined;
  readonly compressionPages?: number | undefined;
  readonly compressionCacheMisses?: number | undefined;
  readonly compressionOverflow?: number | undefined;
  /** By how much the guest is slowed down, 0..1. */
  readonly autoConvergeThrottle?: number | undefined;
  /** Whether it succeeded; of a completed job. */
  readonly success?: boolean | undefined;
  readonly errorMessage?: string | undefined;
  readonly diskTempUsedBytes?: number | undefined;
  readonly diskTempTotalBytes?: number | undefined;
  readonly vfioTransferredBytes?: number | undefined;
}

/** How a job stands and goes. */
export interface JobStats extends JobProgress, WithParameters {
  readonly type: JobType | 'unknown';
}

/** The parameters of {@link JobProgress}. */
export const jobFields: Fields<JobProgress> = {
  operation: wordField(constants.VIR_DOMAIN_JOB_OPERATION, jobOperations),
  timeElapsedMs: numberField('ullong', constants.VIR_DOMAIN_JOB_TIME_ELAPSED),
  timeElapsedNetMs: numberField('ullong', constants.VIR_DOMAIN_JOB_TIME_ELAPSED_NET),
  timeRemainingMs: numberField('ullong', constants.VIR_DOMAIN_JOB_TIME_REMAINING),
  downtimeMs: numberField('ullong', constants.VIR_DOMAIN_JOB_DOWNTIME),
  downtimeNetMs: numberField('ullong', constants.VIR_DOMAIN_JOB_DOWNTIME_NET),
  setupTimeMs: numberField('ullong', constants.VIR_DOMAIN_JOB_SETUP_TIME),
  dataTotalBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_DATA_TOTAL),
  dataProcessedBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_DATA_PROCESSED),
  dataRemainingBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_DATA_REMAINING),
  memoryTotalBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_TOTAL),
  memoryProcessedBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_PROCESSED),
  memoryRemainingBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_REMAINING),
  memoryConstantPages: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_CONSTANT),
  memoryNormalPages: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_NORMAL),
  memoryNormalBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_NORMAL_BYTES),
  memoryBytesPerSecond: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_BPS),
  memoryDirtyPagesPerSecond: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE),
  memoryPageSizeBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE),
  memoryIteration: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_ITERATION),
  memoryPostcopyRequests: numberField('ullong', constants.VIR_DOMAIN_JOB_MEMORY_POSTCOPY_REQS),
  diskTotalBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_DISK_TOTAL),
  diskProcessedBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_DISK_PROCESSED),
  diskRemainingBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_DISK_REMAINING),
  diskBytesPerSecond: numberField('ullong', constants.VIR_DOMAIN_JOB_DISK_BPS),
  compressionCacheBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_COMPRESSION_CACHE),
  compressionBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_COMPRESSION_BYTES),
  compressionPages: numberField('ullong', constants.VIR_DOMAIN_JOB_COMPRESSION_PAGES),
  compressionCacheMisses: numberField('ullong', constants.VIR_DOMAIN_JOB_COMPRESSION_CACHE_MISSES),
  compressionOverflow: numberField('ullong', constants.VIR_DOMAIN_JOB_COMPRESSION_OVERFLOW),
  autoConvergeThrottle: numberField('int', constants.VIR_DOMAIN_JOB_AUTO_CONVERGE_THROTTLE, { unit: 0.01 }),
  success: booleanField(constants.VIR_DOMAIN_JOB_SUCCESS),
  errorMessage: textField(constants.VIR_DOMAIN_JOB_ERRMSG),
  diskTempUsedBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_DISK_TEMP_USED),
  diskTempTotalBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_DISK_TEMP_TOTAL),
  vfioTransferredBytes: numberField('ullong', constants.VIR_DOMAIN_JOB_VFIO_DATA_TRANSFERRED),
};

/** How a job is aborted (`virDomainAbortJobFlagsValues`). */
export interface AbortJobOptions extends CallOptions {
  /** Also a migration in post-copy: it is interrupted and can be taken up again. @default false */
  readonly postcopy?: boolean | undefined;
}

/** The bits of {@link AbortJobOptions}. */
export const abortJobBits: Record<Exclude<keyof AbortJobOptions, keyof CallOptions>, number> = {
  postcopy: constants.VIR_DOMAIN_ABORT_JOB_POSTCOPY,
};

/** Of which part of a migration (`virDomainMigrateMaxSpeedFlags`). */
export interface MigrateSpeedOptions extends CallOptions {
  /** Of its post-copy. @default false */
  readonly postcopy?: boolean | undefined;
}

/** The bits of {@link MigrateSpeedOptions}. */
export const migrateSpeedBits: Record<Exclude<keyof MigrateSpeedOptions, keyof CallOptions>, number> = {
  postcopy: constants.VIR_DOMAIN_MIGRATE_MAX_SPEED_POSTCOPY,
};
