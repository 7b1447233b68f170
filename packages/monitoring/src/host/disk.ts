import type { Measurement } from './measurement.ts';
import { fieldsOf, numberOf } from './proc-text.ts';

/** The kernel counts sectors of 512 bytes whatever the disk's own are: Documentation/block/stat.rst. */
const sectorBytes = 512;

/** Devices that hold others' blocks, so that each byte is counted once: partitions, loop and RAM disks. */
const derived = /^(?:loop|ram|zram|fd|sr)\d+$|^(?:s|v|xv|h)d[a-z]+\d+$|^(?:nvme\d+n\d+|mmcblk\d+|nbd\d+)p\d+$/;

/** Reads the text of /proc/diskstats: whole disks, and device-mapper and RAID devices on them. */
export function parseDisks(diskstats: string): Measurement[] {
  return fieldsOf(diskstats).flatMap(([, , device = '', reads, , sectorsRead, , writes, , sectorsWritten]) => {
    if (device === '' || derived.test(device)) return [];
    const read = { device, direction: 'read' };
    const write = { device, direction: 'write' };
    return [
      { metric: 'system.disk.io', labels: read, value: bytes(sectorsRead) },
      { metric: 'system.disk.io', labels: write, value: bytes(sectorsWritten) },
      { metric: 'system.disk.operations', labels: read, value: numberOf(reads) },
      { metric: 'system.disk.operations', labels: write, value: numberOf(writes) },
    ];
  });
}

function bytes(sectors: string | undefined): number | undefined {
  const count = numberOf(sectors);
  return count === undefined ? undefined : count * sectorBytes;
}
