import { constants } from '../protocol/constants.gen.ts';
import {
  REMOTE_DOMAIN_BLOCK_IO_TUNE_PARAMETERS_MAX,
  REMOTE_DOMAIN_BLOCK_STATS_PARAMETERS_MAX,
} from '../protocol/remote-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { readFields, type WithParameters, writeFields } from '../values/fields.ts';
import {
  type BlockCounters,
  type BlockInfo,
  type BlockIoTune,
  blockIoTuneFields,
  blockResizeBits,
  type BlockResizeOptions,
  blockStatsFields,
} from './block-options.ts';
import { DomainDevices } from './domain-devices.ts';
import { flagWord } from './flags.ts';
import { counted } from '../values/counted.ts';
import { affectBits, type AffectOptions } from './options.ts';

/** What is about a domain's disks. A disk is named by its target (`vda`) or the path of its source. */
export abstract class DomainBlock extends DomainDevices {
  /** What a disk has read and written. @param disk - The disk; an empty name for all together, where that is known. */
  async blockStats(disk: string, options?: CallOptions): Promise<BlockCounters> {
    const stats = await this.raw.domainBlockStats({ dom: this.reference, path: disk }, options);
    return {
      readRequests: counted(stats.rdReq),
      readBytes: counted(stats.rdBytes),
      writeRequests: counted(stats.wrReq),
      writeBytes: counted(stats.wrBytes),
      errors: counted(stats.errs),
    };
  }

  /** What a disk has read, written and flushed, and how long that took, where the hypervisor knows more. */
  async blockStatsFlags(disk: string, options?: CallOptions): Promise<BlockCounters & WithParameters> {
    const args = {
      dom: this.reference,
      path: disk,
      nparams: REMOTE_DOMAIN_BLOCK_STATS_PARAMETERS_MAX,
      flags: constants.VIR_TYPED_PARAM_STRING_OKAY,
    };
    const { params } = await this.raw.domainBlockStatsFlags(args, options);
    return readFields<BlockCounters>(blockStatsFields, params);
  }

  /** A disk's size. */
  async getBlockInfo(disk: string, options?: CallOptions): Promise<BlockInfo> {
    const info = await this.raw.domainGetBlockInfo({ dom: this.reference, path: disk }, options);
    return { capacityBytes: info.capacity, allocationBytes: info.allocation, physicalBytes: info.physical };
  }

  /** What stands in a disk: at most 4 MiB at a time. */
  async blockPeek(disk: string, offset: number, sizeBytes: number, options?: CallOptions): Promise<Uint8Array> {
    const args = { dom: this.reference, path: disk, offset, size: sizeBytes };
    return (await this.raw.domainBlockPeek(args, options)).buffer;
  }

  /** Sets the size of a disk that a running domain uses; the guest sees it at once. */
  blockResize(disk: string, sizeBytes: number, options?: BlockResizeOptions): Promise<void> {
    const flags = flagWord(options, blockResizeBits) | constants.VIR_DOMAIN_BLOCK_RESIZE_BYTES;
    return this.raw.domainBlockResize({ dom: this.reference, disk, size: sizeBytes, flags }, options);
  }

  /** How fast a disk may be. */
  async getBlockIoTune(disk: string, options?: AffectOptions): Promise<BlockIoTune & WithParameters> {
    const args = {
      dom: this.reference,
      disk,
      nparams: REMOTE_DOMAIN_BLOCK_IO_TUNE_PARAMETERS_MAX,
      flags: flagWord(options, affectBits) | constants.VIR_TYPED_PARAM_STRING_OKAY,
    };
    return readFields<BlockIoTune>(blockIoTuneFields, (await this.raw.domainGetBlockIoTune(args, options)).params);
  }

  /** Sets how fast a disk may be; what is absent stays. */
  async setBlockIoTune(disk: string, tune: BlockIoTune, options?: AffectOptions): Promise<void> {
    const params = writeFields(blockIoTuneFields, tune);
    const flags = flagWord(options, affectBits);
    await this.raw.domainSetBlockIoTune({ dom: this.reference, disk, params, flags }, options);
  }

  /** Sets the limits that the disks of a group share; libvirt 11.2 or later. */
  async setThrottleGroup(group: string, tune: Omit<BlockIoTune, 'groupName'>, options?: AffectOptions): Promise<void> {
    const params = writeFields(blockIoTuneFields, tune);
    const flags = flagWord(options, affectBits);
    await this.raw.domainSetThrottleGroup({ dom: this.reference, group, params, flags }, options);
  }

  /** Removes a group of shared limits that no disk uses; libvirt 11.2 or later. */
  delThrottleGroup(group: string, options?: AffectOptions): Promise<void> {
    const flags = flagWord(options, affectBits);
    return this.raw.domainDelThrottleGroup({ dom: this.reference, group, flags }, options);
  }

  /**
   * Asks for the event `block-threshold` when a guest writes beyond an offset of a disk's image.
   *
   * @param device - The disk's target, with the image's number when it is not the top one: `vda`, `vda[2]`.
   * @param thresholdBytes - The offset; 0 takes the request back.
   */
  setBlockThreshold(device: string, thresholdBytes: number, options?: CallOptions): Promise<void> {
    const args = { dom: this.reference, dev: device, threshold: thresholdBytes };
    return this.raw.domainSetBlockThreshold(args, options);
  }
}
