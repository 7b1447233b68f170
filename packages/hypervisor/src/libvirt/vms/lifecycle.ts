import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { assertAllowed, assertState } from '../../assert-allowed.ts';
import { checkedGraceMs } from '../../checked-grace-ms.ts';
import type { OperationOptions } from '../../spec/operations/options.ts';
import type { CompleteVmOperations } from '../../spec/hypervisor.ts';
import type { VmAction, VmState } from '../../spec/vm-state.ts';
import type { Vm } from '../../spec/vm.ts';
import { trailOf } from '../../trail.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { planVm } from '../plan/plan-vm.ts';
import { createVm } from './create.ts';
import { defineFrom, readDefinition } from './definitions.ts';
import { deleteDomain } from './delete.ts';
import { libvirtDeviceOperations } from './devices.ts';
import { listVms } from './list.ts';
import { libvirtReads } from './reads.ts';
import { startDomain } from './start.ts';
import { stopDomain } from './stop.ts';
import { updateVm } from './update.ts';
import { rebootGuest } from './wait.ts';

type Task = (domain: Domain, call: CallOptions) => Promise<unknown>;

/** Making, changing and finding machines on libvirt. */
export function libvirtLifecycle(host: LibvirtHost): Omit<CompleteVmOperations, 'stats'> {
  /** Finds the machine, checks its state when its turn has come, acts, and returns it as it is then. */
  const change = (
    vm: string,
    action: string,
    options: OperationOptions | undefined,
    { check, task }: { readonly check: (name: string, state: VmState) => void; readonly task: Task },
  ): Promise<Vm> =>
    host.call(options, vm, async (call) => {
      const domain = await host.find(vm, call);
      return host.exclusive(domain.uuid, call, async () => {
        check(domain.name, await host.state(domain, call));
        const changed = await task(domain, call);
        trailOf(action, options, host.clock)('done', domain.name);
        return (await host.read((changed as Domain | undefined) ?? domain, call)).vm;
      });
    });
  const act = (vm: string, action: VmAction, options: OperationOptions | undefined, task: Task): Promise<Vm> =>
    change(vm, action, options, {
      check: (name, state) => assertAllowed(action, name, state),
      task: (domain, call) => task(domain, call).then(() => undefined),
    });
  const need = (
    vm: string,
    action: string,
    states: readonly VmState[],
    options: OperationOptions | undefined,
    task: Task,
  ): Promise<Vm> =>
    change(vm, action, options, { check: (name, state) => assertState(action, name, state, states), task });
  const off: readonly VmState[] = ['stopped', 'crashed'];

  return {
    create: (spec, options) =>
      host.call(options, (spec as Partial<typeof spec> | null | undefined)?.name, (call) =>
        createVm(host, spec, { ...options, ...call }),
      ),
    plan: (spec, options) => host.call(options, undefined, (call) => planVm(host, spec, options ?? {}, call)),
    ...libvirtReads(host),
    ...libvirtDeviceOperations(host),
    definition: (vm, options) =>
      host.call(options, vm, async (call) => readDefinition(host, await host.find(vm, call), call)),
    define: (definition, options) =>
      host.call(options, options?.name ?? definition.name, (call) =>
        host.exclusive(`name ${options?.name ?? definition.name}`, call, async () => {
          const domain = await defineFrom(host, definition, { ...options, ...call });
          trailOf('define', options, host.clock)('defined', domain.name);
          return (await host.read(domain, call)).vm;
        }),
      ),
    list: (query, options) => host.call(options, undefined, (call) => listVms(host, query, call)),
    start: (vm, options) => act(vm, 'start', options, (domain, call) => startDomain(host, domain, call)),
    stop: (vm, options) =>
      host.call(options, vm, async (call) => {
        checkedGraceMs(options?.graceMs);
        const domain = await host.find(vm, call);
        const stop = async (): Promise<Vm> => {
          const state = await host.state(domain, call);
          assertAllowed('stop', domain.name, state, options);
          const stopped = await stopDomain(host, domain, state, { ...options, ...call });
          trailOf('stop', options, host.clock)(stopped.native.reason === 'destroyed' ? 'forced' : 'done', domain.name);
          return stopped;
        };
        // Who cuts the power does not wait for a guest that is being asked.
        return options?.force ? stop() : host.exclusive(domain.uuid, call, stop);
      }),
    reboot: (vm, options) =>
      act(vm, 'reboot', options, async (domain, call) => {
        const graceMs = checkedGraceMs(options?.graceMs);
        return options?.force ? domain.reset(call) : rebootGuest(host, domain, graceMs, call);
      }),
    reset: (vm, options) => need(vm, 'reset', ['running', 'paused'], options, (domain, call) => domain.reset(call)),
    suspend: (vm, options) => act(vm, 'suspend', options, (domain, call) => domain.suspend(call)),
    resume: (vm, options) => act(vm, 'resume', options, (domain, call) => domain.resume(call)),
    save: (vm, options) => need(vm, 'save', ['running', 'paused'], options, (domain, call) => domain.managedSave(call)),
    discardSaved: (vm, options) =>
      need(vm, 'discard the saved memory', ['suspended'], options, (domain, call) => domain.managedSaveRemove(call)),
    rename: (vm, name, options) =>
      need(vm, 'rename', off, options, (domain, call) => {
        const checks = new Checks();
        checks.name(name, 'name');
        assertNoProblems(checks.problems, 'The new name');
        return domain.rename(name, call);
      }),
    setAutostart: (vm, autostart, options) =>
      change(vm, 'autostart', options, {
        check: () => {},
        task: (domain, call) => domain.setAutostart(autostart, call),
      }),
    update: (vm, changes, options) =>
      change(vm, 'update', options, { check: () => {}, task: (domain, call) => updateVm(host, domain, changes, call) }),
    delete: (vm, options) =>
      host.call(options, vm, async (call) => {
        const domain = await host.find(vm, call);
        return host.exclusive(domain.uuid, call, () => deleteDomain(host, domain, { ...options, ...call }));
      }),
  };
}
