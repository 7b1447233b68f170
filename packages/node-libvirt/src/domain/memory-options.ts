import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { cpuList, readCpuList } from '../values/cpu-map.ts';
import { type Fields, numberField, parsedField, wordField } from '../values/fields.ts';
import { kibibyteBytes } from '../values/units.ts';
import type { Words } from '../values/words.ts';
import { type AffectOptions, affectBits } from './options.ts';

/** Which memory of a domain is set (`virDomainMemoryModFlags`). */
export interface SetMemoryOptions extends AffectOptions {
  /** The most that it may have, not what it has. @default false */
  readonly maximum?: boolean | undefined;
}

/** The bits of {@link SetMemoryOptions}. */
export const setMemoryBits: Record<Exclude<keyof SetMemoryOptions, keyof CallOptions>, number> = {
  ...affectBits,
  maximum: constants.VIR_DOMAIN_MEM_MAXIMUM,
};

/** A domain's memory; most of it needs the guest's balloon driver. */
export interface MemoryStats {
  readonly swapInBytes?: number | undefined;
  readonly swapOutBytes?: number | undefined;
  readonly majorFaults?: number | undefined;
  readonly minorFaults?: number | undefined;
  /** What the guest leaves entirely unused. */
  readonly unusedBytes?: number | undefined;
  /** What the guest sees as its memory. */
  readonly availableBytes?: number | undefined;
  /** What it has. */
  readonly actualBytes?: number | undefined;
  /** What the domain's process takes on the host. */
  readonly rssBytes?: number | undefined;
  /** What the guest could give to programs without swapping. */
  readonly usableBytes?: number | undefined;
  /** When the guest last told its values, epoch milliseconds; absent when it never did. */
  readonly lastUpdateMs?: number | undefined;
  readonly diskCachesBytes?: number | undefined;
  /** Huge pages that the guest got. */
  readonly hugePagesAllocated?: number | undefined;
  /** Huge pages that the guest wanted and did not get. */
  readonly hugePagesFailed?: number | undefined;
  /** Values that are newer than this package, by libvirt's number. */
  readonly unknown: Readonly<Record<number, bigint>>;
}

type MemoryStat = Exclude<keyof MemoryStats, 'unknown'>;

/** What each number of `virDomainMemoryStatTags` is called, and what one of libvirt's units is in ours. */
export const memoryStatTags: Readonly<Record<number, readonly [name: MemoryStat, unit: number]>> = {
  [constants.VIR_DOMAIN_MEMORY_STAT_SWAP_IN]: ['swapInBytes', kibibyteBytes],
  [constants.VIR_DOMAIN_MEMORY_STAT_SWAP_OUT]: ['swapOutBytes', kibibyteBytes],
  [constants.VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT]: ['majorFaults', 1],
  [constants.VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT]: ['minorFaults', 1],
  [constants.VIR_DOMAIN_MEMORY_STAT_UNUSED]: ['unusedBytes', kibibyteBytes],
  [constants.VIR_DOMAIN_MEMORY_STAT_AVAILABLE]: ['availableBytes', kibibyteBytes],
  [constants.VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON]: ['actualBytes', kibibyteBytes],
  [constants.VIR_DOMAIN_MEMORY_STAT_RSS]: ['rssBytes', kibibyteBytes],
  [constants.VIR_DOMAIN_MEMORY_STAT_USABLE]: ['usableBytes', kibibyteBytes],
  [constants.VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE]: ['lastUpdateMs', 1000],
  [constants.VIR_DOMAIN_MEMORY_STAT_DISK_CACHES]: ['diskCachesBytes', kibibyteBytes],
  [constants.VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC]: ['hugePagesAllocated', 1],
  [constants.VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL]: ['hugePagesFailed', 1],
};

/** How much memory of the host a domain may take; `Infinity` is without limit. */
export interface MemoryParameters {
  /** All that its process may take. */
  readonly hardLimitBytes?: number | undefined;
  /** What it may take while the host's memory is short. */
  readonly softLimitBytes?: number | undefined;
  /** What is reserved for it. */
  readonly minGuaranteeBytes?: number | undefined;
  /** Memory and swap together. */
  readonly swapHardLimitBytes?: number | undefined;
}

const inKibibytes = { unit: kibibyteBytes, unlimited: constants.VIR_DOMAIN_MEMORY_PARAM_UNLIMITED };

/** The parameters of {@link MemoryParameters}. */
export const memoryFields: Fields<MemoryParameters> = {
  hardLimitBytes: numberField('ullong', constants.VIR_DOMAIN_MEMORY_HARD_LIMIT, inKibibytes),
  softLimitBytes: numberField('ullong', constants.VIR_DOMAIN_MEMORY_SOFT_LIMIT, inKibibytes),
  minGuaranteeBytes: numberField('ullong', constants.VIR_DOMAIN_MEMORY_MIN_GUARANTEE, inKibibytes),
  swapHardLimitBytes: numberField('ullong', constants.VIR_DOMAIN_MEMORY_SWAP_HARD_LIMIT, inKibibytes),
};

/** How a domain's memory is spread over the host's NUMA nodes (`virDomainNumatuneMemMode`). */
export type NumaMode = 'strict' | 'preferred' | 'interleave' | 'restrictive';

const numaModes: Words<NumaMode> = {
  strict: constants.VIR_DOMAIN_NUMATUNE_MEM_STRICT,
  preferred: constants.VIR_DOMAIN_NUMATUNE_MEM_PREFERRED,
  interleave: constants.VIR_DOMAIN_NUMATUNE_MEM_INTERLEAVE,
  restrictive: constants.VIR_DOMAIN_NUMATUNE_MEM_RESTRICTIVE,
};

/** Which NUMA nodes of the host a domain's memory comes from. */
export interface NumaParameters {
  /** The nodes' numbers. */
  readonly nodes?: readonly number[] | undefined;
  readonly mode?: NumaMode | 'unknown' | undefined;
}

/** The parameters of {@link NumaParameters}. */
export const numaFields: Fields<NumaParameters> = {
  nodes: parsedField<readonly number[]>(constants.VIR_DOMAIN_NUMA_NODESET, readCpuList, (nodes) =>
    cpuList(nodes, 'setNumaParameters: a node'),
  ),
  mode: wordField(constants.VIR_DOMAIN_NUMA_MODE, numaModes),
};

/** Which memory is peeked at (`virDomainMemoryFlags`). */
export type MemoryKind = 'virtual' | 'physical';

/** libvirt's bit of each {@link MemoryKind}. */
export const memoryKinds: Words<MemoryKind> = {
  virtual: constants.VIR_MEMORY_VIRTUAL,
  physical: constants.VIR_MEMORY_PHYSICAL,
};

/** How the pages that a guest writes to are counted (`virDomainDirtyRateCalcFlags`). */
export type DirtyRateMode = 'page-sampling' | 'dirty-bitmap' | 'dirty-ring';

/** libvirt's bit of each {@link DirtyRateMode}. */
export const dirtyRateModes: Words<DirtyRateMode> = {
  'page-sampling': constants.VIR_DOMAIN_DIRTYRATE_MODE_PAGE_SAMPLING,
  'dirty-bitmap': constants.VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_BITMAP,
  'dirty-ring': constants.VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_RING,
};
