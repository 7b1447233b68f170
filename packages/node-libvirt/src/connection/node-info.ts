import type { NodeGetInfoRet } from '../protocol/remote-types.gen.ts';

/** The host's hardware. */
export interface NodeInfo {
  /** The CPU's model: `x86_64`. */
  readonly model: string;
  readonly memoryBytes: number;
  /** How many CPUs are online. */
  readonly cpus: number;
  /** The CPUs' frequency, 0 when not known. */
  readonly megahertz: number;
  /** How many NUMA nodes there are. */
  readonly numaNodes: number;
  /** Sockets of each NUMA node. */
  readonly sockets: number;
  /** Cores of each socket. */
  readonly cores: number;
  /** Threads of each core. */
  readonly threads: number;
}

/** Names and units for what the daemon tells. */
export function nodeInfo({ model, memory, cpus, mhz, nodes, sockets, cores, threads }: NodeGetInfoRet): NodeInfo {
  return { model, memoryBytes: memory * 1024, cpus, megahertz: mhz, numaNodes: nodes, sockets, cores, threads };
}
