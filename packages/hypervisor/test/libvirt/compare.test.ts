import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { expect, it } from 'vitest';
import { compareDrivers } from '../compare-drivers.ts';
import { FakeLibvirtd } from './fake-libvirtd.ts';

const none = [0, 0] as const;
const latenciesMs = { create: none, start: none, stop: none, suspend: none, resume: none, delete: none };

it('the memory driver does what the libvirt driver does, whatever is asked in whatever order', async () => {
  const { daemon, domains } = await FakeLibvirtd.start();
  try {
    await using real = await connectLibvirt(daemon.uri());
    await using model = createMemoryHypervisor({ latenciesMs });
    await compareDrivers(model, real, { sequences: 100, prefix: 'compared' });
    await compareDrivers(model, real, { sequences: 100, prefix: 'resources', pools: ['default', 'default'] });
    expect(domains.size).toBe(0);
    expect(await real.volumes.list('default')).toEqual([]);
  } finally {
    await daemon.stop();
  }
});
