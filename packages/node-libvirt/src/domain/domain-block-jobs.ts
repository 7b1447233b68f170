import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { writeFields } from '../values/fields.ts';
import { wordOf } from '../values/words.ts';
import {
  backupBits,
  type BackupOptions,
  blockCommitBits,
  type BlockCommitOptions,
  blockCopyBits,
  blockCopyFields,
  type BlockCopyOptions,
  blockJobAbortBits,
  type BlockJobAbortOptions,
  type BlockJobInfo,
  type BlockJobSpeedOptions,
  blockJobTypes,
  blockRebaseBits,
  type BlockRebaseOptions,
} from './block-job-options.ts';
import { DomainBlock } from './domain-block.ts';
import { flagWord } from './flags.ts';

/**
 * What moves a running domain's images about. Each of these begins a job and resolves; `getBlockJobInfo` and the
 * event `block-job` tell how it goes, `blockJobAbort` ends it.
 */
export abstract class DomainBlockJobs extends DomainBlock {
  /** Takes all that a disk's backing images hold into its top image. */
  blockPull(disk: string, options?: BlockJobSpeedOptions): Promise<void> {
    const args = {
      dom: this.reference,
      path: disk,
      bandwidth: options?.bandwidthBytesPerSecond ?? 0,
      flags: constants.VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES,
    };
    return this.raw.domainBlockPull(args, options);
  }

  /**
   * Takes what the backing images above `base` hold into a disk's top image; with `copy`, copies the disk to `base`.
   *
   * @param base - The image to keep as backing image, or the file to copy to; `undefined` for none.
   */
  blockRebase(disk: string, base: string | undefined, options?: BlockRebaseOptions): Promise<void> {
    const args = {
      dom: this.reference,
      path: disk,
      base,
      bandwidth: options?.bandwidthBytesPerSecond ?? 0,
      flags: flagWord(options, blockRebaseBits) | constants.VIR_DOMAIN_BLOCK_REBASE_BANDWIDTH_BYTES,
    };
    return this.raw.domainBlockRebase(args, options);
  }

  /**
   * Copies a disk and keeps the copy up to date until the job is ended: by a pivot to the copy, or without.
   *
   * @param destinationXml - The `<disk>` to copy to.
   */
  async blockCopy(disk: string, destinationXml: string, options?: BlockCopyOptions): Promise<void> {
    const args = {
      dom: this.reference,
      path: disk,
      destxml: destinationXml,
      params: writeFields(blockCopyFields, options ?? {}),
      flags: flagWord(options, blockCopyBits),
    };
    await this.raw.domainBlockCopy(args, options);
  }

  /** Merges images of a disk into those below them. */
  blockCommit(disk: string, options?: BlockCommitOptions): Promise<void> {
    const args = {
      dom: this.reference,
      disk,
      base: options?.base,
      top: options?.top,
      bandwidth: options?.bandwidthBytesPerSecond ?? 0,
      flags: flagWord(options, blockCommitBits) | constants.VIR_DOMAIN_BLOCK_COMMIT_BANDWIDTH_BYTES,
    };
    return this.raw.domainBlockCommit(args, options);
  }

  /** Ends the job of a disk; unless `async`, it resolves when that is done. */
  blockJobAbort(disk: string, options?: BlockJobAbortOptions): Promise<void> {
    const flags = flagWord(options, blockJobAbortBits);
    return this.raw.domainBlockJobAbort({ dom: this.reference, path: disk, flags }, options);
  }

  /** The job of a disk; `undefined` when it has none. */
  async getBlockJobInfo(disk: string, options?: CallOptions): Promise<BlockJobInfo | undefined> {
    const flags = constants.VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES;
    const info = await this.raw.domainGetBlockJobInfo({ dom: this.reference, path: disk, flags }, options);
    if (info.found === 0) return undefined;
    return {
      type: wordOf(blockJobTypes, info.type),
      bandwidthBytesPerSecond: info.bandwidth,
      current: info.cur,
      end: info.end,
    };
  }

  /** Sets how fast the job of a disk may be; 0 is without limit. */
  blockJobSetSpeed(disk: string, bandwidthBytesPerSecond: number, options?: CallOptions): Promise<void> {
    const args = {
      dom: this.reference,
      path: disk,
      bandwidth: bandwidthBytesPerSecond,
      flags: constants.VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES,
    };
    return this.raw.domainBlockJobSetSpeed(args, options);
  }

  /**
   * Begins a backup of a running domain's disks: a push to files, or a pull from an NBD server.
   *
   * @param backupXml - The `<domainbackup>`.
   */
  backupBegin(backupXml: string, options?: BackupOptions): Promise<void> {
    const args = {
      dom: this.reference,
      backupXml,
      checkpointXml: options?.checkpointXml,
      flags: flagWord(options, backupBits),
    };
    return this.raw.domainBackupBegin(args, options);
  }

  /** The XML of the backup that goes on, with what libvirt chose: files, ports. */
  async backupGetXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.raw.domainBackupGetXmlDesc({ dom: this.reference }, options)).xml;
  }
}
