import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { type Fields, numberField, textField } from '../values/fields.ts';

/** What a disk has read and written since the domain started; absent is what the hypervisor can't tell. */
export interface BlockCounters {
  readonly readRequests?: number | undefined;
  readonly readBytes?: number | undefined;
  readonly readTimeNs?: number | undefined;
  readonly writeRequests?: number | undefined;
  readonly writeBytes?: number | undefined;
  readonly writeTimeNs?: number | undefined;
  readonly flushRequests?: number | undefined;
  readonly flushTimeNs?: number | undefined;
  readonly errors?: number | undefined;
}

/** The parameters of {@link BlockCounters}. */
export const blockStatsFields: Fields<BlockCounters> = {
  readRequests: numberField('llong', constants.VIR_DOMAIN_BLOCK_STATS_READ_REQ),
  readBytes: numberField('llong', constants.VIR_DOMAIN_BLOCK_STATS_READ_BYTES),
  readTimeNs: numberField('llong', constants.VIR_DOMAIN_BLOCK_STATS_READ_TOTAL_TIMES),
  writeRequests: numberField('llong', constants.VIR_DOMAIN_BLOCK_STATS_WRITE_REQ),
  writeBytes: numberField('llong', constants.VIR_DOMAIN_BLOCK_STATS_WRITE_BYTES),
  writeTimeNs: numberField('llong', constants.VIR_DOMAIN_BLOCK_STATS_WRITE_TOTAL_TIMES),
  flushRequests: numberField('llong', constants.VIR_DOMAIN_BLOCK_STATS_FLUSH_REQ),
  flushTimeNs: numberField('llong', constants.VIR_DOMAIN_BLOCK_STATS_FLUSH_TOTAL_TIMES),
  errors: numberField('llong', constants.VIR_DOMAIN_BLOCK_STATS_ERRS),
};

/** A disk's size. */
export interface BlockInfo {
  /** The size that the guest sees. */
  readonly capacityBytes: number;
  /** The highest offset written. */
  readonly allocationBytes: number;
  /** What it takes on the host. */
  readonly physicalBytes: number;
}

/** How a disk is resized (`virDomainBlockResizeFlags`). */
export interface BlockResizeOptions extends CallOptions {
  /** Take all of the host's block device; the size is then 0, or just that. @default false */
  readonly capacity?: boolean | undefined;
}

/** The bits of {@link BlockResizeOptions}. */
export const blockResizeBits: Record<Exclude<keyof BlockResizeOptions, keyof CallOptions>, number> = {
  capacity: constants.VIR_DOMAIN_BLOCK_RESIZE_CAPACITY,
};

/** How fast a disk may be; 0 is without limit. A total excludes its reads and writes. */
export interface BlockIoTune {
  readonly totalBytesPerSecond?: number | undefined;
  readonly readBytesPerSecond?: number | undefined;
  readonly writeBytesPerSecond?: number | undefined;
  readonly totalRequestsPerSecond?: number | undefined;
  readonly readRequestsPerSecond?: number | undefined;
  readonly writeRequestsPerSecond?: number | undefined;
  /** What is allowed for a short time. */
  readonly totalBytesPerSecondMax?: number | undefined;
  readonly readBytesPerSecondMax?: number | undefined;
  readonly writeBytesPerSecondMax?: number | undefined;
  readonly totalRequestsPerSecondMax?: number | undefined;
  readonly readRequestsPerSecondMax?: number | undefined;
  readonly writeRequestsPerSecondMax?: number | undefined;
  /** How long the short time is. */
  readonly totalBytesMaxSeconds?: number | undefined;
  readonly readBytesMaxSeconds?: number | undefined;
  readonly writeBytesMaxSeconds?: number | undefined;
  readonly totalRequestsMaxSeconds?: number | undefined;
  readonly readRequestsMaxSeconds?: number | undefined;
  readonly writeRequestsMaxSeconds?: number | undefined;
  /** A larger request counts as several of this size. */
  readonly requestSizeBytes?: number | undefined;
  /** Disks of a group share their limits. */
  readonly groupName?: string | undefined;
}

/** The parameters of {@link BlockIoTune}. */
export const blockIoTuneFields: Fields<BlockIoTune> = {
  totalBytesPerSecond: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_TOTAL_BYTES_SEC),
  readBytesPerSecond: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_READ_BYTES_SEC),
  writeBytesPerSecond: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_WRITE_BYTES_SEC),
  totalRequestsPerSecond: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_TOTAL_IOPS_SEC),
  readRequestsPerSecond: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_READ_IOPS_SEC),
  writeRequestsPerSecond: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_WRITE_IOPS_SEC),
  totalBytesPerSecondMax: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_TOTAL_BYTES_SEC_MAX),
  readBytesPerSecondMax: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_READ_BYTES_SEC_MAX),
  writeBytesPerSecondMax: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_WRITE_BYTES_SEC_MAX),
  totalRequestsPerSecondMax: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_TOTAL_IOPS_SEC_MAX),
  readRequestsPerSecondMax: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_READ_IOPS_SEC_MAX),
  writeRequestsPerSecondMax: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_WRITE_IOPS_SEC_MAX),
  totalBytesMaxSeconds: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_TOTAL_BYTES_SEC_MAX_LENGTH),
  readBytesMaxSeconds: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_READ_BYTES_SEC_MAX_LENGTH),
  writeBytesMaxSeconds: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_WRITE_BYTES_SEC_MAX_LENGTH),
  totalRequestsMaxSeconds: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_TOTAL_IOPS_SEC_MAX_LENGTH),
  readRequestsMaxSeconds: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_READ_IOPS_SEC_MAX_LENGTH),
  writeRequestsMaxSeconds: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_WRITE_IOPS_SEC_MAX_LENGTH),
  requestSizeBytes: numberField('ullong', constants.VIR_DOMAIN_BLOCK_IOTUNE_SIZE_IOPS_SEC),
  groupName: textField(constants.VIR_DOMAIN_BLOCK_IOTUNE_GROUP_NAME),
};
