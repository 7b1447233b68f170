import type { MigrateVmOptions } from '../../spec/operations/migrations.ts';
import { noUsage, type Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';

/** Lets the destination have a machine, and the source forget it or keep its definition. */
export function handOver(
  source: MemoryHost,
  destination: MemoryHost,
  machine: Machine,
  { destinationName = machine.spec.name, keepDefinition, pools = {}, storage }: MigrateVmOptions,
): Machine {
  const { state } = machine;
  const isOn = state === 'running' || state === 'paused';
  const kept: Machine = {
    ...machine,
    snapshots: new Map(),
    checkpoints: new Map(),
    files: new Map(),
    usage: noUsage(),
  };
  source.transition(machine, 'stopped', 'migrated', isOn ? 'stopped' : undefined);
  source.machines.delete(machine.id);
  if (keepDefinition) {
    kept.state = 'stopped';
    kept.reason = 'migrated';
    kept.startedMs = undefined;
    kept.console = undefined;
    source.machines.add(kept);
  } else source.transition(machine, 'deleted', 'migrated', 'deleted');
  const poolOf = (pool: string): string => (storage === 'copy' ? (pools[pool] ?? pool) : pool);
  const disks = machine.spec.disks?.map((disk) => ({
    ...disk,
    ...(disk.volume === undefined ? {} : { volume: { ...disk.volume, pool: poolOf(disk.volume.pool) } }),
  }));
  machine.spec = { ...machine.spec, name: destinationName, ...(disks === undefined ? {} : { disks }) };
  machine.volumes = machine.volumes.map((each) => {
    const slash = each.indexOf('/');
    return `${poolOf(each.slice(0, slash))}/${each.slice(slash + 1)}`;
  });
  machine.countedMs = destination.clock.now();
  destination.machines.add(machine);
  destination.transition(machine, 'stopped', 'migrated', 'created');
  if (isOn) destination.transition(machine, state, 'migrated', 'started');
  return machine;
}
