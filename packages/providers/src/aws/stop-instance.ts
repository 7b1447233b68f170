import { checkedGraceMs, HypervisorError, type StopVmOptions, type Vm } from '@novacron/hypervisor';
import type { Ec2Region } from './ec2-region.ts';

/**
 * Shuts an instance down and waits until it is off. EC2 can't stop one that starts, so that is waited for first.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when `graceMs` is negative or not a number.
 * @throws {HypervisorError} NOVA_HYPERVISOR_TIMEOUT when the grace is over and `afterGrace` is `fail`.
 */
export async function stopInstance(
  region: Ec2Region,
  { id, state }: Vm,
  signal: AbortSignal,
  options: StopVmOptions = {},
): Promise<Vm> {
  const { force = false, afterGrace = 'force' } = options;
  const graceMs = checkedGraceMs(options.graceMs);
  if (state === 'starting') {
    const started = await region.arrive(id, ['running', 'stopped'], ['starting', 'stopping'], signal);
    if (started.state === 'stopped') return started;
  }
  const ask = (Force: boolean): Promise<unknown> =>
    region.send(new region.library.StopInstancesCommand({ InstanceIds: [id], Force }), { abortSignal: signal });
  await ask(force);
  if (!force) {
    const stopped = await region.waitFor(id, ['stopped'], ['running', 'stopping'], signal, graceMs);
    if (stopped !== undefined) return stopped;
    if (afterGrace === 'fail') {
      throw new HypervisorError({
        kind: 'timeout',
        message: `Instance ${id} did not stop within ${graceMs} ms; stop it with force`,
        details: { vm: id, graceMs },
      });
    }
    await ask(true);
  }
  return region.arrive(id, ['stopped'], ['running', 'stopping'], signal);
}
