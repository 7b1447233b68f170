import { assertAllowed } from '../../assert-allowed.ts';
import { HypervisorError } from '../../error.ts';
import type { VmEvent } from '../../spec/events.ts';
import { statesAllowing, type VmAction, type VmState } from '../../spec/vm-state.ts';
import { noUsage, type Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';

/** How an action leads from one state to another. */
export interface Change {
  readonly action: VmAction;
  /** The state while it is under way. */
  readonly via: VmState;
  /** The state when it is done. */
  readonly to: VmState;
  /** What is told then. */
  readonly event: VmEvent['type'];
}

/** A start: the one change that other operations make too. */
export const start: Change = { action: 'start', via: 'starting', to: 'running', event: 'started' };

/**
 * Checks the state, passes through the state in between and arrives.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when the state does not allow it, or something else happened to
 * the machine meanwhile.
 */
export async function change(
  host: MemoryHost,
  vm: string,
  { action, via, to, event }: Change,
  signal: AbortSignal,
): Promise<Machine> {
  const machine = host.find(vm);
  assertAllowed(action, machine.spec.name, machine.state);
  if (host.failure(action, machine.spec.name) === 'hang') return host.hang({ signal });
  host.transition(machine, via, action);
  await undisturbed(machine, action, () => host.latency(action));
  if (action === 'start') machine.usage = noUsage();
  host.transition(machine, to, action, event);
  return machine;
}

/**
 * Waits, and makes sure that the machine is as it was before: a crash, a forced stop or a deletion may have come between.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when it is not.
 */
export async function undisturbed(
  machine: Machine,
  action: VmAction | 'create',
  wait: () => Promise<void>,
): Promise<void> {
  const { changes } = machine;
  await wait();
  if (machine.changes === changes) return;
  const { state, spec } = machine;
  const allowed = action === 'create' ? [] : statesAllowing(action);
  throw new HypervisorError({
    kind: 'conflict',
    message: `VM ${JSON.stringify(spec.name)} became ${state} by something else while it was to ${action}`,
    details: { vm: spec.name, action, state, allowed },
  });
}
