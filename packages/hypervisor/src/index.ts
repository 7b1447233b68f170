/**
 * One interface to virtual machines wherever they live, and what a driver needs to implement it.
 *
 * @module
 */
export { assertAllowed } from './assert-allowed.ts';
export { checkedGraceMs } from './checked-grace-ms.ts';
export { conflictError, HypervisorError, notFoundError, unsupportedError, type ErrorKind } from './error.ts';
export { checkedQueueLimit, EventQueue } from './event-queue.ts';
export { queryVms } from './query-vms.ts';
export { specProblems, validateSpec, type SpecProblem } from './validate-spec.ts';
export { defaultCapabilities, defineCapabilities, type HypervisorCapabilities } from './spec/capabilities.ts';
export type { EventsLost, HypervisorEvent, VmEvent } from './spec/events.ts';
export type {
  CreateVmOptions,
  DeleteVmOptions,
  EventsOptions,
  HostInfo,
  HostOperations,
  Hypervisor,
  RebootVmOptions,
  StopVmOptions,
  VmList,
  VmOperations,
  VmQuery,
  VmStatsList,
  VmStatsOptions,
} from './spec/hypervisor.ts';
export type { DirectBootSpec, DiskSpec, NetworkInterfaceSpec, VmSpec } from './spec/vm-spec.ts';
export { actionsAllowedIn, statesAllowing, type VmAction, type VmState } from './spec/vm-state.ts';
export type { CpuStats, DiskStats, MemoryStats, NetworkInterfaceStats, VmStats } from './spec/vm-stats.ts';
export type { Vm, VmNative } from './spec/vm.ts';
