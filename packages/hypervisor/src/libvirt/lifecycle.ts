import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { assertAllowed } from '../assert-allowed.ts';
import { checkedGraceMs } from '../checked-grace-ms.ts';
import type { VmOperations } from '../spec/hypervisor.ts';
import type { VmAction } from '../spec/vm-state.ts';
import type { Vm } from '../spec/vm.ts';
import { createVm } from './create.ts';
import { deleteDomain } from './delete.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { listVms } from './list.ts';
import { mapState } from './map-vm.ts';
import { startDomain } from './start.ts';
import { stopDomain } from './stop.ts';
import { rebootGuest } from './wait.ts';

/** Making, changing and finding machines on libvirt. */
export function libvirtLifecycle(host: LibvirtHost): Omit<VmOperations, 'stats'> {
  /** Finds the machine, checks that its state allows the action, acts, and returns it as it is then. */
  const act = (
    vm: string,
    action: VmAction,
    options: CallOptions | undefined,
    task: (domain: Domain, options: CallOptions) => Promise<unknown>,
  ): Promise<Vm> =>
    host.call(options, vm, async (call) => {
      const domain = await host.find(vm, call);
      assertAllowed(action, domain.name, mapState(await domain.getState(call)));
      await task(domain, call);
      return (await host.read(domain, call)).vm;
    });

  return {
    create: (spec, options) =>
      host.call(options, (spec as Partial<typeof spec> | null | undefined)?.name, (call) =>
        createVm(host, spec, { ...options, ...call }),
      ),
    get: (vm, options) => host.call(options, vm, async (call) => (await host.read(await host.find(vm, call), call)).vm),
    list: (query, options) => host.call(options, undefined, (call) => listVms(host, query, call)),
    start: (vm, options) => act(vm, 'start', options, (domain, call) => startDomain(host, domain, call)),
    stop: (vm, options) =>
      host.call(options, vm, async (call) => {
        checkedGraceMs(options?.graceMs);
        const domain = await host.find(vm, call);
        const state = mapState(await domain.getState(call));
        assertAllowed('stop', domain.name, state, options);
        return stopDomain(host, domain, state, { ...options, ...call });
      }),
    reboot: (vm, options) =>
      act(vm, 'reboot', options, async (domain, call) => {
        const graceMs = checkedGraceMs(options?.graceMs);
        return options?.force ? domain.reset(call) : rebootGuest(host, domain, graceMs, call);
      }),
    suspend: (vm, options) => act(vm, 'suspend', options, (domain, call) => domain.suspend(call)),
    resume: (vm, options) => act(vm, 'resume', options, (domain, call) => domain.resume(call)),
    delete: (vm, options) =>
      host.call(options, vm, async (call) => deleteDomain(host, await host.find(vm, call), { ...options, ...call })),
  };
}
