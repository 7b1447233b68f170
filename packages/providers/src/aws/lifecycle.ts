import {
  conflictError,
  HypervisorError,
  queryVms,
  statesAllowing,
  unsupportedError,
  validateSpec,
  type StopVmOptions,
  type Vm,
  type VmAction,
  type VmOperations,
} from '@novacron/hypervisor';
import type { Ec2Region } from './ec2-region.ts';
import { runInput } from './run-input.ts';

/** Making, changing and finding machines on EC2. */
export function awsLifecycle(region: Ec2Region): VmOperations {
  const { library } = region;

  const allowed = async (vm: string, action: VmAction, signal: AbortSignal): Promise<Vm> => {
    const found = await region.find(vm, signal);
    if (!statesAllowing(action).includes(found.state)) throw conflictError(action, vm, found.state);
    return found;
  };
  const stop = async (id: string, signal: AbortSignal, options: StopVmOptions = {}): Promise<Vm> => {
    const { force = false, graceMs = 300_000, afterGrace = 'force' } = options;
    const ask = (Force: boolean): Promise<unknown> =>
      region.send(new library.StopInstancesCommand({ InstanceIds: [id], Force }), { abortSignal: signal });
    await ask(force);
    const stopped = await region.waitFor(id, 'stopped', ['running', 'stopping'], signal, force ? Infinity : graceMs);
    if (stopped !== undefined) return stopped;
    if (afterGrace === 'fail') {
      throw new HypervisorError({
        kind: 'timeout',
        message: `Instance ${id} did not stop within ${graceMs} ms; stop it with force`,
        details: { vm: id, graceMs },
      });
    }
    await ask(true);
    return arrived(await region.waitFor(id, 'stopped', ['running', 'stopping'], signal));
  };

  const start = async (id: string, signal: AbortSignal): Promise<Vm> => {
    await region.send(new library.StartInstancesCommand({ InstanceIds: [id] }), { abortSignal: signal });
    return arrived(await region.waitFor(id, 'running', ['stopped', 'starting'], signal));
  };

  return {
    create: (spec, options) =>
      region.call(options, spec.name, async (signal) => {
        validateSpec(spec);
        const command = new library.RunInstancesCommand(runInput(spec, options?.clientToken));
        const { Instances = [] } = await region.send(command, { abortSignal: signal });
        const id = Instances[0]?.InstanceId;
        if (id === undefined)
          throw new HypervisorError({ kind: 'internal', message: 'EC2 made no instance and no error' });
        // With a token that was used before, the answer is the instance of that time, in whatever state.
        const [made] = await region.describe({ ids: [id] }, signal).catch(() => []);
        if (made?.state !== 'stopped') {
          const running = arrived(await region.waitFor(id, 'running', ['starting'], signal));
          return options?.start ? running : stop(id, signal);
        }
        return options?.start ? start(id, signal) : made;
      }),
    get: (vm, options) => region.call(options, vm, (signal) => region.find(vm, signal)),
    list: (query, options) =>
      region.call(options, undefined, async (signal) => ({
        items: queryVms(await region.describe({}, signal), query),
        errors: [],
      })),
    start: (vm, options) =>
      region.call(options, vm, async (signal) => {
        return start((await allowed(vm, 'start', signal)).id, signal);
      }),
    stop: (vm, options) =>
      region.call(options, vm, async (signal) => stop((await allowed(vm, 'stop', signal)).id, signal, options)),
    reboot: (vm, options) =>
      region.call(options, vm, async (signal) => {
        const { id } = await allowed(vm, 'reboot', signal);
        await region.send(new library.RebootInstancesCommand({ InstanceIds: [id] }), { abortSignal: signal });
        return arrived(await region.waitFor(id, 'running', ['running'], signal));
      }),
    suspend: (vm, options) => region.call(options, vm, () => Promise.reject(unsupportedError('aws', 'suspend'))),
    resume: (vm, options) => region.call(options, vm, () => Promise.reject(unsupportedError('aws', 'suspend'))),
    delete: (vm, options) =>
      region.call(options, vm, async (signal) => {
        const { id } = options?.force ? await region.find(vm, signal) : await allowed(vm, 'delete', signal);
        await region.send(new library.TerminateInstancesCommand({ InstanceIds: [id] }), { abortSignal: signal });
        await region.waitFor(id, 'deleted', ['starting', 'running', 'stopping', 'stopped', 'deleting'], signal);
      }),
    stats: (options) => region.call(options, undefined, () => Promise.reject(unsupportedError('aws', 'stats'))),
  };
}

/** Without a grace, a wait ends only where it was meant to. */
function arrived(vm: Vm | undefined): Vm {
  if (vm === undefined) throw new HypervisorError({ kind: 'internal', message: 'A wait without limit ended' });
  return vm;
}
