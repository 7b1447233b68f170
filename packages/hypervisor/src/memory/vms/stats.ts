import { withDeadline, type NovaError } from '@novacron/core';
import type { VmOperations } from '../../spec/operations/vms.ts';
import type { VmStats } from '../../spec/vm-stats.ts';
import { HypervisorError, notFoundError } from '../../error.ts';
import { count } from '../machine.ts';
import { mapStats } from '../map-vm.ts';
import type { MemoryHost } from '../memory-host.ts';

/** What the machines use. */
export function memoryStats(host: MemoryHost): VmOperations['stats'] {
  return (options) =>
    withDeadline(
      options,
      async (signal) => {
        host.assertOpen();
        if (host.failure('stats') === 'hang') return host.hang({ signal });
        await host.latency('read');
        const running = Array.from(host.machines.values()).filter(
          ({ state }) => state === 'running' || state === 'paused',
        );
        const items: VmStats[] = [];
        const errors: NovaError[] = [];
        const timeMs = host.clock.now();
        for (const vm of options?.vms ?? running.map(({ id }) => id)) {
          const machine = host.machines.get(vm) ?? host.machines.named(vm);
          if (machine === undefined) {
            errors.push(notFoundError(vm));
            continue;
          }
          try {
            if (host.failure('stats', machine.spec.name) === 'hang') return await host.hang({ signal });
          } catch (error) {
            if (signal.aborted || !HypervisorError.isInstance(error)) throw error;
            host.assertOpen();
            errors.push(error);
            continue;
          }
          count(machine, host.load, timeMs);
          items.push(mapStats(machine, host.load, timeMs));
        }
        return { items, errors };
      },
      host.clock,
    );
}
