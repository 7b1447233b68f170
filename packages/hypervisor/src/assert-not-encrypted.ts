import { HypervisorError } from './error.ts';

/**
 * Refuses what can't be done with encrypted disks without giving away what they hold.
 *
 * @param encrypted - Their devices.
 * @param why - `a backup would hold in the clear`.
 * @throws {HypervisorError} NOVA_HYPERVISOR_UNSUPPORTED when there are any.
 */
export function assertNotEncrypted(vm: string, encrypted: readonly string[], why: string): void {
  if (encrypted.length === 0) return;
  throw new HypervisorError({
    kind: 'unsupported',
    message: `VM ${JSON.stringify(vm)} has encrypted disks (${encrypted.join(', ')}), which ${why}`,
    details: { vm, devices: encrypted },
  });
}
