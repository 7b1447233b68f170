import type { VolumeReference } from '../../spec/definition/disk-spec.ts';
import type { DefineVmOptions, VmDefinition } from '../../spec/operations/definitions.ts';
import type { Vm } from '../../spec/vm.ts';
import { assertDefinition } from '../../validate/check-definition.ts';
import type { Machine, MachineSpec } from '../machine.ts';
import { mapVm } from '../map-vm.ts';
import type { MemoryHost } from '../memory-host.ts';
import { findVolume } from '../storage/find-pool.ts';
import { machineSpec } from '../storage/new-volumes.ts';
import { create } from './create.ts';

/** What a simulated machine is defined as: its specification, with the volumes that it has now. */
export function readDefinition(host: MemoryHost, { spec, notes }: Machine): VmDefinition {
  const { cloudInit: _, graphics, ...rest } = spec;
  const screen = typeof graphics === 'object' ? { ...graphics, password: undefined } : graphics;
  return {
    driver: 'memory',
    name: spec.name,
    text: JSON.stringify({ notes, spec: { ...rest, graphics: screen } }),
    disks: (spec.disks ?? [])
      .filter(({ volume, source }) => volume !== undefined || source !== undefined)
      .map(({ target: device, volume, ...disk }) => {
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
  const written = JSON.parse(definition.text) as { readonly notes: string; readonly spec: MachineSpec };
  const { notes } = written;
  const spec = machineSpec(written.spec);
  const disks = spec.disks?.map((disk) => {
    const volume = volumes[disk.target];
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
