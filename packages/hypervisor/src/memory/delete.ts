import { assertAllowed } from '../assert-allowed.ts';
import type { DeleteVmOptions } from '../spec/hypervisor.ts';
import { undisturbed } from './change.ts';
import type { Machine } from './machine.ts';
import type { MemoryHost } from './memory-host.ts';

/** Takes a machine away. */
export async function deleteMachine(
  host: MemoryHost,
  vm: string,
  { force, signal }: DeleteVmOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const machine = host.find(vm);
  assertAllowed('delete', machine.spec.name, machine.state, { force });
  if (host.failure('delete', machine.spec.name) === 'hang') await host.hang({ signal });
  host.transition(machine, 'deleting', 'delete');
  await undisturbed(machine, 'delete', () => host.latency('delete'));
  remove(host, machine);
}

/** Takes it out of the host and tells. */
export function remove(host: MemoryHost, machine: Machine): void {
  host.machines.delete(machine.id);
  host.transition(machine, 'deleted', 'deleted', 'deleted');
}
