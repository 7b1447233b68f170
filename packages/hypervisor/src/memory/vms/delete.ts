import { assertNoHistory } from '../../assert-no-history.ts';
import { assertAllowed } from '../../assert-allowed.ts';
import { checkedGraceMs } from '../../checked-grace-ms.ts';
import { osPreset } from '../../os-presets.ts';
import type { DeleteVmOptions, VmDeletion } from '../../spec/operations/vms.ts';
import { trailOf } from '../../trail.ts';
import { undisturbed } from './change.ts';
import type { Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';
import { takeBack } from '../storage/new-volumes.ts';
import { stop } from './stop.ts';

/** Takes a machine away. */
export async function deleteMachine(
  host: MemoryHost,
  vm: string,
  options: DeleteVmOptions & { readonly signal: AbortSignal },
): Promise<VmDeletion> {
  const { force, signal, volumes: wanted = 'none', firmwareVariables = 'delete' } = options;
  const machine = host.find(vm);
  const graceMs = checkedGraceMs(options.stop?.graceMs);
  assertAllowed('delete', machine.spec.name, machine.state, { force: force || options.stop !== undefined });
  if (host.failure('delete', machine.spec.name) === 'hang') await host.hang({ signal });
  const history = { snapshots: machine.snapshots.size, checkpoints: machine.checkpoints.size };
  if (options.snapshots === 'refuse') assertNoHistory(machine.spec.name, history);
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
  const reservations = options.reservations ? dropReservations(host, machine) : [];
  for (const reservation of reservations) trail('reservation-removed', reservation);
  const { id: vmId, spec } = machine;
  const hasVariables = (spec.firmware?.type ?? osPreset(spec.os)?.firmware) === 'uefi';
  return {
    vmId,
    name: spec.name,
    stopped,
    savedMemory,
    ...history,
    firmwareVariables: !hasVariables ? 'none' : firmwareVariables === 'keep' ? 'kept' : 'deleted',
    reservations,
    volumes,
    errors: [],
  };
}

/** Lets networks keep no address for its cards any more. */
function dropReservations(host: MemoryHost, { spec }: Machine): readonly string[] {
  return (spec.networks ?? []).flatMap(({ network = '', macAddress }) => {
    const found = host.networks.get(network);
    const kept = found?.reservations.find((each) => each.macAddress === macAddress?.toLowerCase());
    if (found === undefined || kept === undefined) return [];
    found.reservations = found.reservations.filter((each) => each !== kept);
    return [`${network}/${kept.address}`];
  });
}

const isOn = ({ state }: Machine): boolean =>
  !['stopped', 'crashed', 'suspended', 'error', 'provisioning'].includes(state);

/** The volumes of its disks that are its own. */
function takeAll(host: MemoryHost, { spec }: Machine): readonly string[] {
  return (spec.disks ?? []).flatMap(({ device, readOnly, volume }) => {
    if (device === 'cdrom' || readOnly || volume === undefined) return [];
    const gone = host.pools.get(volume.pool)?.volumes.delete(volume.name) ?? false;
    return gone ? [`${volume.pool}/${volume.name}`] : [];
  });
}

/** Takes it out of the host and tells. */
export function remove(host: MemoryHost, machine: Machine): void {
  host.machines.delete(machine.id);
  host.transition(machine, 'deleted', 'deleted', 'deleted');
}
