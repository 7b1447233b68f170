import { HypervisorError } from '../../error.ts';
import type { VmState } from '../../spec/vm-state.ts';
import type { MemoryHost } from '../memory-host.ts';

const withGuest: readonly VmState[] = ['running', 'paused', 'starting', 'stopping'];

/**
 * Lets a machine's guest die.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when no guest runs in it.
 */
export function crash(host: MemoryHost, vm: string): void {
  const machine = host.find(vm);
  const { state, spec } = machine;
  if (!withGuest.includes(state)) {
    throw new HypervisorError({
      kind: 'conflict',
      message: `VM ${JSON.stringify(spec.name)} is ${state}; to crash it must be ${withGuest.join(' or ')}`,
      details: { vm: spec.name, action: 'crash', state, allowed: withGuest },
    });
  }
  host.transition(machine, 'crashed', 'crashed on request', 'crashed');
}
