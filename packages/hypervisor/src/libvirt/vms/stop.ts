import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { conflictError, HypervisorError } from '../../error.ts';
import type { StopVmOptions } from '../../spec/operations/vms.ts';
import type { VmState } from '../../spec/vm-state.ts';
import type { Vm } from '../../spec/vm.ts';
import { checkedGraceMs } from '../../checked-grace-ms.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { waitForState } from './wait.ts';

/** States in which no guest can hear a request to shut down. */
const deaf: ReadonlySet<VmState> = new Set<VmState>(['paused', 'starting']);

/**
 * Shuts a domain down, or cuts its power; a transient one vanishes by that, and is reported as it was last seen.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_TIMEOUT when the guest did not go off within its grace, and
 * NOVA_HYPERVISOR_CONFLICT when it can't hear the request: both only with `afterGrace: 'fail'`.
 */
export async function stopDomain(
  host: LibvirtHost,
  domain: Domain,
  state: VmState,
  options: StopVmOptions,
): Promise<Vm> {
  const call = { signal: options.signal };
  const { vm } = await host.read(domain, call);
  try {
    await bringDown(host, domain, state, options);
    return (await host.read(domain, call)).vm;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return { ...vm, state: 'stopped', native: { ...vm.native, state: 'shutoff', reason: undefined, id: undefined } };
  }
}

async function bringDown(
  host: LibvirtHost,
  domain: Domain,
  state: VmState,
  { force, graceMs: askedGraceMs, afterGrace = 'force', signal }: StopVmOptions,
): Promise<void> {
  const call = { signal };
  const graceMs = checkedGraceMs(askedGraceMs);
  if (force || state === 'crashed') return destroy(domain, call);
  if (deaf.has(state)) {
    if (afterGrace === 'fail') throw conflictError('stop', domain.name, state, ['running']);
    return destroy(domain, call);
  }
  if (await shutDown(host, domain, graceMs, call)) return;
  if (afterGrace === 'force') return destroy(domain, call);
  throw new HypervisorError({
    kind: 'timeout',
    message: `VM ${JSON.stringify(domain.name)} did not shut down within ${graceMs} ms; stop it with force`,
    details: { vm: domain.name, graceMs },
  });
}

/** Asks the guest to shut down. @returns whether it is off within the grace. */
export function shutDown(host: LibvirtHost, domain: Domain, graceMs: number, call: CallOptions): Promise<boolean> {
  const ask = (): Promise<void> => domain.shutdown(call);
  return waitForState(host, domain, ['stopped', 'crashed'], graceMs, { ...call, ask });
}

/**
 * Cuts the power; one that has gone off by itself in the meantime is off as well.
 *
 * @throws {LibvirtError} LIBVIRT_NO_DOMAIN when it is gone, or what the daemon reports while it is still on.
 */
export async function destroy(domain: Domain, call: CallOptions): Promise<void> {
  try {
    await domain.destroy(call);
  } catch (error) {
    if (isNotFound(error) || (await domain.isActive(call))) throw error;
  }
}
