import type { Vm } from '@novacron/hypervisor';
import type { Ec2Region } from './ec2-region.ts';

/** Starts an instance that is off and waits until it runs. */
export async function startInstance(region: Ec2Region, id: string, signal: AbortSignal): Promise<Vm> {
  const command = new region.library.StartInstancesCommand({ InstanceIds: [id] });
  await region.send(command, { abortSignal: signal });
  return region.arrive(id, ['running'], ['stopped', 'starting'], signal);
}
