import type { StatsFs } from 'node:fs';
import type { Measurement } from './measurement.ts';
import { fieldsOf } from './proc-text.ts';
import { roundRatio } from '../metric/round-ratio.ts';

/** A file system on a disk. */
export interface Mount {
  /** The device that it is on. */
  readonly device: string;
  /** Where it is. */
  readonly mountpoint: string;
}

/**
 * Reads the text of /proc/mounts: file systems on disks, each device once. A space in a name is written as `\040`.
 */
export function parseMounts(mounts: string): Mount[] {
  const found = new Map<string, Mount>();
  for (const [device = '', mountpoint = ''] of fieldsOf(mounts)) {
    if (!device.startsWith('/') || mountpoint === '' || found.has(device)) continue;
    found.set(device, { device: unescape(device), mountpoint: unescape(mountpoint) });
  }
  return [...found.values()];
}

/** What statfs(2) says of a mount. `reserved` is free, but only for root. */
export function filesystemUsage({ device, mountpoint }: Mount, stats: StatsFs): Measurement[] {
  const { bsize, blocks, bfree, bavail } = stats;
  if (blocks === 0) return [];
  const used = blocks - bfree;
  const usage = (state: string, count: number): Measurement => ({
    metric: 'system.filesystem.usage',
    labels: { device, mountpoint, state },
    value: count * bsize,
  });
  return [
    usage('used', used),
    usage('free', bavail),
    usage('reserved', bfree - bavail),
    {
      metric: 'system.filesystem.utilization',
      labels: { device, mountpoint },
      value: used + bavail > 0 ? roundRatio(used / (used + bavail)) : undefined,
    },
  ];
}

function unescape(name: string): string {
  return name.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
