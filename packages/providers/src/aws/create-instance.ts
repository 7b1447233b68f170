import { NovaError } from '@novacron/core';
import { HypervisorError, validateSpec, type CreateVmOptions, type Vm, type VmSpec } from '@novacron/hypervisor';
import type { Ec2Region } from './ec2-region.ts';
import { runInput } from './run-input.ts';
import { startInstance } from './start-instance.ts';
import { stopInstance } from './stop-instance.ts';

/** A guest that boots for the first time is busy with itself; cutting its power could leave it half made. */
const firstBootGraceMs = 300_000;

/**
 * Makes an instance, or finds the one that the client token made before.
 *
 * @throws {HypervisorError} with `details.id` when it failed after the launch: the instance exists and is billed.
 */
export async function createInstance(region: Ec2Region, spec: VmSpec, options: CreateVmOptions = {}): Promise<Vm> {
  const { start = false, clientToken } = options;
  let id: string | undefined;
  const create = async (signal: AbortSignal): Promise<Vm> => {
    const command = new region.library.RunInstancesCommand(runInput(spec, clientToken));
    const { Instances: [launched] = [] } = await region.send(command, { abortSignal: signal });
    id = launched?.InstanceId;
    if (id === undefined) throw new HypervisorError({ kind: 'internal', message: 'EC2 made no instance and no error' });
    // With a token that was used before, EC2 answers with the instance of that time, which others may use by now.
    const isNew = launched?.State?.Name === 'pending';
    if (isNew && start) return region.arrive(id, ['running'], ['starting'], signal);
    const vm = await region.arrive(id, ['running', 'stopped'], ['starting', 'stopping'], signal);
    if (start) return vm.state === 'running' ? vm : startInstance(region, id, signal);
    return isNew && vm.state === 'running' ? stopInstance(region, vm, signal, { graceMs: firstBootGraceMs }) : vm;
  };
  try {
    return await region.call(options, (spec as VmSpec | undefined)?.name, (signal) => {
      validateSpec(spec, { clientToken });
      return region.turns.take(clientToken, signal, () => create(signal));
    });
  } catch (error) {
    throw id !== undefined && NovaError.isInstance(error) ? leftBehind(id, error) : error;
  }
}

function leftBehind(id: string, error: NovaError): HypervisorError {
  const { kind, code, retryable, message, details } = error;
  return new HypervisorError({
    kind,
    code,
    retryable,
    message: `${message}; instance ${id} exists`,
    cause: error,
    details: { ...details, id },
  });
}
