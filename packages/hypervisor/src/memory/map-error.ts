import { HypervisorError, type ErrorKind } from '../error.ts';
import type { VmAction } from '../spec/vm-state.ts';

/** Operations that can be made to fail. */
export type FailingOperation =
  | VmAction
  | 'create'
  | 'get'
  | 'list'
  | 'stats'
  | 'save'
  | 'update'
  | 'devices'
  | 'snapshot'
  | 'revert'
  | 'guest'
  | 'migrate'
  | 'backup'
  | 'volume'
  | 'network';

/** A failure that a test or a demonstration asks for. */
export interface Failure {
  /** Which operation fails. */
  readonly operation: FailingOperation;
  /** Only for the machine of this name, however the operation names it. @default any */
  readonly vm?: string | undefined;
  /** What it fails with; `hang` never answers, and a `stop` that hangs is a guest that ignores the request. */
  readonly with: ErrorKind | 'hang';
  /** How many times. @default 1 */
  readonly times?: number | undefined;
}

/** The error of a failure that was asked for. */
export function injectedError(operation: FailingOperation, kind: ErrorKind, vm: string | undefined): HypervisorError {
  return new HypervisorError({
    kind,
    message: `The simulated host failed to ${operation}${vm === undefined ? '' : ` VM ${JSON.stringify(vm)}`}, as it was told to`,
    details: { operation, ...(vm === undefined ? {} : { vm }), injected: true },
  });
}
