import { performanceAdvice, type HostInfo } from '@novacron/hypervisor';
import { describe, expect, it } from 'vitest';

const gibibyte = 1024 ** 3;
const node = (id: number, cpus: readonly number[]) => ({ id, cpus, memoryBytes: 16 * gibibyte, hugePages: [] });
const host: HostInfo = {
  hostname: 'h',
  cpus: 8,
  memoryBytes: 32 * gibibyte,
  hypervisor: 'QEMU 9',
  accelerators: ['qemu', 'kvm'],
  freeMemoryBytes: 4 * gibibyte,
  numaNodes: [node(0, [0, 1, 2, 3]), node(1, [4, 5, 6, 7])],
};

describe('performance advice', () => {
  it('has nothing to say of a machine that is made for speed', () => {
    const spec = {
      name: 'fast',
      vcpus: 2,
      memoryBytes: gibibyte,
      cpu: { model: 'host-model', pinning: [{ vcpu: 0, hostCpus: [0] }] },
      disks: [{ source: '/a.raw', format: 'raw', cache: 'none', io: 'native' }],
      networks: [{ network: 'default' }],
    } as const;
    expect(performanceAdvice(spec, host)).toEqual([]);
  });

  it('names what is slow, with the reason, the worst first', () => {
    const spec = {
      name: 'slow',
      vcpus: 12,
      memoryBytes: 9 * gibibyte,
      cpu: { model: 'qemu64' },
      disks: [
        { source: '/a.qcow2', bus: 'sata', cache: 'directsync', discard: 'ignore' },
        { source: '/b.iso', device: 'cdrom', bus: 'sata' },
        { create: { pool: 'p', backing: { pool: 'p', name: 'x' } }, cache: 'none' },
      ],
      networks: [{ network: 'default', model: 'rtl8139' }],
    } as const;
    const advice = performanceAdvice(spec, { ...host, accelerators: ['qemu'] });
    expect(advice.map(({ path, impact }) => `${impact} ${path}`.trim())).toEqual([
      'high',
      'high vcpus',
      'high memoryBytes',
      'high disks[0].bus',
      'high disks[0].cache',
      'high networks[0].model',
      'medium cpu.model',
      'medium cpu.numa',
      'medium memory.hugepages',
      'low disks[0].discard',
      'low disks[2].io',
      'low disks[2].create.backing',
    ]);
    for (const { reason } of advice) expect(reason.length).toBeGreaterThan(20);
  });

  it('takes huge pages that are there, and warns of data that may be lost', () => {
    const pages = [
      { ...node(0, [0, 1, 2, 3]), hugePages: [{ sizeBytes: 2 * 1024 ** 2, count: 1024 }] },
      node(1, [4, 5]),
    ];
    const spec = {
      name: 'x',
      vcpus: 2,
      cpu: { model: 'host-model' },
      disks: [{ source: '/a', cache: 'unsafe' }],
    } as const;
    expect(performanceAdvice(spec, { ...host, numaNodes: pages }).map(({ advice }) => advice)).toEqual([
      "keep 'unsafe' for data that may be lost",
      'pin its CPUs to the threads of one NUMA node',
      'use the huge pages that the host has',
    ]);
  });
});
