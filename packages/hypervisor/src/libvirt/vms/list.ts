import { NovaError, type CallOptions } from '@novacron/core';
import { queryVms } from '../../query-vms.ts';
import type { VmList, VmQuery } from '../../spec/operations/vms.ts';
import type { Vm } from '../../spec/vm.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { mapError } from '../map-error.ts';

/**
 * The machines that match. One that vanishes while it is read is left out; one that can't be read is an error beside
 * the others.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_UNAVAILABLE when the connection broke and none could be read.
 */
export async function listVms<Field extends keyof Vm>(
  host: LibvirtHost,
  query: VmQuery<Field> | undefined,
  call: CallOptions,
): Promise<VmList<Field>> {
  const domains = await host.connection.listAllDomains(call);
  const results = await Promise.allSettled(domains.map((domain) => host.read(domain, call)));
  const vms = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.vm] : []));
  const errors = results.flatMap((result, index) => {
    if (result.status === 'fulfilled' || isNotFound(result.reason)) return [];
    const error = mapError(result.reason, domains[index]?.name);
    if (!NovaError.isInstance(error)) throw error; // a fault of ours, not of one machine
    return [error];
  });
  const unavailable = errors.find(({ kind }) => kind === 'unavailable');
  if (vms.length === 0 && unavailable !== undefined) throw unavailable;
  return { items: queryVms(vms, query), errors };
}
