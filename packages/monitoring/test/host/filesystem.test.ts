import type { StatsFs } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filesystemUsage, parseMounts } from '../../src/host/filesystem.ts';
import { fixture, valuesOf } from './fixture.ts';

const mount = { device: '/dev/vda', mountpoint: '/' };
const stats = (blocks: number, bfree: number, bavail: number): StatsFs => {
  return { type: 0, bsize: 4_096, blocks, bfree, bavail, files: 0, ffree: 0 };
};

describe('/proc/mounts', () => {
  it('gives the file systems on disks, each device once', () => {
    expect(parseMounts(fixture('mounts'))).toEqual([mount]);
    const text = '/dev/sda1 / ext4 rw 0 0\n/dev/sda1 /var/bind ext4 rw 0 0\n/dev/sdb1 /data xfs rw 0 0\nnonsense';
    expect(parseMounts(text).map(({ mountpoint }) => mountpoint)).toEqual(['/', '/data']);
  });

  it('reads names with spaces and backslashes', () => {
    expect(parseMounts('/dev/sdc1 /media/my\\040disk\\134a vfat rw 0 0')).toEqual([
      { device: '/dev/sdc1', mountpoint: '/media/my disk\\a' },
    ]);
  });
});

describe('the use of a file system', () => {
  it('is told as df(1) tells it: the part of what users can have', () => {
    expect(valuesOf(filesystemUsage(mount, stats(1_000, 400, 350)))).toEqual({
      'system.filesystem.usage /dev/vda / used': 600 * 4_096,
      'system.filesystem.usage /dev/vda / free': 350 * 4_096,
      'system.filesystem.usage /dev/vda / reserved': 50 * 4_096,
      'system.filesystem.utilization /dev/vda /': 0.631579,
    });
  });

  it('is nothing for a file system without blocks, and no ratio of nothing', () => {
    expect(filesystemUsage(mount, stats(0, 0, 0))).toEqual([]);
    expect(
      valuesOf(filesystemUsage(mount, stats(10, 10, 0)))['system.filesystem.utilization /dev/vda /'],
    ).toBeUndefined();
  });
});
