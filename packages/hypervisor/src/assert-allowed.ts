import { conflictError } from './error.ts';
import { statesAllowing, type VmAction, type VmState } from './spec/vm-state.ts';

/**
 * Refuses an action that a machine's state does not allow. For drivers, so that all of them refuse the same.
 *
 * Without force it is {@link statesAllowing} that decides. With force, `stop` also ends a shutdown that hangs
 * (`stopping`), and `delete` takes any machine that is not going or gone already. `unknown` allows every action: the
 * vendor decides.
 *
 * @param action - What the caller wants to do.
 * @param vm - Its name or id, for the message.
 * @param state - The machine's state now.
 * @param options - Whether the caller asked for force.
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when the state does not allow it; `details.state` and
 * `details.allowed` say more.
 *
 * @example
 * ```ts
 * import { assertAllowed, HypervisorError } from '@novacron/hypervisor';
 *
 * assertAllowed('stop', 'web-1', 'stopping', { force: true });
 * try {
 *   assertAllowed('stop', 'web-1', 'stopping');
 * } catch (error) {
 *   HypervisorError.isInstance(error) && error.kind // => 'conflict'
 * }
 * ```
 */
export function assertAllowed(
  action: VmAction,
  vm: string,
  state: VmState,
  options: { readonly force?: boolean | undefined } = {},
): void {
  if (state === 'unknown' || statesAllowing(action).includes(state)) return;
  if (options.force && action === 'stop' && state === 'stopping') return;
  if (options.force && action === 'delete' && state !== 'deleting' && state !== 'deleted') return;
  throw conflictError(action, vm, state);
}

/**
 * Refuses an action that needs certain states. For drivers.
 *
 * @param action - What the caller wants to do, in words: `rename`.
 * @param vm - Its name or id, for the message.
 * @param state - The machine's state now; `unknown` is let pass: the vendor decides.
 * @param allowed - The states in which it is possible.
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when the state is another.
 */
export function assertState(action: string, vm: string, state: VmState, allowed: readonly VmState[]): void {
  if (state !== 'unknown' && !allowed.includes(state)) throw conflictError(action, vm, state, allowed);
}
