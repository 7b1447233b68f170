import type { MigrationOptions, MigrationProblem } from '../../spec/operations/migrations.ts';
import type { Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';
import { usedBytes } from '../storage/memory-pool.ts';
import { volumesOf } from './copy-volumes.ts';

/** All that speaks against moving a simulated machine to another simulated host. */
export function migrationProblems(
  source: MemoryHost,
  destination: MemoryHost,
  machine: Machine,
  { mode, destinationName = machine.spec.name, storage = 'shared', pools = {} }: MigrationOptions,
): readonly MigrationProblem[] {
  const problems: MigrationProblem[] = [];
  const report = (subject: MigrationProblem['subject'], message: string, fix?: string): void => {
    problems.push({ subject, message, ...(fix === undefined ? {} : { fix }), blocking: true });
  };
  if (source === destination) {
    report('host', 'source and destination are the same host', 'choose another destination');
    return problems;
  }
  const { spec, state, vcpus, memoryBytes } = machine;
  const isOn = state === 'running' || state === 'paused';
  const isOffline = mode === 'offline' || (mode === undefined && !isOn);
  if (isOffline && isOn)
    report('state', `it is ${state}; only a machine that is off moves offline`, 'stop it, or move it live');
  if (!isOffline && !isOn)
    report('state', `it is ${state}; only a machine that is on moves live`, 'start it, or move it offline');
  if (state === 'suspended') report('state', 'its memory is saved at the source', 'start it, or discard what is saved');
  if (machine.snapshots.size > 0)
    report('state', `it has ${machine.snapshots.size} snapshots, which do not move`, 'delete them');
  if (source.migrating.has(machine.id)) report('state', 'another job is under way on it', 'wait until it has ended');
  if (destination.machines.named(destinationName) !== undefined && destination.machines.get(machine.id) === undefined)
    report(
      'name',
      `the destination has another VM named ${JSON.stringify(destinationName)}`,
      'choose a destinationName',
    );
  if (vcpus > destination.capacity.cpus)
    report('cpu', `it has ${vcpus} CPUs; the destination has ${destination.capacity.cpus}`, 'choose a larger host');
  const freeBytes = destination.capacity.memoryBytes - destination.machines.memoryBytes;
  if (memoryBytes > freeBytes)
    report('memory', `it needs ${memoryBytes} bytes; ${freeBytes} are free at the destination`, 'choose a larger host');
  for (const name of new Set((spec.networks ?? []).flatMap(({ network }) => network ?? [])))
    if (isOn && destination.networks.get(name)?.active !== true)
      report(
        'network',
        `there is no active network ${JSON.stringify(name)} at the destination`,
        'create or start it there',
      );
  if (isOn && (spec.hostDevices ?? []).length > 0) report('device', 'it has a device of its host', 'detach it first');
  for (const { pool, name } of volumesOf(machine)) {
    const there = destination.pools.get(storage === 'copy' ? (pools[pool] ?? pool) : pool);
    const place = `${there?.spec.name ?? pools[pool] ?? pool}/${name}`;
    if (there?.active !== true)
      report(
        'storage',
        `there is no active pool ${JSON.stringify(pools[pool] ?? pool)} at the destination`,
        'create it there, or map it: pools',
      );
    else if (storage === 'shared' && !there.volumes.has(name))
      report(
        'storage',
        `there is no volume ${place} at the destination`,
        "share the storage, or copy it: storage: 'copy'",
      );
    else if (storage === 'copy' && there.volumes.has(name))
      report('storage', `the destination has a volume ${place}`, 'delete it, or map the pool to another one');
    else if (storage === 'copy' && source.pools.get(pool)?.volumes.get(name)?.secret !== undefined)
      report('storage', `volume ${pool}/${name} is encrypted, and its copy would not be`, 'share the storage');
    else if (
      storage === 'copy' &&
      (source.pools.get(pool)?.volumes.get(name)?.content.length ?? 0) > there.capacityBytes - usedBytes(there)
    )
      report('storage', `pool ${JSON.stringify(there.spec.name)} has not enough room at the destination`);
  }
  return problems;
}
