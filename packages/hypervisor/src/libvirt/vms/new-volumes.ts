import type { CallOptions } from '@novacron/core';
import { seedFiles } from '../../cloud-init/seed-files.ts';
import { isoImage } from '../../iso/iso-image.ts';
import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import { diskTargets } from '../definition/disk-xml.ts';
import { presetOf } from '../definition/domain-xml.ts';
import { newVolumeName, seedVolumeName } from '../definition/new-volume.ts';
import { isNotFound, type LibvirtHost } from '../libvirt-host.ts';
import { findVolume } from '../storage/find-volume.ts';
import { createVolume } from '../storage/create-volume.ts';

/** A volume that a machine needs, before and after it is made. */
export interface NewVolume {
  readonly reference: VolumeReference;
  /** What would be done, in words. */
  readonly action: string;
  /** Whether it may be there because of us. */
  readonly begun: boolean;
  /** The UUID of the secret that is made with it, if it is encrypted. */
  readonly secret?: string | undefined;
  /** Makes and fills it. */
  make(call: CallOptions): Promise<void>;
}

/** The volumes that are made with a machine: those of new disks, and the image for cloud-init. */
export function newVolumes(host: LibvirtHost, spec: VmSpec): readonly NewVolume[] {
  const { name, disks = [], cloudInit } = spec;
  const targets = diskTargets(disks, presetOf(spec));
  const ofDisks = disks.flatMap(({ create, encryptionSecret, format = 'qcow2' }, index) => {
    if (create === undefined) return [];
    const { pool, sizeBytes, image, backing, upload, encryption } = create;
    const reference = { pool, name: newVolumeName(name, create, targets[index] ?? '', format) };
    const origin =
      image === undefined
        ? backing === undefined
          ? upload === undefined
            ? ''
            : ' from bytes'
          : ` on top of ${backing.pool}/${backing.name}`
        : ` as a copy of ${image.pool}/${image.name}`;
    const size = sizeBytes === undefined ? '' : ` (${sizeBytes} bytes)`;
    const how = encryption === undefined ? '' : ', encrypted';
    const action = `create volume ${reference.name} in pool ${pool}${origin}${size}${how}`;
    const secret = encryption && encryptionSecret;
    const made = newVolume(host, reference, action, async (call) => {
      const wanted = { ...reference, sizeBytes, format, image, backing, encryption };
      const volume = await createVolume(host, wanted, call, secret);
      if (upload !== undefined) await volume.uploadFrom(upload, call);
    });
    return [Object.assign(made, { secret })];
  });
  if (cloudInit === undefined) return ofDisks;
  const reference = { pool: cloudInit.pool, name: seedVolumeName(name) };
  const seed = newVolume(
    host,
    reference,
    `create cloud-init image ${reference.name} in pool ${reference.pool}`,
    async (call) => {
      const nowMs = host.clock.now();
      const image = isoImage('cidata', seedFiles(name, `${name}-${nowMs}`, cloudInit), nowMs);
      const volume = await createVolume(host, { ...reference, format: 'raw', sizeBytes: image.length }, call);
      await volume.uploadFrom([image], call);
    },
  );
  return [...ofDisks, seed];
}

function newVolume(
  host: LibvirtHost,
  reference: VolumeReference,
  action: string,
  make: (call: CallOptions) => Promise<void>,
): NewVolume {
  const volume = {
    reference,
    action,
    begun: false,
    async make(call: CallOptions): Promise<void> {
      await assertMissing(host, reference, call);
      volume.begun = true;
      try {
        await make(call);
      } catch (error) {
        // Somebody else's, made since we looked.
        if ((error as { kind?: unknown }).kind === 'already-exists') volume.begun = false;
        throw error;
      }
    },
  };
  return volume;
}

/** What was there before is not ours to take away again; libvirt says best that it is there. */
async function assertMissing(host: LibvirtHost, reference: VolumeReference, call: CallOptions): Promise<void> {
  try {
    await findVolume(host, reference, call);
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  await createVolume(host, { ...reference, format: 'raw', sizeBytes: 1 }, call);
}
