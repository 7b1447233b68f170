import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { DefineVmOptions, VmDefinition } from '../../spec/operations/definitions.ts';
import type { Vm } from '../../spec/vm.ts';
import { assertDefinition } from '../../validate/check-definition.ts';
import type { Machine } from '../machine.ts';
import { mapVm } from '../map-vm.ts';
import type { MemoryHost } from '../memory-host.ts';
import { findVolume } from '../storage/find-pool.ts';
import { deviceOf, volumeOf } from '../storage/new-volumes.ts';
import { create } from './create.ts';

/** What a simulated machine is defined as: its specification, with the volumes that it has now. */
export function readDefinition(host: MemoryHost, { spec, notes }: Machine): VmDefinition {
  const devices = (spec.disks ?? []).map((disk, index) => {
    const device = deviceOf(spec, index);
    return { disk, device, volume: volumeOf(spec.name, disk, device) };
  });
  const { cloudInit: _, ...rest } = spec;
  const disks = devices.map(({ disk: { create: __, ...disk }, volume }) => ({
    ...disk,
    ...(volume === undefined ? {} : { volume }),
  }));
  return {
    driver: 'memory',
    name: spec.name,
    text: JSON.stringify({ notes, spec: { ...rest, ...(spec.disks === undefined ? {} : { disks }) } }),
    disks: devices
      .filter(({ disk, volume }) => volume !== undefined || disk.source !== undefined)
      .map(({ disk, device, volume }) => {
        const found = volume && host.pools.get(volume.pool)?.volumes.get(volume.name);
        return {
          device,
          readOnly: disk.device === 'cdrom' || disk.readOnly === true,
          format: disk.format ?? (disk.device === 'cdrom' ? 'raw' : 'qcow2'),
          ...(volume === undefined ? {} : { volume }),
          ...(found === undefined ? {} : { sizeBytes: found.sizeBytes }),
        };
      }),
  };
}

/** Those of its disks that are encrypted, by their devices. */
export function encryptedDevices(host: MemoryHost, machine: Machine, devices?: readonly string[]): readonly string[] {
  const { disks } = readDefinition(host, machine);
  const asked = devices === undefined ? disks : disks.filter(({ device }) => devices.includes(device));
  return asked.filter(({ volume }) => volume && isEncrypted(host, volume)).map(({ device }) => device);
}

const isEncrypted = (host: MemoryHost, { pool, name }: VolumeReference): boolean =>
  host.pools.get(pool)?.volumes.get(name)?.secret !== undefined;

/** Makes a machine after another one's definition. */
export async function defineFrom(
  host: MemoryHost,
  definition: VmDefinition,
  { name = definition.name, volumes = {}, identity = 'new', onStep }: DefineVmOptions,
  signal: AbortSignal,
): Promise<Vm> {
  assertDefinition('memory', definition, { name, volumes });
  const { notes, spec } = JSON.parse(definition.text) as { readonly notes: string; readonly spec: VmSpec };
  const disks = spec.disks?.map((disk, index) => {
    const volume = volumes[deviceOf(spec, index)];
    if (volume === undefined) return disk;
    const { source: _, encryptionSecret: __, ...rest } = disk;
    const { secret } = findVolume(host, volume);
    return { ...rest, volume, ...(secret === undefined ? {} : { encryptionSecret: secret }) };
  });
  const networks = spec.networks?.map(({ macAddress, ...network }) =>
    identity === 'same' && macAddress !== undefined ? { ...network, macAddress } : network,
  );
  const own = {
    ...spec,
    name,
    ...(disks === undefined ? {} : { disks }),
    ...(networks === undefined ? {} : { networks }),
  };
  const { id } = await create(host, own, { signal, onStep });
  const machine = host.find(id);
  machine.notes = notes;
  machine.volumes = Object.values(volumes).map((volume) => `${volume.pool}/${volume.name}`);
  return mapVm(machine);
}
