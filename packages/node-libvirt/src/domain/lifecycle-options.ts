import { constants } from '../protocol/constants.gen.ts';
import type { Words } from '../values/words.ts';

/** How deep a guest, or a host, may sleep (`virNodeSuspendTarget`): in memory, on disk, or both. */
export type SuspendTarget = 'memory' | 'disk' | 'hybrid';

/** libvirt's number of each {@link SuspendTarget}. */
export const suspendTargets: Words<SuspendTarget> = {
  memory: constants.VIR_NODE_SUSPEND_TARGET_MEM,
  disk: constants.VIR_NODE_SUSPEND_TARGET_DISK,
  hybrid: constants.VIR_NODE_SUSPEND_TARGET_HYBRID,
};

/** Whether libvirt can talk to what runs a domain (`virDomainControlState`). */
export type ControlState = 'ok' | 'job' | 'occupied' | 'error';

/** libvirt's number of each {@link ControlState}. */
export const controlStates: Words<ControlState> = {
  ok: constants.VIR_DOMAIN_CONTROL_OK,
  job: constants.VIR_DOMAIN_CONTROL_JOB,
  occupied: constants.VIR_DOMAIN_CONTROL_OCCUPIED,
  error: constants.VIR_DOMAIN_CONTROL_ERROR,
};

/** Why it can't (`virDomainControlErrorReason`). */
export type ControlErrorReason = 'none' | 'monitor' | 'internal';

/** libvirt's number of each {@link ControlErrorReason}. */
export const controlErrorReasons: Words<ControlErrorReason> = {
  none: constants.VIR_DOMAIN_CONTROL_ERROR_REASON_NONE,
  monitor: constants.VIR_DOMAIN_CONTROL_ERROR_REASON_MONITOR,
  internal: constants.VIR_DOMAIN_CONTROL_ERROR_REASON_INTERNAL,
};
