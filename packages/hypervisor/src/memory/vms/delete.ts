import { assertAllowed } from '../../assert-allowed.ts';
import { checkedGraceMs } from '../../checked-grace-ms.ts';
import type { DeleteVmOptions, VmDeletion } from '../../spec/operations/vms.ts';
import { trailOf } from '../../trail.ts';
import { undisturbed } from './change.ts';
import type { Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';
import { deviceOf, takeBack, volumeOf } from '../storage/new-volumes.ts';
import { stop } from './stop.ts';

/** Takes a machine away. */
export async function deleteMachine(
  host: MemoryHost,
  vm: string,
  options: DeleteVmOptions & { readonly signal: AbortSignal },
): Promise<VmDeletion> {
  const { force, signal, volumes: wanted = 'none' } = options;
  const machine = host.find(vm);
  const graceMs = checkedGraceMs(options.stop?.graceMs);
  assertAllowed('delete', machine.spec.name, machine.state, { force: force || options.stop !== undefined });
  if (host.failure('delete', machine.spec.name) === 'hang') await host.hang({ signal });
  const trail = trailOf('delete', options, host.clock);
  const savedMemory = machine.state === 'suspended';
  let stopped: VmDeletion['stopped'] = isOn(machine) ? 'forced' : 'was-off';
  if (options.stop !== undefined && machine.state === 'running') {
    await stop(host, machine.id, { graceMs, signal });
    stopped = machine.reason === 'destroyed' ? 'forced' : 'gracefully';
    trail('stopped', machine.spec.name);
  }
  host.transition(machine, 'deleting', 'delete');
  await undisturbed(machine, 'delete', () => host.latency('delete'));
  remove(host, machine);
  trail('undefined', machine.spec.name);
  const volumes =
    wanted === 'none' ? [] : [...takeBack(host, machine), ...(wanted === 'all' ? takeAll(host, machine) : [])];
  for (const volume of volumes) trail('volume-deleted', volume);
  const { id: vmId, spec, snapshots } = machine;
  return { vmId, name: spec.name, stopped, savedMemory, snapshots: snapshots.size, volumes, errors: [] };
}

const isOn = ({ state }: Machine): boolean =>
  !['stopped', 'crashed', 'suspended', 'error', 'provisioning'].includes(state);

/** The volumes of its disks that are its own. */
function takeAll(host: MemoryHost, { spec }: Machine): readonly string[] {
  return (spec.disks ?? []).flatMap((disk, index) => {
    const reference =
      disk.device === 'cdrom' || disk.readOnly ? undefined : volumeOf(spec.name, disk, deviceOf(spec, index));
    const gone = reference !== undefined && (host.pools.get(reference.pool)?.volumes.delete(reference.name) ?? false);
    return gone ? [`${reference.pool}/${reference.name}`] : [];
  });
}

/** Takes it out of the host and tells. */
export function remove(host: MemoryHost, machine: Machine): void {
  host.machines.delete(machine.id);
  host.transition(machine, 'deleted', 'deleted', 'deleted');
}
