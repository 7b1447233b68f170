import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { HypervisorError } from '../../error.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { mapState } from '../map-vm.ts';
import { waitForState } from './wait.ts';

const wakeMs = 10_000;

/** Starts a domain that does not run: it is off, its guest sleeps, or its guest has crashed and its process is still there. */
export async function startDomain(host: LibvirtHost, domain: Domain, call: CallOptions): Promise<void> {
  if (await domain.isActive(call)) {
    const state = await domain.getState(call);
    if (state.state === 'pmsuspended') return wake(host, domain, call);
    if (mapState(state) === 'crashed') await domain.destroy(call);
  }
  await domain.create(call);
}

async function wake(host: LibvirtHost, domain: Domain, call: CallOptions): Promise<void> {
  const ask = (): Promise<void> => host.connection.raw.domainPmWakeup({ dom: domain.dom, flags: 0 }, call);
  if (await waitForState(host, domain, ['running'], wakeMs, { ...call, ask })) return;
  throw new HypervisorError({
    kind: 'timeout',
    message: `The guest of VM ${JSON.stringify(domain.name)} did not wake up within ${wakeMs} ms`,
    details: { vm: domain.name },
  });
}
