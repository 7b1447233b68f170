import { formatDomainXML, type DomainXML } from 'node-libvirt/xml';
import { deviceName } from '../../device-name.ts';
import { osPreset, type OsPreset } from '../../os-presets.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import { metadataElement, type VmMetadata } from '../metadata.ts';
import { boot } from './boot-xml.ts';
import { cpuAndMemory } from './cpu-xml.ts';
import { otherDevices } from './device-xml.ts';
import type { DomainContext } from './domain-context.ts';
import { diskDevice, diskTargets, type DiskDevice } from './disk-xml.ts';
import { interfaceDevice } from './interface-xml.ts';
import { seedVolumeName } from './new-volume.ts';

/**
 * The domain XML of a specification (<https://libvirt.org/formatdomain.html>). Every text stays a text.
 *
 * Beside what is asked for it has, unless it says otherwise, a serial console, a channel for the guest agent, a random
 * source and a balloon that reports the guest's memory every second.
 *
 * @param uuid - Its identifier. @default libvirt chooses one
 * @throws {LibvirtError} LIBVIRT_XML_INVALID when a text holds a character that XML can't.
 */
export function domainXml(spec: VmSpec, context: DomainContext, metadata: VmMetadata, uuid?: string): string {
  return formatDomainXML({ ...domainObject(spec, context, metadata), uuid });
}

function domainObject(spec: VmSpec, context: DomainContext, metadata: VmMetadata): DomainXML {
  const preset = presetOf(spec);
  const { name, description, disks = [], networks = [] } = spec;
  const targets = diskTargets(disks, preset);
  const devices = otherDevices(spec, context, preset);
  const allDisks = [
    ...disks.map((disk, index) => diskDevice(disk, targets[index] ?? '', name, preset)),
    ...(spec.cloudInit === undefined ? [] : [seedDisk(spec, preset)]),
  ];
  // libvirt's own choice of a SCSI controller is one that few systems have a driver for.
  const scsi = preset.diskBus === 'virtio' && allDisks.some(({ target }) => target.bus === 'scsi');
  return {
    type: context.domainType as DomainXML['type'],
    name,
    description: description === '' ? undefined : description,
    metadata: metadataElement(metadata),
    ...cpuAndMemory(spec, context.domainType),
    ...boot(spec, context, preset),
    devices: {
      ...devices,
      disk: allDisks,
      controller: [
        ...(devices.controller ?? []),
        ...(scsi ? [{ type: 'scsi', index: 0, model: 'virtio-scsi' } as const] : []),
      ],
      interface: networks.map((network) => interfaceDevice(network, preset)),
    },
  };
}

/** The preset of a specification's operating system; that of Linux for a name that is not known. */
export const presetOf = ({ os }: VmSpec): OsPreset => osPreset(os) ?? osPreset();

/**
 * cloud-init looks for its image in every drive. Kernels made for clouds have no driver for SATA, and Windows has none
 * for virtio at first.
 */
function seedDisk({ name, cloudInit, disks = [] }: VmSpec, { diskBus }: OsPreset): DiskDevice {
  return {
    type: 'volume',
    device: 'cdrom',
    driver: { name: 'qemu', type: 'raw' },
    source: { pool: cloudInit?.pool, volume: seedVolumeName(name) },
    target: { dev: deviceName('sd', disks.length), bus: diskBus === 'virtio' ? 'scsi' : 'sata' },
    readonly: {},
  };
}
