import type { Domain } from 'node-libvirt';
import { assertAllowed } from '../assert-allowed.ts';
import { conflictError } from '../error.ts';
import type { DeleteVmOptions } from '../spec/hypervisor.ts';
import { isNotFound, type LibvirtHost } from './libvirt-host.ts';
import { mapState } from './map-vm.ts';
import { destroy } from './stop.ts';

/**
 * Takes a domain away. It must be off for that: undefining an active one only makes it transient, whatever its state is
 * called.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when it is on, or its memory is saved, and no force is given.
 */
export async function deleteDomain(
  host: LibvirtHost,
  domain: Domain,
  { force, signal }: DeleteVmOptions,
): Promise<void> {
  const call = { signal };
  const state = mapState(await domain.getState(call));
  assertAllowed('delete', domain.name, state, { force });
  if (await domain.isActive(call)) {
    // It may have been started since; or it is in a state that libvirt has no word for.
    if (!force && state !== 'crashed')
      throw conflictError('delete', domain.name, mapState(await domain.getState(call)));
    const persistent = await domain.isPersistent(call);
    try {
      await destroy(domain, call);
    } catch (error) {
      if (persistent || !isNotFound(error)) throw error;
    }
    if (!persistent) return; // a transient domain is gone with its end
  }
  await domain.undefine({ ...call, ...undefineOptions(host) });
}

/** All that belongs to a definition goes with it; the test driver knows fewer kinds of belongings. */
export function undefineOptions(host: LibvirtHost): Parameters<Domain['undefine']>[0] {
  const common = { managedSave: true, snapshotsMetadata: true };
  return host.context.domainType === 'test' ? common : { ...common, checkpointsMetadata: true, nvram: true };
}
