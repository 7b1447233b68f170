/**
 * One interface to virtual machines wherever they live, and what a driver needs to implement it.
 *
 * @module
 */
export { assertAllowed, assertState } from './assert-allowed.ts';
export { bridgeWebSocket, type BridgeOptions, type BridgeSocket, type BridgeStream } from './bridge-web-socket.ts';
export { defineVm } from './define-vm.ts';
export { checkedGraceMs } from './checked-grace-ms.ts';
export { conflictError, HypervisorError, notFoundError, unsupportedError, type ErrorKind } from './error.ts';
export { checkedKinds, checkedQueueLimit, EventQueue } from './event-queue.ts';
export { performanceAdvice, type Advice } from './performance-advice.ts';
export { queryVms } from './query-vms.ts';
export { createHypervisorPool } from './pool/hypervisor-pool.ts';
export type * from './pool/types.ts';
export { specProblems, validateSpec } from './validate/validate-spec.ts';
export { osNames, osPreset, type OsPreset } from './os-presets.ts';
export { defaultCapabilities, defineCapabilities, type HypervisorCapabilities } from './spec/capabilities.ts';
export type * from './spec/events.ts';
export type {
  CompleteHypervisor,
  CompleteVmOperations,
  EventsOptions,
  HostDevice,
  HostInfo,
  HostOperations,
  Hypervisor,
  NumaNode,
} from './spec/hypervisor.ts';
export type * from './spec/operations/backups.ts';
export type * from './spec/operations/definitions.ts';
export type * from './spec/operations/filters.ts';
export type * from './spec/operations/guests.ts';
export type * from './spec/operations/migrations.ts';
export type * from './spec/operations/network-parts.ts';
export type * from './spec/operations/networks.ts';
export type * from './spec/operations/options.ts';
export type * from './spec/operations/plan.ts';
export type * from './spec/operations/pools.ts';
export type * from './spec/operations/snapshots.ts';
export type * from './spec/operations/vm-details.ts';
export type * from './spec/operations/vm-devices.ts';
export type * from './spec/operations/vms.ts';
export type * from './spec/operations/volumes.ts';
export type * from './spec/definition/cloud-init-spec.ts';
export type * from './spec/definition/cpu-spec.ts';
export type * from './spec/definition/device-specs.ts';
export type * from './spec/definition/disk-spec.ts';
export type * from './spec/definition/memory-spec.ts';
export type * from './spec/definition/network-interface-spec.ts';
export type * from './spec/definition/upload-source.ts';
export type * from './spec/definition/vm-spec.ts';
export type * from './spec/definition/xml-patch.ts';
export type { SpecProblem } from './spec/spec-problem.ts';
export { actionsAllowedIn, statesAllowing, type VmAction, type VmState } from './spec/vm-state.ts';
export type { CpuStats, DiskStats, MemoryStats, NetworkInterfaceStats, VmStats } from './spec/vm-stats.ts';
export type { Vm, VmNative } from './spec/vm.ts';
export {
  defineTemplate,
  type SpecPattern,
  type Template,
  type TemplateArguments,
  type TemplateDefinition,
  type TemplateParameter,
  type TemplateParameters,
} from './template.ts';
export { isoImage, type IsoFile } from './iso/iso-image.ts';
