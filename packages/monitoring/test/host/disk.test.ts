import { describe, expect, it } from 'vitest';
import { parseDisks } from '../../src/host/disk.ts';
import { fixture, valuesOf } from './fixture.ts';

const line = (device: string): string => `   8       0 ${device} 10 0 20 0 30 0 40 0 0 0 0`;

describe('/proc/diskstats', () => {
  it('gives bytes and operations of the disks, not of loop and RAM devices', () => {
    expect(valuesOf(parseDisks(fixture('diskstats')))).toEqual({
      'system.disk.io vda read': 10_175_418 * 512,
      'system.disk.io vda write': 7_328_728 * 512,
      'system.disk.operations vda read': 219_639,
      'system.disk.operations vda write': 115_846,
    });
  });

  it('counts no byte twice: whole disks, not their partitions', () => {
    const disks = ['sda', 'vdb', 'nvme0n1', 'mmcblk0', 'dm-0', 'md127', 'xvda', 'nbd0'];
    const parts = [
      'sda1',
      'vdb12',
      'nvme0n1p3',
      'mmcblk0p1',
      'loop3',
      'ram0',
      'zram1',
      'xvda1',
      'nbd0p1',
      'sr0',
      'hda1',
    ];
    const found = new Set(
      parseDisks([...disks, ...parts].map(line).join('\n')).map(({ labels }) => labels?.['device']),
    );
    expect([...found]).toEqual(disks);
  });

  it('gives nothing for an empty text and leaves out fields that are no numbers', () => {
    expect(parseDisks('')).toEqual([]);
    expect(valuesOf(parseDisks('8 0 sda 1 0'))).toMatchObject({
      'system.disk.io sda read': undefined,
      'system.disk.operations sda read': 1,
    });
  });
});
