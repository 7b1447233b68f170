import { constants } from '../protocol/constants.gen.ts';
import type { TypedParam } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { type Fields, numberField, textField, writeFields } from '../values/fields.ts';
import { mebibyteBytes } from '../values/units.ts';

/** How a domain is migrated (`virDomainMigrateFlags`). */
export interface MigrateFlags {
  /** Let it run meanwhile. @default false: it is paused */
  readonly live?: boolean | undefined;
  /** Define it at the destination. @default false */
  readonly persistDestination?: boolean | undefined;
  /** Undefine it at the source. @default false */
  readonly undefineSource?: boolean | undefined;
  /** Leave it paused at the destination. @default false */
  readonly paused?: boolean | undefined;
  /** Copy its disks. @default false: both hosts see the same */
  readonly nonSharedDisk?: boolean | undefined;
  /** Copy its disks' top images only. @default false */
  readonly nonSharedIncremental?: boolean | undefined;
  /** A write of the guest to a disk that is copied is done when it is at the destination too. @default false */
  readonly nonSharedSynchronousWrites?: boolean | undefined;
  /** Let nobody change its definition meanwhile, or fail when that can't be had. @default false */
  readonly changeProtection?: boolean | undefined;
  /** Although the daemon thinks that the disks may get damaged. @default false */
  readonly unsafe?: boolean | undefined;
  /** Only its definition: it is off. @default false */
  readonly offline?: boolean | undefined;
  /** Compress its memory. @default false */
  readonly compressed?: boolean | undefined;
  /** End the migration when a disk has an error. @default false */
  readonly abortOnError?: boolean | undefined;
  /** Slow the guest down when it writes faster than can be sent. @default false */
  readonly autoConverge?: boolean | undefined;
  /** Keep all its memory in RAM for RDMA. @default false */
  readonly rdmaPinAll?: boolean | undefined;
  /** Allow {@link Domain.migrateStartPostCopy}. @default false */
  readonly postcopy?: boolean | undefined;
  /** Take a post-copy up again that was interrupted. @default false */
  readonly postcopyResume?: boolean | undefined;
  /** Encrypt what QEMU sends. @default false */
  readonly tls?: boolean | undefined;
  /** Send over several connections. @default false */
  readonly parallel?: boolean | undefined;
  /** Send without copying in the kernel; with `parallel`. @default false */
  readonly zerocopy?: boolean | undefined;
}

/** The bits of {@link MigrateFlags}. */
export const migrateBits: Record<keyof MigrateFlags, number> = {
  live: constants.VIR_MIGRATE_LIVE,
  persistDestination: constants.VIR_MIGRATE_PERSIST_DEST,
  undefineSource: constants.VIR_MIGRATE_UNDEFINE_SOURCE,
  paused: constants.VIR_MIGRATE_PAUSED,
  nonSharedDisk: constants.VIR_MIGRATE_NON_SHARED_DISK,
  nonSharedIncremental: constants.VIR_MIGRATE_NON_SHARED_INC,
  nonSharedSynchronousWrites: constants.VIR_MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES,
  changeProtection: constants.VIR_MIGRATE_CHANGE_PROTECTION,
  unsafe: constants.VIR_MIGRATE_UNSAFE,
  offline: constants.VIR_MIGRATE_OFFLINE,
  compressed: constants.VIR_MIGRATE_COMPRESSED,
  abortOnError: constants.VIR_MIGRATE_ABORT_ON_ERROR,
  autoConverge: constants.VIR_MIGRATE_AUTO_CONVERGE,
  rdmaPinAll: constants.VIR_MIGRATE_RDMA_PIN_ALL,
  postcopy: constants.VIR_MIGRATE_POSTCOPY,
  postcopyResume: constants.VIR_MIGRATE_POSTCOPY_RESUME,
  tls: constants.VIR_MIGRATE_TLS,
  parallel: constants.VIR_MIGRATE_PARALLEL,
  zerocopy: constants.VIR_MIGRATE_ZEROCOPY,
};

/** How memory is compressed: by threads, by changes (XBZRLE), or with zlib or zstd when it goes in parallel. */
export type MigrateCompression = 'mt' | 'xbzrle' | 'zlib' | 'zstd';

/** What goes with a migration (`VIR_MIGRATE_PARAM_...`). */
export interface MigrateParameters {
  /** Where QEMU sends to: `tcp://host`, `tcp://host:port`, `rdma://host`. @default what the destination says */
  readonly migrateUri?: string | undefined;
  /** Its name at the destination. @default the same */
  readonly destinationName?: string | undefined;
  /** Its XML at the destination, as far as the guest can't see the difference. */
  readonly destinationXml?: string | undefined;
  /** Its definition at the destination; with `persistDestination`. */
  readonly persistentXml?: string | undefined;
  /** The most to send, rounded up to MiB. @default what the hypervisor has set */
  readonly bandwidthBytesPerSecond?: number | undefined;
  /** The most to send in post-copy, rounded up to MiB. @default without limit */
  readonly postcopyBandwidthBytesPerSecond?: number | undefined;
  /** What there is for the last step, when it is more than the migration may use; rounded up to MiB. */
  readonly switchoverBandwidthBytesPerSecond?: number | undefined;
  /** Where the guest's graphics are afterwards: `spice://host:port`. */
  readonly graphicsUri?: string | undefined;
  /** At which address the destination listens. */
  readonly listenAddress?: string | undefined;
  /** Targets of the disks to copy. @default all that are not shared or read-only */
  readonly disks?: readonly string[] | undefined;
  /** Targets of the disks whose zeros are not sent. */
  readonly disksDetectZeroes?: readonly string[] | undefined;
  /** The port for the copies of disks. */
  readonly disksPort?: number | undefined;
  /** Where the copies of disks go: `tcp://host:port`, `unix:///path`. */
  readonly disksUri?: string | undefined;
  /** How memory is compressed; with `compressed`. */
  readonly compression?: readonly MigrateCompression[] | undefined;
  readonly compressionMtLevel?: number | undefined;
  readonly compressionMtThreads?: number | undefined;
  readonly compressionMtDecompressionThreads?: number | undefined;
  readonly compressionXbzrleCacheBytes?: number | undefined;
  readonly compressionZlibLevel?: number | undefined;
  readonly compressionZstdLevel?: number | undefined;
  /** By how much the guest is slowed down at first, 0..1; with `autoConverge`. */
  readonly autoConvergeInitial?: number | undefined;
  /** By how much more it is slowed down each time, 0..1. */
  readonly autoConvergeIncrement?: number | undefined;
  /** How many connections; with `parallel`. */
  readonly parallelConnections?: number | undefined;
  /** The name in the destination's certificate, when it is not that of the URI. */
  readonly tlsDestination?: string | undefined;
}

/** Options of a migration that this package drives. Abort or timeout end the job and wait until the domain's fate is known. */
export interface MigrateOptions extends CallOptions, MigrateFlags, MigrateParameters {
  /** How long the guest may stand still at the end. @default what the hypervisor has set */
  readonly maxDowntimeMs?: number | undefined;
}

/** Options of a migration that the source's daemon drives. */
export interface MigrateToURIOptions extends MigrateOptions {
  /** Send it through the daemons' own connection instead of from QEMU to QEMU. @default false */
  readonly tunnelled?: boolean | undefined;
}

const inMebibytes = { unit: mebibyteBytes };

const singleFields: Fields<Omit<MigrateParameters, 'disks' | 'disksDetectZeroes' | 'compression'>> = {
  migrateUri: textField(constants.VIR_MIGRATE_PARAM_URI),
  destinationName: textField(constants.VIR_MIGRATE_PARAM_DEST_NAME),
  destinationXml: textField(constants.VIR_MIGRATE_PARAM_DEST_XML),
  persistentXml: textField(constants.VIR_MIGRATE_PARAM_PERSIST_XML),
  bandwidthBytesPerSecond: numberField('ullong', constants.VIR_MIGRATE_PARAM_BANDWIDTH, inMebibytes),
  postcopyBandwidthBytesPerSecond: numberField('ullong', constants.VIR_MIGRATE_PARAM_BANDWIDTH_POSTCOPY, inMebibytes),
  switchoverBandwidthBytesPerSecond: numberField(
    'ullong',
    constants.VIR_MIGRATE_PARAM_BANDWIDTH_AVAIL_SWITCHOVER,
    inMebibytes,
  ),
  graphicsUri: textField(constants.VIR_MIGRATE_PARAM_GRAPHICS_URI),
  listenAddress: textField(constants.VIR_MIGRATE_PARAM_LISTEN_ADDRESS),
  disksPort: numberField('int', constants.VIR_MIGRATE_PARAM_DISKS_PORT),
  disksUri: textField(constants.VIR_MIGRATE_PARAM_DISKS_URI),
  compressionMtLevel: numberField('int', constants.VIR_MIGRATE_PARAM_COMPRESSION_MT_LEVEL),
  compressionMtThreads: numberField('int', constants.VIR_MIGRATE_PARAM_COMPRESSION_MT_THREADS),
  compressionMtDecompressionThreads: numberField('int', constants.VIR_MIGRATE_PARAM_COMPRESSION_MT_DTHREADS),
  compressionXbzrleCacheBytes: numberField('ullong', constants.VIR_MIGRATE_PARAM_COMPRESSION_XBZRLE_CACHE),
  compressionZlibLevel: numberField('int', constants.VIR_MIGRATE_PARAM_COMPRESSION_ZLIB_LEVEL),
  compressionZstdLevel: numberField('int', constants.VIR_MIGRATE_PARAM_COMPRESSION_ZSTD_LEVEL),
  autoConvergeInitial: numberField('int', constants.VIR_MIGRATE_PARAM_AUTO_CONVERGE_INITIAL, { unit: 0.01 }),
  autoConvergeIncrement: numberField('int', constants.VIR_MIGRATE_PARAM_AUTO_CONVERGE_INCREMENT, { unit: 0.01 }),
  parallelConnections: numberField('int', constants.VIR_MIGRATE_PARAM_PARALLEL_CONNECTIONS),
  tlsDestination: textField(constants.VIR_MIGRATE_PARAM_TLS_DESTINATION),
};

/** The typed parameters of a migration; what there can be several of stands several times. */
export function migrateParams(options: MigrateParameters): TypedParam[] {
  const repeated = (name: string, texts: readonly string[] | undefined): TypedParam[] =>
    (texts ?? []).map((text) => ({ field: name, value: textField(name).write(text) }));
  return [
    ...writeFields(singleFields, options),
    ...repeated(constants.VIR_MIGRATE_PARAM_MIGRATE_DISKS, options.disks),
    ...repeated(constants.VIR_MIGRATE_PARAM_MIGRATE_DISKS_DETECT_ZEROES, options.disksDetectZeroes),
    ...repeated(constants.VIR_MIGRATE_PARAM_COMPRESSION, options.compression),
  ];
}

/** The parameters with a text put in place of what they had. */
export function withText(params: readonly TypedParam[], name: string, value: string): TypedParam[] {
  return [...params.filter(({ field }) => field !== name), { field: name, value: { type: 7, value } }];
}
