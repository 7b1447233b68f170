import { seedFiles } from '../../cloud-init/seed-files.ts';
import { isoImage } from '../../iso/iso-image.ts';
import { osPreset } from '../../os-presets.ts';
import { deviceName } from '../../device-name.ts';
import type { DiskSpec, NewDiskSpec, VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { Machine, MachineDisk, MachineSpec } from '../machine.ts';
import type { MemoryHost } from '../memory-host.ts';
import { addVolume, fill } from './volumes.ts';

/** How the devices of disks begin that are plugged in as this one is. */
export function prefixOf({ bus, device }: DiskSpec, os: VmSpec['os']): string {
  const plugged = bus ?? (device === 'cdrom' ? 'sata' : osPreset(os)?.diskBus);
  return plugged === 'virtio' ? 'vd' : 'sd';
}

/** A disk as its machine has it, once its device is known: on the volume that is made for it, if one is. */
export function machineDisk(vmName: string, { create, ...disk }: DiskSpec, target: string): MachineDisk {
  if (create === undefined) return { ...disk, target };
  const name = create.name ?? `${vmName}-${target}.${disk.format ?? 'qcow2'}`;
  return { ...disk, target, volume: { pool: create.pool, name } };
}

/** What a machine is that is made from a specification. Disks of a definition keep the devices that they have. */
export function machineSpec({ disks, ...spec }: VmSpec | MachineSpec): MachineSpec {
  if (disks === undefined) return spec;
  const known = (disk: DiskSpec | MachineDisk): string | undefined => ('target' in disk ? disk.target : undefined);
  return {
    ...spec,
    disks: disks.map((disk, index) =>
      machineDisk(spec.name, disk, known(disk) ?? deviceName(prefixOf(disk, spec.os), index)),
    ),
  };
}

/** Makes the volumes of a machine's new disks and its image for cloud-init, and notes them. */
export async function makeVolumes(
  host: MemoryHost,
  machine: Machine,
  asked: readonly DiskSpec[] = [],
): Promise<readonly VolumeReference[]> {
  const { spec } = machine;
  const made: VolumeReference[] = [];
  const disks = [...(spec.disks ?? [])];
  for (const [index, disk] of disks.entries()) {
    const create = asked[index]?.create;
    if (create === undefined || disk.volume === undefined) continue;
    disks[index] = { ...disk, ...(await makeVolume(host, machine, disk.volume, { create, format: disk.format })) };
    made.push(disk.volume);
  }
  if (spec.disks !== undefined) machine.spec = { ...spec, disks };
  if (spec.cloudInit === undefined) return made;
  const reference = { pool: spec.cloudInit.pool, name: `${spec.name}-cloud-init.iso` };
  const image = isoImage('cidata', seedFiles(spec.name, machine.id, spec.cloudInit), host.clock.now());
  const create = { pool: reference.pool, sizeBytes: image.length, upload: [image] };
  await makeVolume(host, machine, reference, { create, format: 'raw' });
  return [...made, reference];
}

/** Makes one volume for a machine and notes it. @returns what its disk has of it: the secret that opens it, if any. */
export async function makeVolume(
  host: MemoryHost,
  machine: Machine,
  reference: VolumeReference,
  { create, format }: Pick<DiskSpec, 'format'> & { readonly create: NewDiskSpec },
): Promise<Pick<MachineDisk, 'encryptionSecret'>> {
  await host.disturb('volume', reference.name, new AbortController().signal);
  const { sizeBytes, image, backing, encryption, upload } = create;
  const volume = addVolume(host, { ...reference, format, sizeBytes, image, backing, encryption });
  machine.volumes.push(`${reference.pool}/${reference.name}`);
  if (upload !== undefined) await fill(host, reference.pool, volume, upload, {});
  return volume.secret === undefined ? {} : { encryptionSecret: volume.secret };
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
