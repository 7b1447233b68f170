import { assertNotEncrypted } from '../../assert-not-encrypted.ts';
import { HypervisorError, notFound } from '../../error.ts';
import { assertState } from '../../assert-allowed.ts';
import type { OperationOptions } from '../../spec/operations/options.ts';
import type { DiskImage, Snapshot, SnapshotOperations } from '../../spec/operations/snapshots.ts';
import { tell } from '../../trail.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems } from '../../validate/validate-spec.ts';
import { encryptedDevices, readDefinition } from './definitions.ts';
import { change, start } from './change.ts';
import type { Machine, MachineSnapshot } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';

/** Simulated snapshots. */
export function memorySnapshots(host: MemoryHost): SnapshotOperations {
  const on = <T>(
    vm: string,
    operation: 'snapshot' | 'revert',
    options: OperationOptions | undefined,
    task: (machine: Machine, signal: AbortSignal) => Promise<T> | T,
  ): Promise<T> =>
    host.call(options, async (signal) => {
      const machine = host.find(vm);
      await host.disturb(operation, machine.spec.name, signal);
      return task(machine, signal);
    });
  const find = (machine: Machine, name: string): MachineSnapshot => {
    const found = machine.snapshots.get(name);
    if (found === undefined) throw notFound('Snapshot', name);
    return found;
  };

  return {
    create: (vm, spec, options) =>
      on(vm, 'snapshot', options, (machine) => {
        const { name, description, memory = true } = spec;
        const checks = new Checks();
        checks.name(name, 'name');
        checks.optionalText(description, 'description');
        checks.choice(spec.storage, ['internal', 'external'], 'storage');
        assertNoProblems(checks.problems, 'The snapshot');
        if (machine.snapshots.has(name)) {
          throw new HypervisorError({
            kind: 'already-exists',
            message: `VM ${JSON.stringify(machine.spec.name)} has a snapshot ${JSON.stringify(name)}`,
            details: { vm: machine.spec.name, snapshot: name },
          });
        }
        const active = machine.state === 'running' || machine.state === 'paused';
        const keepsMemory = active && memory;
        const storage = spec.storage ?? (active && !keepsMemory ? 'external' : 'internal');
        if (storage === 'external')
          assertNotEncrypted(machine.spec.name, encryptedDevices(host, machine), 'would go on in files that are not');
        const { spec: own, vcpus, memoryBytes, state, files } = machine;
        const snapshot: MachineSnapshot = {
          name,
          ...(description === undefined || description === '' ? {} : { description }),
          ...(machine.currentSnapshot === undefined ? {} : { parent: machine.currentSnapshot }),
          createdMs: host.clock.now(),
          memory: keepsMemory,
          storage,
          saved: {
            spec: own,
            vcpus,
            memoryBytes,
            state: keepsMemory ? state : 'stopped',
            files: new Map(files),
            disks: contentsOf(host, machine),
          },
        };
        machine.snapshots.set(name, snapshot);
        machine.currentSnapshot = name;
        return mapSnapshot(machine, snapshot);
      }),
    list: (vm, options) =>
      host.call(options, async () => {
        const machine = host.find(vm);
        return Array.from(machine.snapshots.values(), (each) => mapSnapshot(machine, each));
      }),
    chain: (vm, device, options) => host.call(options, async () => chainOf(host, host.find(vm), device)),
    merge: (vm, device, options) =>
      on(vm, 'snapshot', options, (machine) => {
        assertState('merge its images', machine.spec.name, machine.state, ['running', 'paused']);
        const chain = chainOf(host, machine, device);
        if (chain.length < 2) return chain;
        for (const [name, { storage }] of machine.snapshots) if (storage === 'external') machine.snapshots.delete(name);
        if (machine.currentSnapshot !== undefined && !machine.snapshots.has(machine.currentSnapshot))
          machine.currentSnapshot = [...machine.snapshots.keys()].at(-1);
        const after = chain.slice(-1);
        tell(options?.onProgress, { processedBytes: 1, totalBytes: 1 });
        host.notify(machine, { type: 'block-job', subject: device, reason: 'active-commit completed' });
        return after;
      }),
    revert: (vm, name, options) =>
      on(vm, 'revert', options, async (machine, signal) => {
        const { saved } = find(machine, name);
        const { name: nameNow } = machine.spec;
        machine.spec = { ...saved.spec, name: nameNow };
        host.machines.resize(machine, saved);
        machine.currentSnapshot = name;
        machine.files.clear();
        for (const [path, content] of saved.files) machine.files.set(path, content);
        for (const { pool, name: volumeName, content, sizeBytes } of saved.disks) {
          const volume = host.pools.get(pool)?.volumes.get(volumeName);
          if (volume !== undefined) Object.assign(volume, { content, sizeBytes });
        }
        host.transition(machine, saved.state, 'reverted', 'changed');
        if (options?.start && saved.state === 'stopped') await change(host, machine.id, start, signal);
        if (options?.start && saved.state === 'paused') host.transition(machine, 'running', 'reverted', 'resumed');
      }),
    delete: (vm, name, options) =>
      on(vm, 'snapshot', options, (machine) => {
        const gone = find(machine, name);
        if (options?.withChildren) removeBelow(machine, name);
        machine.snapshots.delete(name);
        for (const [childName, child] of machine.snapshots) {
          if (child.parent !== name) continue;
          const { parent: _, ...rest } = child;
          machine.snapshots.set(childName, gone.parent === undefined ? rest : { ...rest, parent: gone.parent });
        }
        if (machine.currentSnapshot !== undefined && !machine.snapshots.has(machine.currentSnapshot))
          machine.currentSnapshot = gone.parent;
      }),
  };
}

/** What stands in the volumes of a machine's disks; media and disks that are only read stay as they are. */
function contentsOf(host: MemoryHost, { spec }: Machine): MachineSnapshot['saved']['disks'] {
  return (spec.disks ?? []).flatMap(({ device, readOnly, volume }) => {
    const found = volume && host.pools.get(volume.pool)?.volumes.get(volume.name);
    if (volume === undefined || found === undefined || device === 'cdrom' || readOnly) return [];
    const { content, sizeBytes } = found;
    return [{ ...volume, content, sizeBytes }];
  });
}

/** Each external snapshot lets the disks go on in a new image. */
function chainOf(host: MemoryHost, machine: Machine, device: string): readonly DiskImage[] {
  const disk = readDefinition(host, machine).disks.find((each) => each.device === device);
  if (disk === undefined) throw notFound('Device', device);
  const { pool = '', name = '' } = disk.volume ?? {};
  const base = { path: `${host.pools.get(pool)?.spec.path ?? ''}/${name}`, format: disk.format };
  const external = [...machine.snapshots.values()].filter(({ storage }) => storage === 'external');
  const above = external.map((snapshot) => ({ path: `${base.path}.${snapshot.name}`, format: 'qcow2' }));
  return [...above.toReversed(), base];
}

function removeBelow(machine: Machine, name: string): void {
  for (const child of Array.from(machine.snapshots.values())) {
    if (child.parent !== name) continue;
    removeBelow(machine, child.name);
    machine.snapshots.delete(child.name);
  }
}

function mapSnapshot(machine: Machine, known: MachineSnapshot): Snapshot {
  const { saved: _, ...snapshot } = known;
  return { ...snapshot, current: machine.currentSnapshot === snapshot.name };
}
