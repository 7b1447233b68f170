import { constants } from '../protocol/constants.gen.ts';
import { type Field, type Fields, numberField, textField, type WithParameters } from '../values/fields.ts';
import { kibibyteBytes } from '../values/units.ts';

/** What the host's CPUs have done since it was started. */
export interface NodeCpuStats extends WithParameters {
  readonly kernelNs?: number | undefined;
  readonly userNs?: number | undefined;
  readonly idleNs?: number | undefined;
  readonly iowaitNs?: number | undefined;
  readonly interruptNs?: number | undefined;
  /** How busy they are, 0..1; of hypervisors that do not count the time. */
  readonly utilization?: number | undefined;
}

/** The fields of {@link NodeCpuStats}. */
export const nodeCpuFields: Fields<NodeCpuStats> = {
  kernelNs: numberField('ullong', constants.VIR_NODE_CPU_STATS_KERNEL),
  userNs: numberField('ullong', constants.VIR_NODE_CPU_STATS_USER),
  idleNs: numberField('ullong', constants.VIR_NODE_CPU_STATS_IDLE),
  iowaitNs: numberField('ullong', constants.VIR_NODE_CPU_STATS_IOWAIT),
  interruptNs: numberField('ullong', constants.VIR_NODE_CPU_STATS_INTR),
  utilization: numberField('ullong', constants.VIR_NODE_CPU_STATS_UTILIZATION, { unit: 0.01 }),
};

/** The host's memory. */
export interface NodeMemoryStats extends WithParameters {
  readonly totalBytes?: number | undefined;
  readonly freeBytes?: number | undefined;
  readonly buffersBytes?: number | undefined;
  readonly cachedBytes?: number | undefined;
}

const inKibibytes = (name: string): Field<number> => numberField('ullong', name, { unit: kibibyteBytes });

/** The fields of {@link NodeMemoryStats}. */
export const nodeMemoryFields: Fields<NodeMemoryStats> = {
  totalBytes: inKibibytes(constants.VIR_NODE_MEMORY_STATS_TOTAL),
  freeBytes: inKibibytes(constants.VIR_NODE_MEMORY_STATS_FREE),
  buffersBytes: inKibibytes(constants.VIR_NODE_MEMORY_STATS_BUFFERS),
  cachedBytes: inKibibytes(constants.VIR_NODE_MEMORY_STATS_CACHED),
};

/** How the host shares equal pages of memory (KSM). What is counted can't be set. */
export interface NodeMemoryParameters {
  /** How many pages are looked at before it sleeps. */
  readonly sharedPagesToScan?: number | undefined;
  /** How long it sleeps then. */
  readonly sharedSleepMs?: number | undefined;
  /** Whether pages of different NUMA nodes are shared: 1, or 0. */
  readonly sharedMergeAcrossNodes?: number | undefined;
  /** Shared pages that are in use. */
  readonly sharedPages?: number | undefined;
  /** How many places share them. */
  readonly sharingPages?: number | undefined;
  /** Pages that were looked at in vain. */
  readonly unsharedPages?: number | undefined;
  /** Pages that change too fast. */
  readonly volatilePages?: number | undefined;
  /** How often it has gone through all. */
  readonly fullScans?: number | undefined;
}

/** The parameters of {@link NodeMemoryParameters}. */
export const nodeMemoryParameterFields: Fields<NodeMemoryParameters> = {
  sharedPagesToScan: numberField('uint', constants.VIR_NODE_MEMORY_SHARED_PAGES_TO_SCAN),
  sharedSleepMs: numberField('uint', constants.VIR_NODE_MEMORY_SHARED_SLEEP_MILLISECS),
  sharedMergeAcrossNodes: numberField('uint', constants.VIR_NODE_MEMORY_SHARED_MERGE_ACROSS_NODES),
  sharedPages: numberField('ullong', constants.VIR_NODE_MEMORY_SHARED_PAGES_SHARED),
  sharingPages: numberField('ullong', constants.VIR_NODE_MEMORY_SHARED_PAGES_SHARING),
  unsharedPages: numberField('ullong', constants.VIR_NODE_MEMORY_SHARED_PAGES_UNSHARED),
  volatilePages: numberField('ullong', constants.VIR_NODE_MEMORY_SHARED_PAGES_VOLATILE),
  fullScans: numberField('ullong', constants.VIR_NODE_MEMORY_SHARED_FULL_SCANS),
};

/** What the host can do with encrypted memory (AMD SEV). */
export interface SEVInfo {
  /** Its Diffie-Hellman key, base64. */
  readonly pdh?: string | undefined;
  /** Its chain of certificates, base64. */
  readonly certChain?: string | undefined;
  /** By which AMD knows its CPU, base64. */
  readonly cpu0Id?: string | undefined;
  /** Which bit of an address says that the memory is encrypted. */
  readonly cBitPosition?: number | undefined;
  /** How many bits of an address are lost to it. */
  readonly reducedPhysicalBits?: number | undefined;
  readonly maxGuests?: number | undefined;
  /** Guests whose registers are encrypted too. */
  readonly maxEsGuests?: number | undefined;
}

/** The parameters of {@link SEVInfo}. */
export const sevFields: Fields<SEVInfo> = {
  pdh: textField(constants.VIR_NODE_SEV_PDH),
  certChain: textField(constants.VIR_NODE_SEV_CERT_CHAIN),
  cpu0Id: textField(constants.VIR_NODE_SEV_CPU0_ID),
  cBitPosition: numberField('uint', constants.VIR_NODE_SEV_CBITPOS),
  reducedPhysicalBits: numberField('uint', constants.VIR_NODE_SEV_REDUCED_PHYS_BITS),
  maxGuests: numberField('uint', constants.VIR_NODE_SEV_MAX_GUESTS),
  maxEsGuests: numberField('uint', constants.VIR_NODE_SEV_MAX_ES_GUESTS),
};
