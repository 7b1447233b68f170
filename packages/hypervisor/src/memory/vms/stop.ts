import { assertAllowed } from '../../assert-allowed.ts';
import { checkedGraceMs } from '../../checked-grace-ms.ts';
import { conflictError, HypervisorError } from '../../error.ts';
import type { StopVmOptions } from '../../spec/operations/vms.ts';
import { undisturbed } from './change.ts';
import { noUsage, type Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';

/**
 * Shuts a machine down, or cuts its power.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when the state does not allow it, or something else happened to the
 * machine meanwhile; NOVA_HYPERVISOR_TIMEOUT when the guest ignored the request and `afterGrace` is `fail`.
 */
export async function stop(
  host: MemoryHost,
  vm: string,
  options: StopVmOptions & { readonly signal: AbortSignal },
): Promise<Machine> {
  const { force, afterGrace = 'force', signal } = options;
  const graceMs = checkedGraceMs(options.graceMs);
  const machine = host.find(vm);
  const { spec, state } = machine;
  assertAllowed('stop', spec.name, state, { force });
  const ignored = host.failure('stop', spec.name) === 'hang';
  if (!force && state === 'paused' && afterGrace === 'fail') throw conflictError('stop', spec.name, state, ['running']);
  if (force || state === 'crashed' || state === 'paused') return off(host, machine, 'destroyed');

  host.transition(machine, 'stopping', 'stop');
  const { changes } = machine;
  try {
    await undisturbed(machine, 'stop', () => (ignored ? host.sleep(graceMs, { signal }) : host.latency('stop')));
  } catch (error) {
    if (machine.state === 'stopped') return machine; // somebody else cut its power: it is off, as was asked
    if (machine.changes === changes) host.transition(machine, 'running', 'nobody waits for its guest any more');
    throw error;
  }
  if (!ignored) return off(host, machine, 'shutdown');
  if (afterGrace === 'force') return off(host, machine, 'destroyed');
  host.transition(machine, 'running', 'guest ignored the request to shut down');
  throw new HypervisorError({
    kind: 'timeout',
    message: `VM ${JSON.stringify(spec.name)} did not shut down within ${graceMs} ms; stop it with force`,
    details: { vm: spec.name, graceMs },
  });
}

function off(host: MemoryHost, machine: Machine, reason: string): Machine {
  host.transition(machine, 'stopped', reason, 'stopped');
  machine.usage = noUsage();
  const { vcpus = machine.vcpus, memoryBytes = machine.memoryBytes } = machine.nextSize ?? {};
  host.machines.resize(machine, { vcpus, memoryBytes });
  Object.assign(machine, { nextSize: undefined, spec: { ...machine.spec, vcpus, memoryBytes } });
  return machine;
}
