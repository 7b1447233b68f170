/**
 * The one state machine of a virtual machine, whatever the vendor calls it.
 *
 * | state | meaning |
 * | --- | --- |
 * | `pending` | accepted, nothing exists yet |
 * | `provisioning` | disks, networks and the definition are being made |
 * | `starting` | booting |
 * | `running` | the guest runs |
 * | `paused` | in memory, its CPUs are stopped |
 * | `suspended` | its memory is saved on disk; or the guest sleeps |
 * | `stopping` | shutting down |
 * | `stopped` | off, no compute is held |
 * | `stopped-allocated` | off, but the compute is still held and billed (Azure's "stopped") |
 * | `migrating` | moving to another host |
 * | `crashed` | the guest or its process died |
 * | `deleting` | being taken away |
 * | `deleted` | gone; some clouds still list it for a while |
 * | `error` | the vendor reports a failure that needs a person |
 * | `unknown` | a vendor's value that this version does not know; see `native` |
 */
export type VmState =
  | 'pending'
  | 'provisioning'
  | 'starting'
  | 'running'
  | 'paused'
  | 'suspended'
  | 'stopping'
  | 'stopped'
  | 'stopped-allocated'
  | 'migrating'
  | 'crashed'
  | 'deleting'
  | 'deleted'
  | 'error'
  | 'unknown';

/** What a caller can do to a virtual machine that depends on its state. */
export type VmAction = 'start' | 'stop' | 'reboot' | 'suspend' | 'resume' | 'delete';

const allowedStates: Readonly<Record<VmAction, readonly VmState[]>> = {
  start: ['stopped', 'stopped-allocated', 'suspended', 'crashed'],
  stop: ['running', 'paused', 'starting', 'crashed'],
  reboot: ['running'],
  suspend: ['running'],
  resume: ['paused'],
  delete: ['stopped', 'stopped-allocated', 'crashed', 'error'],
};

/**
 * The states in which an action is possible without force. `unknown` allows every action: the vendor decides.
 * Drivers check with {@link assertAllowed}, which knows of force too.
 *
 * @example
 * ```ts
 * import { statesAllowing } from '@novacron/hypervisor';
 *
 * statesAllowing('resume') // => ['paused']
 * ```
 */
export function statesAllowing(action: VmAction): readonly VmState[] {
  return allowedStates[action];
}

/**
 * The actions that are possible in a state, in the order start, stop, reboot, suspend, resume, delete.
 *
 * @example
 * ```ts
 * import { actionsAllowedIn } from '@novacron/hypervisor';
 *
 * actionsAllowedIn('paused') // => ['stop', 'resume']
 * ```
 */
export function actionsAllowedIn(state: VmState): readonly VmAction[] {
  const actions = Object.keys(allowedStates) as VmAction[];
  return state === 'unknown' ? actions : actions.filter((action) => allowedStates[action].includes(state));
}
