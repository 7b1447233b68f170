import { seedFiles } from '../../cloud-init/seed-files.ts';
import { isoImage } from '../../iso/iso-image.ts';
import { osPreset } from '../../os-presets.ts';
import { deviceName } from '../../device-name.ts';
import type { DiskSpec, VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { Machine } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';
import { addVolume, fill } from './volumes.ts';

/** The device of a disk as the guest counts it. */
export function deviceOf({ disks = [], os }: VmSpec, index: number): string {
  const bus = disks[index]?.bus ?? (disks[index]?.device === 'cdrom' ? 'sata' : osPreset(os)?.diskBus);
  return deviceName(bus === 'virtio' ? 'vd' : 'sd', index);
}

/** The volume that a disk is, or will be. */
export function volumeOf(
  vmName: string,
  { volume, create, format = 'qcow2' }: DiskSpec,
  device: string,
): VolumeReference | undefined {
  if (create === undefined) return volume;
  return { pool: create.pool, name: create.name ?? `${vmName}-${device}.${format}` };
}

/** Makes the volumes of a machine's new disks and its image for cloud-init, and notes them. */
export async function makeVolumes(host: MemoryHost, machine: Machine): Promise<readonly VolumeReference[]> {
  const { spec } = machine;
  const made: VolumeReference[] = [];
  const disks = [...(spec.disks ?? [])];
  for (const [index, disk] of disks.entries()) {
    const reference = volumeOf(spec.name, disk, deviceOf(spec, index));
    if (disk.create === undefined || reference === undefined) continue;
    disks[index] = await makeVolume(host, machine, reference, disk);
    made.push(reference);
  }
  if (spec.disks !== undefined) machine.spec = { ...spec, disks };
  if (spec.cloudInit === undefined) return made;
  const reference = { pool: spec.cloudInit.pool, name: `${spec.name}-cloud-init.iso` };
  const image = isoImage('cidata', seedFiles(spec.name, machine.id, spec.cloudInit), host.clock.now());
  const upload = [image];
  await makeVolume(host, machine, reference, {
    create: { pool: reference.pool, sizeBytes: image.length, upload },
    format: 'raw',
  });
  return [...made, reference];
}

/** Makes one volume for a machine and notes it. @returns the disk as it is kept: without a passphrase. */
export async function makeVolume(
  host: MemoryHost,
  machine: Machine,
  reference: VolumeReference,
  disk: DiskSpec,
): Promise<DiskSpec> {
  const { create, format } = disk;
  await host.disturb('volume', reference.name, new AbortController().signal);
  const volume = addVolume(host, {
    ...reference,
    format,
    sizeBytes: create?.sizeBytes,
    image: create?.image,
    backing: create?.backing,
    encryption: create?.encryption,
  });
  machine.volumes.push(`${reference.pool}/${reference.name}`);
  if (create?.upload !== undefined) await fill(host, reference.pool, volume, create.upload, {});
  if (create?.encryption === undefined) return disk;
  const { encryption: _, ...kept } = create;
  return { ...disk, create: kept, encryptionSecret: volume.secret };
}

/** Deletes the volumes that were made with a machine. @returns those that are gone, as `pool/name`. */
export function takeBack(host: MemoryHost, machine: Machine): readonly string[] {
  return machine.volumes.splice(0).filter((each) => {
    const slash = each.indexOf('/');
    return host.pools.get(each.slice(0, slash))?.volumes.delete(each.slice(slash + 1)) ?? false;
  });
}

/** A specification of one's own; bytes to upload are not copied, they may come as they are read. */
export function copyOf(spec: VmSpec): VmSpec {
  const disks = spec.disks?.map((disk) => {
    if (disk.create?.upload === undefined) return structuredClone(disk);
    const { upload, ...create } = disk.create;
    return { ...structuredClone({ ...disk, create }), create: { ...structuredClone(create), upload } };
  });
  const { disks: _, ...rest } = spec;
  return { ...structuredClone(rest), ...(disks === undefined ? {} : { disks }) };
}
