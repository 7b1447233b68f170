import { NovaError, type ErrorKind, type ErrorOptions } from '@novacron/core';
import type { HypervisorCapabilities } from './spec/capabilities.ts';
import { statesAllowing, type VmAction, type VmState } from './spec/vm-state.ts';

const marker = Symbol.for('novacron.hypervisor.error');

/** What a hypervisor or a driver throws. Codes are `NOVA_HYPERVISOR_<KIND>`; see {@link ErrorKind} for the kinds. */
export class HypervisorError extends NovaError {
  static {
    Object.defineProperty(this.prototype, marker, { value: true });
    Object.defineProperty(this.prototype, 'name', { value: 'HypervisorError', writable: true, configurable: true });
  }

  /** @param options - What went wrong. */
  constructor(options: ErrorOptions) {
    super('HYPERVISOR', options);
  }

  /** Tells whether a value is a hypervisor's error, whichever copy of the package made it. */
  static override isInstance(value: unknown): value is HypervisorError {
    return NovaError.isInstance(value) && (value as unknown as Record<symbol, unknown>)[marker] === true;
  }
}

/** The error of an action that is not possible in a state; it names the state and what is allowed. For drivers. */
export function conflictError(
  action: VmAction | (string & {}),
  vm: string,
  state: VmState,
  allowed: readonly VmState[] = statesAllowing(action as VmAction),
): HypervisorError {
  return new HypervisorError({
    kind: 'conflict',
    message: `VM ${JSON.stringify(vm)} is ${state}; to ${action} it must be ${allowed.join(' or ')}`,
    details: { vm, action, state, allowed },
  });
}

/** The error of a machine that is not there. For drivers. */
export function notFoundError(vm: string): HypervisorError {
  return new HypervisorError({
    kind: 'not-found',
    message: `VM ${JSON.stringify(vm)} does not exist`,
    details: { vm },
  });
}

/** The error of something other than a machine that is not there. For drivers. */
export function notFound(
  what:
    | 'Pool'
    | 'Volume'
    | 'Network'
    | 'Snapshot'
    | 'Reservation'
    | 'Device'
    | 'Checkpoint'
    | 'Image'
    | 'Backup'
    | 'Filter',
  name: string,
): HypervisorError {
  return new HypervisorError({
    kind: 'not-found',
    message: `${what} ${JSON.stringify(name)} does not exist`,
    details: { [what.toLowerCase()]: name },
  });
}

/** The error of a filter that can't be deleted. For drivers. */
export function filterInUse(filter: string, user: string, cause?: unknown): HypervisorError {
  return new HypervisorError({
    kind: 'conflict',
    message: `Filter ${JSON.stringify(filter)} is in use by ${user}`,
    details: { filter, user },
    cause,
  });
}

/** The error of an operation that a driver's capabilities rule out. For drivers. */
export function unsupportedError(driver: string, capability: keyof HypervisorCapabilities): HypervisorError {
  return new HypervisorError({
    kind: 'unsupported',
    message: `The ${driver} driver can't do this here: its capability ${capability} is false`,
    details: { driver, capability },
  });
}

export type { ErrorKind };
