import type { DomainXML } from 'node-libvirt/xml';
import { deviceName } from '../../device-name.ts';
import type { OsPreset } from '../../os-presets.ts';
import type { DiskLimits, DiskSpec } from '../../spec/definition/disk-spec.ts';
import { newVolumeName } from './new-volume.ts';

/** libvirt's object of a disk. */
export type DiskDevice = NonNullable<NonNullable<DomainXML['devices']>['disk']>[number];

const devicePrefix = { virtio: 'vd', scsi: 'sd', sata: 'sd', usb: 'sd' } as const;

/** The controller of a disk where its specification names none: what the system knows, and no virtio for media. */
export function diskBus({ bus, device }: DiskSpec, { diskBus }: OsPreset): NonNullable<DiskSpec['bus']> {
  return bus ?? (device === 'cdrom' ? 'sata' : diskBus);
}

/** The devices of disks as Linux counts them, each prefix by itself or by the place in the list, as it always was. */
export function diskTargets(disks: readonly DiskSpec[], preset: OsPreset): readonly string[] {
  return disks.map((disk, index) => deviceName(devicePrefix[diskBus(disk, preset)] ?? 'sd', index));
}

/** A disk as libvirt has it (<https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms>). */
export function diskDevice(spec: DiskSpec, target: string, vmName: string, preset: OsPreset): DiskDevice {
  const { device = 'disk', cache, io, onError, limits, serial, encryptionSecret } = spec;
  const isMedia = device === 'cdrom';
  const bus = diskBus(spec, preset);
  const canUnmap = !isMedia && (bus === 'virtio' || bus === 'scsi');
  return {
    ...diskSource(spec, target, vmName),
    device,
    driver: {
      name: 'qemu',
      type: spec.format ?? (isMedia ? 'raw' : 'qcow2'),
      cache,
      io,
      error_policy: onError,
      discard: spec.discard ?? (canUnmap ? 'unmap' : undefined),
    },
    target: { dev: target, bus },
    iotune: limits && iotune(limits),
    readonly: spec.readOnly || isMedia ? {} : undefined,
    serial,
    encryption: undefined,
    ...(encryptionSecret === undefined
      ? {}
      : { encryption: { format: 'luks', secret: [{ type: 'passphrase', uuid: encryptionSecret }] } }),
  };
}

function diskSource(
  { source, volume, create, format }: DiskSpec,
  target: string,
  vmName: string,
): Pick<DiskDevice, 'type' | 'source'> {
  if (source !== undefined) {
    return source.startsWith('/dev/')
      ? { type: 'block', source: { dev: source } }
      : { type: 'file', source: { file: source } };
  }
  const reference = volume ?? (create && { pool: create.pool, name: newVolumeName(vmName, create, target, format) });
  if (reference === undefined) return { type: 'file' };
  return { type: 'volume', source: { pool: reference.pool, volume: reference.name } };
}

function iotune(limits: DiskLimits): DiskDevice['iotune'] {
  return {
    total_bytes_sec: limits.bytesPerSecond,
    read_bytes_sec: limits.readBytesPerSecond,
    write_bytes_sec: limits.writeBytesPerSecond,
    total_iops_sec: limits.operationsPerSecond,
    read_iops_sec: limits.readOperationsPerSecond,
    write_iops_sec: limits.writeOperationsPerSecond,
  };
}
