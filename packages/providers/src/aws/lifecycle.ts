import { assertAllowed, queryVms, unsupportedError, type VmOperations } from '@novacron/hypervisor';
import { createInstance } from './create-instance.ts';
import type { Ec2Region } from './ec2-region.ts';
import { startInstance } from './start-instance.ts';
import { stopInstance } from './stop-instance.ts';

/** Making, changing and finding machines on EC2. */
export function awsLifecycle(region: Ec2Region): VmOperations {
  const { library } = region;
  return {
    create: (spec, options) => createInstance(region, spec, options),
    get: (vm, options) => region.call(options, vm, (signal) => region.find(vm, signal)),
    list: (query, options) =>
      region.call(options, undefined, async (signal) => ({
        items: queryVms(await region.describe({}, signal), query),
        errors: [],
      })),
    start: (vm, options) =>
      region.call(options, vm, async (signal) => {
        const { id, state } = await region.find(vm, signal);
        assertAllowed('start', vm, state);
        return startInstance(region, id, signal);
      }),
    stop: (vm, options) =>
      region.call(options, vm, async (signal) => {
        const found = await region.find(vm, signal);
        assertAllowed('stop', vm, found.state, options);
        return stopInstance(region, found, signal, options);
      }),
    reboot: (vm, options) =>
      region.call(options, vm, async (signal) => {
        const { id, state } = await region.find(vm, signal);
        assertAllowed('reboot', vm, state, options);
        await region.send(new library.RebootInstancesCommand({ InstanceIds: [id] }), { abortSignal: signal });
        return region.arrive(id, ['running'], [], signal);
      }),
    suspend: (vm, options) => region.call(options, vm, () => Promise.reject(unsupportedError('aws', 'suspend'))),
    resume: (vm, options) => region.call(options, vm, () => Promise.reject(unsupportedError('aws', 'suspend'))),
    delete: (vm, options) =>
      region.call(options, vm, async (signal) => {
        const { id, state } = await region.find(vm, signal);
        assertAllowed('delete', vm, state, options);
        await region.send(new library.TerminateInstancesCommand({ InstanceIds: [id] }), { abortSignal: signal });
        await region.waitFor(id, ['deleted'], ['starting', 'running', 'stopping', 'stopped', 'deleting'], signal);
      }),
    stats: (options) => region.call(options, undefined, () => Promise.reject(unsupportedError('aws', 'stats'))),
  };
}
