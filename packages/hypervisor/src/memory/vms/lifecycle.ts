import type { CallOptions } from '@novacron/core';
import { checkedGraceMs } from '../../checked-grace-ms.ts';
import { queryVms } from '../../query-vms.ts';
import type { CompleteVmOperations } from '../../spec/hypervisor.ts';
import { change, start, type Change } from './change.ts';
import { create } from './create.ts';
import { deleteMachine } from './delete.ts';
import { mapVm } from '../map-vm.ts';
import type { MemoryHost } from '../memory-host.ts';
import { stop } from './stop.ts';

type Lifecycle = 'create' | 'get' | 'list' | 'start' | 'stop' | 'reboot' | 'suspend' | 'resume' | 'delete';

const suspend: Change = { action: 'suspend', via: 'running', to: 'paused', event: 'suspended' };
const resume: Change = { action: 'resume', via: 'paused', to: 'running', event: 'resumed' };
const reboot: Change = { action: 'reboot', via: 'stopping', to: 'running', event: 'rebooted' };

/** Making, changing and finding machines. An operation that was begun goes on when its caller stops waiting. */
export function memoryLifecycle(host: MemoryHost): Pick<CompleteVmOperations, Lifecycle> {
  const call = <T>(options: CallOptions | undefined, task: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    host.call(options, task);

  return {
    create: (spec, options) => call(options, (signal) => create(host, spec, { ...options, signal })),
    get: (vm, options) =>
      call(options, async (signal) => {
        const name = host.machines.get(vm)?.spec.name ?? vm;
        if (host.failure('get', name) === 'hang') return host.hang({ signal });
        await host.latency('read');
        return mapVm(host.find(vm));
      }),
    list: (query, options) =>
      call(options, async (signal) => {
        if (host.failure('list') === 'hang') return host.hang({ signal });
        await host.latency('read');
        return { items: queryVms(Array.from(host.machines.values(), mapVm), query), errors: [] };
      }),
    start: (vm, options) => call(options, async (signal) => mapVm(await change(host, vm, start, signal))),
    stop: (vm, options) => call(options, async (signal) => mapVm(await stop(host, vm, { ...options, signal }))),
    reboot: (vm, options) =>
      call(options, async (signal) => {
        checkedGraceMs(options?.graceMs);
        return mapVm(await change(host, vm, { ...reboot, ...(options?.force ? { via: 'starting' } : {}) }, signal));
      }),
    suspend: (vm, options) => call(options, async (signal) => mapVm(await change(host, vm, suspend, signal))),
    resume: (vm, options) => call(options, async (signal) => mapVm(await change(host, vm, resume, signal))),
    delete: (vm, options) => call(options, (signal) => deleteMachine(host, vm, { ...options, signal })),
  };
}
