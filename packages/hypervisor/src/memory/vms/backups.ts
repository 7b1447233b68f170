import { assertNotEncrypted } from '../../assert-not-encrypted.ts';
import { HypervisorError, notFound } from '../../error.ts';
import type { BackupOperations, DiskBackup, DiskBackupSpec } from '../../spec/operations/backups.ts';
import { tell, trailOf } from '../../trail.ts';
import { checkBackup } from '../../validate/check-backup.ts';
import type { Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';
import { activePool, findVolume } from '../storage/find-pool.ts';
import { addVolume } from '../storage/volumes.ts';
import { encryptedDevices, readDefinition } from './definitions.ts';

/** Simulated backups: each image holds the whole disk, whatever it stands on. */
export function memoryBackups(host: MemoryHost): BackupOperations {
  return {
    create: (vm, spec, options) =>
      host.call(options, async (signal) => {
        checkBackup(spec);
        const machine = host.find(vm);
        await host.disturb('backup', machine.spec.name, signal);
        const on = machine.state === 'running' || machine.state === 'paused';
        const disks = imagesOf(host, machine, spec, on);
        const trail = trailOf('backup', options, host.clock);
        for (const { volume } of disks) trail('volume-created', `${volume.pool}/${volume.name}`);
        const totalBytes = disks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        tell(options?.onProgress, { processedBytes: totalBytes, totalBytes });
        const createdMs = host.clock.now();
        const parent = [...machine.checkpoints.keys()].at(-1);
        if (on) machine.checkpoints.set(spec.name, { name: spec.name, ...(parent && { parent }), createdMs });
        trail('done', spec.name);
        const { name, since } = spec;
        return {
          name,
          createdMs,
          ...(on ? { checkpoint: name } : {}),
          ...(since === undefined ? {} : { since: since.name }),
          disks,
        };
      }),
    checkpoints: (vm, options) => host.call(options, async () => [...host.find(vm).checkpoints.values()]),
    deleteCheckpoint: (vm, name, options) =>
      host.call(options, async () => {
        const { checkpoints } = host.find(vm);
        const gone = checkpoints.get(name);
        if (gone === undefined) throw notFound('Checkpoint', name);
        checkpoints.delete(name);
        for (const [childName, { parent, ...child }] of checkpoints) {
          if (parent === name)
            checkpoints.set(childName, { ...child, ...(gone.parent === undefined ? {} : { parent: gone.parent }) });
        }
        trailOf('delete-checkpoint', options, host.clock)('done', name);
      }),
  };
}

function imagesOf(
  host: MemoryHost,
  machine: Machine,
  { name, pool, disks: asked, since }: DiskBackupSpec,
  on: boolean,
): DiskBackup['disks'] {
  if (since !== undefined && (!on || since.checkpoint === undefined)) {
    throw new HypervisorError({
      kind: 'conflict',
      message: `What has changed since backup ${JSON.stringify(since.name)} is only known of a machine that ${on ? 'was on then' : 'is on'}; make a full backup`,
      details: { vm: machine.spec.name, since: since.name },
    });
  }
  if (since !== undefined && !machine.checkpoints.has(since.checkpoint ?? ''))
    throw notFound('Checkpoint', since.checkpoint ?? since.name);
  const all = readDefinition(host, machine).disks;
  const wanted = asked ?? all.filter(({ readOnly }) => !readOnly).map(({ device }) => device);
  assertNotEncrypted(machine.spec.name, encryptedDevices(host, machine, wanted), 'a backup would hold in the clear');
  const made: DiskBackup['disks'][number][] = [];
  try {
    for (const device of wanted) {
      const original = all.find((disk) => disk.device === device)?.volume;
      if (original === undefined) throw notFound('Device', device);
      const below = since?.disks.find((disk) => disk.device === device)?.volume;
      if (since !== undefined && below === undefined) throw notFound('Device', `${device} in backup ${since.name}`);
      const { content, sizeBytes } = findVolume(host, original);
      const volume = { pool, name: `${name}.${device}.qcow2` };
      const image = addVolume(host, {
        ...volume,
        sizeBytes,
        ...(below === undefined ? { image: original } : { backing: below }),
      });
      image.content = content.slice();
      made.push({ device, volume, sizeBytes });
    }
  } catch (error) {
    for (const { volume } of made) activePool(host, pool).volumes.delete(volume.name);
    throw error;
  }
  return made;
}
