import { systemClock, type CallOptions } from '@novacron/core';
import { HypervisorError, notFound, unsupportedError } from '../error.ts';
import type { VolumeReference } from '../spec/definition/disk-spec.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { BackupOperations, BackupOptions, DiskBackup } from '../spec/operations/backups.ts';
import type { VmDefinition } from '../spec/operations/definitions.ts';
import type { OperationOptions } from '../spec/operations/options.ts';
import type { Vm } from '../spec/vm.ts';
import { definable } from './definable.ts';
import { volumeDigest } from './digest.ts';
import type { LibraryOptions } from './library-options.ts';
import { deleteIfThere, readManifests, volumesOf, writeManifest } from './manifest.ts';
import { madeVolume, madeVolumes, takenBack } from './take-back.ts';
import { withinDeadline } from './within-deadline.ts';

/** A backup of a machine: its images, and what is needed to make it anew. */
export interface Backup extends DiskBackup {
  /** The machine's id and name then. */
  readonly vmId: string;
  readonly vmName: string;
  readonly definition: VmDefinition;
  /** The digest of each image's bytes by device, in hexadecimal. */
  readonly sha256: Readonly<Record<string, string>>;
}

/** How a machine is backed up. */
export interface BackupVmOptions extends BackupOptions {
  /** The backup's name. @default the machine's name and the time: `web-1-20260131T020000123Z` */
  readonly name?: string | undefined;
  /** The disks, as the guest sees them. @default all that are written to */
  readonly disks?: readonly string[] | undefined;
  /** Only what has changed since the latest backup, if there is one to go on from. @default false */
  readonly incremental?: boolean | undefined;
}

/** Backups in a pool. Each has its images there, and what is known of it in a volume beside them. */
export interface BackupStore {
  /** Backs a machine up, with its guest going on. */
  create(vm: string, options?: BackupVmOptions): Promise<Backup>;
  /** The backups, of one machine by id or name or of all, the newest first. */
  list(vm?: string, options?: CallOptions): Promise<readonly Backup[]>;
  /**
   * Reads the images of a backup, and of those that it stands on, and compares them with what was written.
   *
   * @returns what is wrong, in words; nothing when the backup is good.
   */
  verify(backup: Backup, options?: CallOptions): Promise<readonly string[]>;
  /**
   * Makes the machine of a backup anew, off, with disks of its own.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_ALREADY_EXISTS when the name is taken.
   */
  restore(backup: Backup, options?: RestoreOptions): Promise<Vm>;
  /**
   * Deletes a backup, and the checkpoint of the machine that goes with it.
   *
   * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when another one stands on it: delete that first.
   */
  delete(backup: Backup, options?: OperationOptions): Promise<void>;
}

/** How a backup is made a machine again. */
export interface RestoreOptions extends OperationOptions {
  /** @default the name of then */
  readonly name?: string | undefined;
  /** The pool of its disks. @default that of each disk then */
  readonly pool?: string | undefined;
  /** Its id and MAC addresses as they were, for a machine that is gone, or new ones. @default 'new' */
  readonly identity?: 'new' | 'same' | undefined;
}

const suffix = '.backup.json';

/**
 * Keeps backups in a pool.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_UNSUPPORTED when the driver makes no backups.
 *
 * @example
 * ```ts
 * import { createBackupStore } from '@novacron/hypervisor/library';
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 *
 * await using hypervisor = createMemoryHypervisor({ latenciesMs: { start: [0, 1] } });
 * await hypervisor.vms.create({ name: 'db', disks: [{ create: { pool: 'default', sizeBytes: 1024 } }] }, { start: true });
 * const store = createBackupStore(hypervisor, { pool: 'default' });
 * const full = await store.create('db', { name: 'monday' });
 * const changes = await store.create('db', { name: 'tuesday', incremental: true });
 * changes.since // => 'monday'
 * await store.verify(changes) // => []
 * (await store.restore(changes, { name: 'db-again' })).state // => 'stopped'
 * ```
 */
export function createBackupStore(hypervisor: Hypervisor, { pool, clock = systemClock }: LibraryOptions): BackupStore {
  const volumes = volumesOf(hypervisor);
  const { backups, vms } = hypervisor;
  if (backups === undefined) throw unsupportedError(hypervisor.driver, 'backups');
  const { define, definition } = definable(hypervisor);
  const manifestOf = ({ name }: Pick<Backup, 'name'>): VolumeReference => ({ pool, name: `${name}${suffix}` });
  const all = async (signal?: AbortSignal): Promise<readonly Backup[]> =>
    (await readManifests<Backup>(volumes, pool, suffix, signal)).toSorted((a, b) => b.createdMs - a.createdMs);

  const backUp = async (vm: string, options: BackupVmOptions, signal: AbortSignal): Promise<Backup> => {
    const { incremental, disks } = options;
    const { id: vmId, name: vmName } = await vms.get(vm, { signal });
    const name = options.name ?? `${vmName}-${new Date(clock.now()).toISOString().replaceAll(/[-:.]/g, '')}`;
    const latest = incremental ? (await all(signal)).find((each) => each.vmId === vmId) : undefined;
    const since = latest && (await canGoOn(backups, vm, latest, signal)) ? latest : undefined;
    const described = await definition(vm, { signal });
    const made = await backups.create(vm, { name, pool, disks, since }, { ...options, signal, timeoutMs: undefined });
    try {
      const sha256: Record<string, string> = {};
      for (const { device, volume } of made.disks)
        sha256[device] = (await volumeDigest(volumes, volume, signal)).sha256;
      const backup: Backup = { ...made, vmId, vmName, definition: described, sha256 };
      await writeManifest(volumes, manifestOf(backup), backup, signal);
      return backup;
    } catch (error) {
      const checkpoint = { what: `checkpoint ${made.checkpoint}`, remove: () => forget(backups, vm, made) };
      throw await takenBack(error, [checkpoint, ...made.disks.map(({ volume }) => madeVolume(volumes, volume))]);
    }
  };

  const problemsOf = async (backup: Backup, signal: AbortSignal): Promise<readonly string[]> => {
    const problems: string[] = [];
    for (const each of chainOf(backup, await all(signal), problems)) {
      for (const { device, volume } of each.disks) {
        const found = await volumeDigest(volumes, volume, signal).then(
          ({ sha256 }) => sha256,
          (error: unknown) => {
            if ((error as { readonly kind?: unknown }).kind === 'not-found') return (error as Error).message;
            throw error; // an outage is no damage
          },
        );
        if (found !== each.sha256[device])
          problems.push(`${volume.pool}/${volume.name} is not what was written: ${found}`);
      }
    }
    return problems;
  };

  const restore = async (backup: Backup, options: RestoreOptions, signal: AbortSignal): Promise<Vm> => {
    const { name = backup.vmName, onStep, identity } = options;
    const made: Record<string, VolumeReference> = {};
    try {
      for (const { device, volume } of backup.disks) {
        const before = backup.definition.disks.find((disk) => disk.device === device);
        const format = before?.format ?? 'qcow2';
        const reference = { pool: options.pool ?? before?.volume?.pool ?? pool, name: `${name}-${device}.${format}` };
        await volumes.create({ ...reference, format, image: volume }, { signal, onStep });
        made[device] = reference;
      }
      return await define(backup.definition, { name, volumes: made, identity, signal, onStep });
    } catch (error) {
      throw await takenBack(error, madeVolumes(volumes, made));
    }
  };

  const remove = async (backup: Backup, signal: AbortSignal): Promise<void> => {
    const known = await all(signal);
    const above = known.find(({ since, vmId }) => since === backup.name && vmId === backup.vmId);
    if (above !== undefined) {
      throw new HypervisorError({
        kind: 'conflict',
        message: `Backup ${JSON.stringify(above.name)} stands on ${JSON.stringify(backup.name)}; delete it first`,
        details: { backup: backup.name, above: above.name },
      });
    }
    if (!known.some(({ name }) => name === backup.name)) throw notFound('Backup', backup.name);
    await forget(backups, backup.vmId, backup);
    // What is known of it goes last: a backup that is half gone can be deleted again.
    for (const { volume } of backup.disks) await deleteIfThere(volumes, volume, signal);
    await volumes.delete(manifestOf(backup), { signal });
  };

  return {
    create: (vm, options = {}) => withinDeadline(options, (signal) => backUp(vm, options, signal)),
    list: (vm, options) =>
      withinDeadline(options, async (signal) =>
        (await all(signal)).filter(({ vmId, vmName }) => vm === undefined || vmId === vm || vmName === vm),
      ),
    verify: (backup, options) => withinDeadline(options, (signal) => problemsOf(backup, signal)),
    restore: (backup, options = {}) => withinDeadline(options, (signal) => restore(backup, options, signal)),
    delete: (backup, options) => withinDeadline(options, (signal) => remove(backup, signal)),
  };
}

/** The backup and those that it stands on, down to the full one. */
function chainOf(backup: Backup, known: readonly Backup[], problems: string[]): readonly Backup[] {
  const chain = [backup];
  for (let at = backup; at.since !== undefined;) {
    const below = known.find(({ name, vmId }) => name === at.since && vmId === at.vmId);
    if (below === undefined) {
      problems.push(`backup ${at.since}, on which ${at.name} stands, is gone`);
      break;
    }
    chain.push(below);
    at = below;
  }
  return chain;
}

async function canGoOn(
  backups: BackupOperations,
  vm: string,
  { checkpoint }: Backup,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return (await backups.checkpoints(vm, { signal })).some(({ name }) => name === checkpoint);
}

/** The machine, or its checkpoint, may be gone; that of a machine that is off can't go and stays. */
async function forget(backups: BackupOperations, vm: string, { checkpoint }: DiskBackup): Promise<void> {
  if (checkpoint === undefined) return;
  await backups.deleteCheckpoint(vm, checkpoint).catch((error: unknown) => {
    const { kind } = error as { readonly kind?: unknown };
    if (kind !== 'not-found' && kind !== 'conflict') throw error;
  });
}
