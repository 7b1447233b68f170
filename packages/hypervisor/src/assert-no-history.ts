import { HypervisorError } from './error.ts';
import type { VmDeletion } from './spec/operations/vms.ts';

/**
 * Refuses to delete a machine that has something to go back to.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when it has snapshots or checkpoints; `details` says how many.
 */
export function assertNoHistory(vm: string, history: Pick<VmDeletion, 'snapshots' | 'checkpoints'>): void {
  const { snapshots, checkpoints } = history;
  if (snapshots + checkpoints === 0) return;
  throw new HypervisorError({
    kind: 'conflict',
    message: `VM ${JSON.stringify(vm)} has ${snapshots} snapshots and ${checkpoints} checkpoints; delete them first`,
    details: { vm, snapshots, checkpoints },
  });
}
