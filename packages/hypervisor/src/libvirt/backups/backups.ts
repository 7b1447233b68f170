import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import {
  formatDomainBackupXML,
  formatDomainCheckpointXML,
  parseDomainCheckpointXML,
  parseDomainXML,
} from 'node-libvirt/xml';
import { assertNotEncrypted } from '../../assert-not-encrypted.ts';
import { HypervisorError, notFound } from '../../error.ts';
import type { BackupOperations, BackupOptions, DiskBackup, DiskBackupSpec } from '../../spec/operations/backups.ts';
import { tell, trailOf } from '../../trail.ts';
import { checkBackup } from '../../validate/check-backup.ts';
import { isAway, isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { movingDisks, type MovingDisk } from '../migration/migration-disks.ts';
import { findVolume } from '../storage/find-volume.ts';
import { takeBack, volumeUndo, withLeftBehind } from '../take-back.ts';
import { createOwnVolume } from '../storage/create-volume.ts';

type Image = DiskBackup['disks'][number];

const lookMs = 100;

/** Backups and checkpoints on libvirt. */
export function libvirtBackups(host: LibvirtHost): BackupOperations {
  return {
    create: (vm, spec, options) =>
      host.call(options, vm, async (call) => {
        checkBackup(spec);
        const domain = await host.find(vm, call);
        return host.exclusive(domain.uuid, call, () => createBackup(host, domain, spec, { ...options, ...call }));
      }),
    checkpoints: (vm, options) =>
      host.call(options, vm, async (call) => {
        const all = await (await host.find(vm, call)).listAllCheckpoints({ ...call, topological: true });
        const read = await Promise.all(
          all.map(async (each) => {
            const { parent, creationTime } = parseDomainCheckpointXML(await each.getXMLDesc(call));
            const createdMs = Number(creationTime) * 1000;
            return { name: each.name, ...(parent === undefined ? {} : { parent: parent.name }), createdMs };
          }),
        );
        return read;
      }),
    deleteCheckpoint: (vm, name, options) =>
      host.call(options, vm, async (call) => {
        const domain = await host.find(vm, call);
        await host.exclusive(domain.uuid, call, async () => {
          const found = await domain.checkpointLookupByName(name, call).catch((error: unknown) => {
            throw isNotFound(error) ? notFound('Checkpoint', name) : error;
          });
          await found.delete(call);
        });
        trailOf('delete-checkpoint', options, host.clock)('done', name);
      }),
  };
}

async function createBackup(
  host: LibvirtHost,
  domain: Domain,
  spec: DiskBackupSpec,
  options: BackupOptions,
): Promise<DiskBackup> {
  const call = { signal: options.signal };
  const { name, since } = spec;
  const trail = trailOf('backup', options, host.clock);
  const active = await domain.isActive(call);
  if (since !== undefined) await assertGoesOn(domain, since, active, call);
  const disks = await wantedDisks(host, domain, spec, call);
  const encrypted = disks.filter((disk) => disk.encryption !== undefined).map(({ device }) => device);
  assertNotEncrypted(domain.name, encrypted, 'a backup would hold in the clear');
  const made: Image[] = [];
  let begun = false;
  try {
    for (const { device, volume } of disks) {
      const below = since?.disks.find((each) => each.device === device)?.volume;
      if (since !== undefined && below === undefined) throw notFound('Device', `${device} in backup ${since.name}`);
      const reference = { pool: spec.pool, name: `${name}.${device}.qcow2` };
      const original = volume ?? {
        pool: '',
        name: '',
        sizeBytes: (await domain.getBlockInfo(device, call)).capacityBytes,
      };
      const { sizeBytes } = original;
      await createOwnVolume(
        host,
        { ...reference, sizeBytes, ...(active ? { backing: below } : { image: original }) },
        call,
      );
      made.push({ device, volume: reference, sizeBytes });
      trail('volume-created', `${spec.pool}/${reference.name}`);
    }
    const createdMs = host.clock.now();
    if (active) {
      begun = true;
      await pushBackup(host, domain, { ...spec, images: made }, options);
    }
    trail('done', name);
    return {
      name,
      createdMs,
      ...(active ? { checkpoint: name } : {}),
      ...(since === undefined ? {} : { since: since.name }),
      disks: made,
    };
  } catch (error) {
    if (begun) await endJob(host, domain, name, isAway(error));
    const undos = made.map(({ volume }) => volumeUndo(host, volume));
    const { gone, left } = await takeBack(host, undos, error);
    for (const each of gone) trail('rolled-back', each);
    throw withLeftBehind(error, left);
  }
}

async function assertGoesOn(domain: Domain, since: DiskBackup, active: boolean, call: CallOptions): Promise<void> {
  if (!active || since.checkpoint === undefined) {
    throw new HypervisorError({
      kind: 'conflict',
      message: `What has changed since backup ${JSON.stringify(since.name)} is only known of a machine that ${active ? 'was on then' : 'is on'}; make a full backup`,
      details: { vm: domain.name, since: since.name },
    });
  }
  await domain.checkpointLookupByName(since.checkpoint, call).catch((error: unknown) => {
    throw isNotFound(error) ? notFound('Checkpoint', since.checkpoint ?? since.name) : error;
  });
}

async function wantedDisks(
  host: LibvirtHost,
  domain: Domain,
  { disks: asked }: DiskBackupSpec,
  call: CallOptions,
): Promise<readonly MovingDisk[]> {
  const all = await movingDisks(host, domain, call);
  if (asked === undefined) return all.filter(({ readOnly }) => !readOnly);
  return asked.map((device) => {
    const found = all.find((disk) => disk.device === device);
    if (found === undefined) throw notFound('Device', device);
    return found;
  });
}

/** Lets QEMU write the images, and makes the checkpoint from which the next backup goes on. */
async function pushBackup(
  host: LibvirtHost,
  domain: Domain,
  { name, since, images }: DiskBackupSpec & { readonly images: readonly Image[] },
  { signal, quiesce, onProgress }: BackupOptions,
): Promise<void> {
  const call = { signal };
  const paths = await Promise.all(
    images.map(async ({ volume }) => (await findVolume(host, volume, call)).getPath(call)),
  );
  const { devices } = parseDomainXML(await domain.getXMLDesc(call));
  const targets = (devices?.disk ?? []).map(({ target }) => target.dev);
  const wanted = new Set(images.map(({ device }) => device));
  const others = targets.filter((device) => !wanted.has(device));
  const backup = formatDomainBackupXML({
    mode: 'push',
    incremental: since?.checkpoint,
    disks: {
      disk: [
        ...images.map(({ device }, index) => ({
          name: device,
          type: 'file' as const,
          driver: { type: 'qcow2' as const },
          target: { file: paths[index] ?? '' },
        })),
        ...others.map((device) => ({ name: device, backup: 'no' as const })),
      ],
    },
  });
  const checkpointXml = formatDomainCheckpointXML({
    name,
    disks: {
      disk: [
        ...images.map(({ device }) => ({ name: device, checkpoint: 'bitmap' as const })),
        ...others.map((device) => ({ name: device, checkpoint: 'no' as const })),
      ],
    },
  });
  if (quiesce) await domain.fsFreeze(undefined, call);
  try {
    await domain.backupBegin(backup, { ...call, checkpointXml, reuseExternal: true });
  } finally {
    if (quiesce) await domain.fsThaw(undefined, {}); // whatever happened, the guest must be able to write again
  }
  for (;;) {
    const { type, diskProcessedBytes = 0, diskTotalBytes = 0 } = await domain.getJobStats(call);
    if (type === 'none') break;
    if (diskTotalBytes > 0) tell(onProgress, { processedBytes: diskProcessedBytes, totalBytes: diskTotalBytes });
    await host.clock.sleep(lookMs, call);
  }
  const { success, errorMessage } = await domain.getJobStats({ ...call, completed: true });
  if (success !== false) return;
  const full = /no space/i.test(errorMessage ?? '');
  throw new HypervisorError({
    kind: full ? 'capacity' : 'internal',
    message: `The backup of VM ${JSON.stringify(domain.name)} failed: ${errorMessage ?? 'QEMU does not say why'}`,
    details: { vm: domain.name, backup: name },
  });
}

async function abortHidden(host: LibvirtHost, domain: Domain): Promise<void> {
  const { type } = await host.again(() => domain.getJobStats());
  if (type === 'none') await domain.abortJob().catch(() => {}); // most often there is none
}

/** Ends the job of a backup that failed or was given up, and forgets its checkpoint. */
async function endJob(host: LibvirtHost, domain: Domain, name: string, wasLost: boolean): Promise<void> {
  try {
    // A daemon that died while it began may hold a job that it does not tell of.
    if (wasLost) await abortHidden(host, domain);
    for (let attempt = 0; attempt < 50; attempt++) {
      // The job goes on in QEMU while the daemon is away.
      const { type, operation } = await host.again(() => domain.getJobStats());
      if (type === 'none' || operation !== 'backup') break;
      await domain.abortJob().catch(() => {}); // it may have ended meanwhile
      await host.clock.sleep(lookMs);
    }
    await host.again(async () => (await domain.checkpointLookupByName(name)).delete());
  } catch {
    // It has none, or the daemon is away: the caller hears of the failure that led here.
  }
}
