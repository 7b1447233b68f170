import type { CallOptions } from '../rpc/call-options.ts';
import { readFields } from '../values/fields.ts';
import { inUnits, mebibyteBytes } from '../values/units.ts';
import { wordOf } from '../values/words.ts';
import { DomainGuest } from './domain-guest.ts';
import { flagWord } from './flags.ts';
import {
  abortJobBits,
  type AbortJobOptions,
  jobFields,
  type JobInfo,
  type JobProgress,
  type JobStats,
  jobStatsBits,
  type JobStatsOptions,
  jobTypes,
  migrateSpeedBits,
  type MigrateSpeedOptions,
} from './job-options.ts';

/** What tells and changes how a long job on a domain goes: a migration, a save, a backup. */
export abstract class DomainJobs extends DomainGuest {
  /** How far its job is. */
  async getJobInfo(options?: CallOptions): Promise<JobInfo> {
    const info = await this.raw.domainGetJobInfo({ dom: this.reference }, options);
    return {
      type: wordOf(jobTypes, info.type),
      timeElapsedMs: info.timeElapsed,
      timeRemainingMs: info.timeRemaining,
      dataTotalBytes: info.dataTotal,
      dataProcessedBytes: info.dataProcessed,
      dataRemainingBytes: info.dataRemaining,
      memoryTotalBytes: info.memTotal,
      memoryProcessedBytes: info.memProcessed,
      memoryRemainingBytes: info.memRemaining,
      fileTotalBytes: info.fileTotal,
      fileProcessedBytes: info.fileProcessed,
      fileRemainingBytes: info.fileRemaining,
    };
  }

  /** How its job goes, or how the last one went, in all detail. */
  async getJobStats(options?: JobStatsOptions): Promise<JobStats> {
    const flags = flagWord(options, jobStatsBits);
    const { type, params } = await this.raw.domainGetJobStats({ dom: this.reference, flags }, options);
    return { type: wordOf(jobTypes, type), ...readFields<JobProgress>(jobFields, params) };
  }

  /** Ends its job: the call that began it rejects with `LIBVIRT_OPERATION_ABORTED`. */
  abortJob(options?: AbortJobOptions): Promise<void> {
    const flags = flagWord(options, abortJobBits);
    if (flags === 0) return this.raw.domainAbortJob({ dom: this.reference }, options);
    return this.raw.domainAbortJobFlags({ dom: this.reference, flags }, options);
  }

  /** How long the guest may stand still at the end of a migration. */
  async migrateGetMaxDowntime(options?: CallOptions): Promise<number> {
    return (await this.raw.domainMigrateGetMaxDowntime({ dom: this.reference }, options)).downtime;
  }

  /** Sets how long the guest may stand still at the end of a migration. */
  migrateSetMaxDowntime(downtimeMs: number, options?: CallOptions): Promise<void> {
    return this.raw.domainMigrateSetMaxDowntime({ dom: this.reference, downtime: downtimeMs }, options);
  }

  /** How many bytes a second a migration may send. */
  async migrateGetMaxSpeed(options?: MigrateSpeedOptions): Promise<number> {
    const flags = flagWord(options, migrateSpeedBits);
    const { bandwidth } = await this.raw.domainMigrateGetMaxSpeed({ dom: this.reference, flags }, options);
    return bandwidth * mebibyteBytes;
  }

  /** Sets how many bytes a second a migration may send, rounded up to MiB. */
  async migrateSetMaxSpeed(bandwidthBytesPerSecond: number, options?: MigrateSpeedOptions): Promise<void> {
    const bandwidth = inUnits(bandwidthBytesPerSecond, mebibyteBytes, 'migrateSetMaxSpeed: the bandwidth');
    const flags = flagWord(options, migrateSpeedBits);
    await this.raw.domainMigrateSetMaxSpeed({ dom: this.reference, bandwidth, flags }, options);
  }

  /** How large the cache is in which a migration looks for pages to send only their changes. */
  async migrateGetCompressionCache(options?: CallOptions): Promise<number> {
    return (await this.raw.domainMigrateGetCompressionCache({ dom: this.reference }, options)).cacheSize;
  }

  /** Sets how large that cache is; the hypervisor may round it. */
  migrateSetCompressionCache(cacheBytes: number, options?: CallOptions): Promise<void> {
    return this.raw.domainMigrateSetCompressionCache({ dom: this.reference, cacheSize: cacheBytes }, options);
  }

  /** Lets a migration that was begun with `postcopy` switch over now and bring the rest of the memory afterwards. */
  migrateStartPostCopy(options?: CallOptions): Promise<void> {
    return this.raw.domainMigrateStartPostCopy({ dom: this.reference }, options);
  }
}
