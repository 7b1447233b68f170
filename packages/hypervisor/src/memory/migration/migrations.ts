import { withDeadline, type CallOptions } from '@novacron/core';
import { driverHost, received } from '../../driver-host.ts';
import { assertCanMigrate, foreignDestination, migrationCheck } from '../../migration-error.ts';
import type {
  MigrateVmOptions,
  MigrationDestination,
  MigrationOperations,
  MigrationResult,
} from '../../spec/operations/migrations.ts';
import { trailOf } from '../../trail.ts';
import { validateMigrationOptions } from '../../validate/check-migration-options.ts';
import type { Machine } from '../machine.ts';
import { mapVm } from '../map-vm.ts';
import { MemoryHost } from '../memory-host.ts';
import { copyVolumes, takeBackCopies } from './copy-volumes.ts';
import { handOver } from './hand-over.ts';
import { migrationProblems } from './migration-problems.ts';
import { sendMemory } from './send-memory.ts';

/** Moves simulated machines from one simulated host to another. */
export function memoryMigrations(host: MemoryHost): MigrationOperations {
  return {
    check: (vm, to, options = {}) =>
      host.call(options, async () => {
        validateMigrationOptions(options);
        return migrationCheck(migrationProblems(host, destinationOf(to), host.find(vm), options));
      }),
    migrate: (vm, to, options = {}) => received(to, vm, options, () => migrateMachine(host, vm, to, options)),
  };
}

function destinationOf(to: MigrationDestination): MemoryHost {
  const found = driverHost(to, MemoryHost);
  if (found === undefined) throw foreignDestination('memory');
  return found;
}

/** An abort that comes when the machine has arrived does nothing. */
async function migrateMachine(
  host: MemoryHost,
  vm: string,
  to: MigrationDestination,
  options: MigrateVmOptions,
): Promise<MigrationResult> {
  let work: Promise<MigrationResult> | undefined;
  try {
    return await withDeadline(
      options,
      (signal) => {
        host.assertOpen();
        validateMigrationOptions(options);
        const destination = destinationOf(to);
        destination.assertOpen();
        work = move(host, destination, host.find(vm), options, { signal });
        return work;
      },
      host.clock,
    );
  } catch (error) {
    const [outcome] = await Promise.allSettled([work]);
    if (outcome?.status === 'fulfilled' && outcome.value !== undefined) return outcome.value;
    throw error;
  }
}

async function move(
  source: MemoryHost,
  destination: MemoryHost,
  machine: Machine,
  options: MigrateVmOptions,
  { signal }: CallOptions & { readonly signal: AbortSignal },
): Promise<MigrationResult> {
  const { clock } = source;
  const startMs = clock.monotonic();
  const { changes } = machine;
  const isOn = machine.state === 'running' || machine.state === 'paused';
  const mode = options.mode ?? (isOn ? 'live' : 'offline');
  const trail = trailOf('migrate', options, clock);
  if (options.check ?? true)
    assertCanMigrate(machine.spec.name, migrationProblems(source, destination, machine, options));
  trail('checked', machine.spec.name);
  const volumes = options.storage === 'copy' ? copyVolumes(source, destination, machine, options.pools) : [];
  for (const volume of volumes) trail('volume-created', volume);
  source.migrating.add(machine.id);
  try {
    await source.disturb('migrate', machine.spec.name, signal);
    const sent = mode === 'offline' ? undefined : await sendMemory(source, machine, options, { mode, changes, signal });
    destination.assertOpen();
    await destination.disturb('migrate', machine.spec.name, signal);
    const arrived = handOver(source, destination, machine, options);
    trail('moved', arrived.spec.name);
    return {
      vm: mapVm(arrived),
      mode,
      durationMs: clock.monotonic() - startMs,
      ...sent,
      definitionKept: options.keepDefinition ?? false,
      volumes,
    };
  } catch (error) {
    for (const volume of takeBackCopies(destination, volumes)) trail('rolled-back', volume);
    throw error;
  } finally {
    source.migrating.delete(machine.id);
  }
}
