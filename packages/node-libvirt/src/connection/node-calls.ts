import { type SuspendTarget, suspendTargets } from '../domain/lifecycle-options.ts';
import { constants } from '../protocol/constants.gen.ts';
import { REMOTE_NODE_MEMORY_PARAMETERS_MAX, REMOTE_NODE_SEV_INFO_MAX } from '../protocol/remote-constants.gen.ts';
import type { TypedParam } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { readCpuMap } from '../values/cpu-map.ts';
import { readFields, type WithParameters, writeFields } from '../values/fields.ts';
import { inUnits, kibibyteBytes } from '../values/units.ts';
import { numberOf } from '../values/words.ts';
import { HostCalls } from './host-calls.ts';
import { nodeInfo, type NodeInfo } from './node-info.ts';
import {
  nodeCpuFields,
  type NodeCpuStats,
  nodeMemoryFields,
  nodeMemoryParameterFields,
  type NodeMemoryParameters,
  type NodeMemoryStats,
  sevFields,
  type SEVInfo,
} from './node-stats.ts';

/** The host's CPUs. */
export interface NodeCpuMap {
  /** How many there are. */
  readonly cpus: number;
  /** The numbers of those that are online. */
  readonly online: readonly number[];
}

/** A size of memory pages, and how many of them. */
export interface PagePool {
  /** Rounded up to KiB. */
  readonly pageBytes: number;
  readonly count: number;
}

/** Where pages are allocated. */
export interface AllocPagesOptions extends CallOptions {
  /** The first NUMA node; -1 for the whole host. @default -1 */
  readonly startCell?: number | undefined;
  /** On how many NUMA nodes. @default 1 */
  readonly cellCount?: number | undefined;
  /** The counts are how many there shall be, not how many more. @default false */
  readonly set?: boolean | undefined;
}

/** The calls of a connection that are about the host: libvirt's "node". */
export abstract class NodeCalls extends HostCalls {
  /** The host's hardware. */
  async getInfo(options?: CallOptions): Promise<NodeInfo> {
    return nodeInfo(await this.raw.nodeGetInfo(options));
  }

  /** The host's free memory. */
  async getFreeMemory(options?: CallOptions): Promise<number> {
    return (await this.raw.nodeGetFreeMemory(options)).freeMem;
  }

  /** The free memory of NUMA nodes in bytes: of `maxCells` from `startCell` on. */
  async getCellsFreeMemory(startCell: number, maxCells: number, options?: CallOptions): Promise<readonly number[]> {
    return (await this.raw.nodeGetCellsFreeMemory({ startCell, maxcells: maxCells }, options)).cells;
  }

  /** The host's CPUs. */
  async getCPUMap(options?: CallOptions): Promise<NodeCpuMap> {
    const { ret, cpumap } = await this.raw.nodeGetCpuMap({ needMap: 1, needOnline: 1 }, options);
    return { cpus: ret, online: readCpuMap(cpumap) };
  }

  /** What a CPU of the host has done since the host was started; all together by default. */
  getCPUStats(options?: CallOptions & { readonly cpu?: number | undefined }): Promise<NodeCpuStats> {
    const cpuNum = options?.cpu ?? constants.VIR_NODE_CPU_STATS_ALL_CPUS;
    return this.together(options, 'getCPUStats', async (step) => {
      // The daemon takes no other number of values than it has.
      const { nparams } = await this.raw.nodeGetCpuStats({ cpuNum, nparams: 0 }, step);
      const { params } = await this.raw.nodeGetCpuStats({ cpuNum, nparams }, step);
      return readFields<NodeCpuStats>(nodeCpuFields, asParameters(params));
    });
  }

  /** The memory of a NUMA node of the host; all together by default. */
  getMemoryStats(options?: CallOptions & { readonly cell?: number | undefined }): Promise<NodeMemoryStats> {
    const cellNum = options?.cell ?? constants.VIR_NODE_MEMORY_STATS_ALL_CELLS;
    return this.together(options, 'getMemoryStats', async (step) => {
      const { nparams } = await this.raw.nodeGetMemoryStats({ cellNum, nparams: 0 }, step);
      const { params } = await this.raw.nodeGetMemoryStats({ cellNum, nparams }, step);
      return readFields<NodeMemoryStats>(nodeMemoryFields, asParameters(params));
    });
  }

  /** How the host shares equal pages of memory. */
  async getMemoryParameters(options?: CallOptions): Promise<NodeMemoryParameters & WithParameters> {
    const args = { nparams: REMOTE_NODE_MEMORY_PARAMETERS_MAX, flags: constants.VIR_TYPED_PARAM_STRING_OKAY };
    const { params } = await this.raw.nodeGetMemoryParameters(args, options);
    return readFields<NodeMemoryParameters>(nodeMemoryParameterFields, params);
  }

  /** Sets how the host shares equal pages of memory; what is absent stays. */
  async setMemoryParameters(
    parameters: Pick<NodeMemoryParameters, 'sharedPagesToScan' | 'sharedSleepMs' | 'sharedMergeAcrossNodes'>,
    options?: CallOptions,
  ): Promise<void> {
    const params = writeFields(nodeMemoryParameterFields, parameters);
    await this.raw.nodeSetMemoryParameters({ params }, options);
  }

  /** What the host can do with encrypted memory. */
  async getSEVInfo(options?: CallOptions): Promise<SEVInfo & WithParameters> {
    const args = { nparams: REMOTE_NODE_SEV_INFO_MAX, flags: constants.VIR_TYPED_PARAM_STRING_OKAY };
    return readFields<SEVInfo>(sevFields, (await this.raw.nodeGetSevInfo(args, options)).params);
  }

  /** The host's security driver (`selinux`, `apparmor`, `none`) and its domain of interpretation. */
  async getSecurityModel(options?: CallOptions): Promise<{ readonly model: string; readonly doi: string }> {
    const { model, doi } = await this.raw.nodeGetSecurityModel(options);
    return { model, doi };
  }

  /** Puts the host to sleep for a while, at least 60 seconds. */
  async suspendForDuration(target: SuspendTarget, durationSeconds: number, options?: CallOptions): Promise<void> {
    const number = numberOf(suspendTargets, target, 'suspendForDuration: the target');
    await this.raw.nodeSuspendForDuration({ target: number, duration: durationSeconds }, options);
  }

  /**
   * How many pages of each size are free.
   *
   * @param pageBytes - The sizes.
   * @param startCell - The first NUMA node; -1 for the whole host.
   * @returns for each NUMA node a count for each size.
   */
  async getFreePages(
    pageBytes: readonly number[],
    startCell: number,
    cellCount: number = 1,
    options?: CallOptions,
  ): Promise<number[][]> {
    const pages = pageBytes.map((bytes) => inUnits(bytes, kibibyteBytes, 'getFreePages: a size'));
    const { counts } = await this.raw.nodeGetFreePages({ pages, startCell, cellCount }, options);
    const cells: number[][] = [];
    for (let at = 0; pages.length > 0 && at < counts.length; at += pages.length) {
      cells.push(counts.slice(at, at + pages.length));
    }
    return cells;
  }

  /** Allocates huge pages. @returns on how many NUMA nodes that was done. */
  async allocPages(pools: readonly PagePool[], options?: AllocPagesOptions): Promise<number> {
    const args = {
      pageSizes: pools.map(({ pageBytes }) => inUnits(pageBytes, kibibyteBytes, 'allocPages: a size')),
      pageCounts: pools.map(({ count }) => count),
      startCell: options?.startCell ?? -1,
      cellCount: options?.cellCount ?? 1,
      flags: options?.set === true ? constants.VIR_NODE_ALLOC_PAGES_SET : constants.VIR_NODE_ALLOC_PAGES_ADD,
    };
    return (await this.raw.nodeAllocPages(args, options)).ret;
  }
}

/** These two calls have a type of their own for what is a typed parameter elsewhere. */
function asParameters(values: readonly { readonly field: string; readonly value: bigint }[]): TypedParam[] {
  return values.map(({ field, value }) => ({ field, value: { type: 4, value } }));
}
