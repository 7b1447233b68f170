import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { it } from 'vitest';
import { compareDrivers } from '../compare-drivers.ts';
import { labSocket } from '../lab.ts';

const none = [0, 0] as const;
const latenciesMs = { create: none, start: none, stop: none, suspend: none, resume: none, delete: none };

it('600 random lives of machines are the same in memory and in real libvirt', async () => {
  await using real = await connectLibvirt(`test+unix:///default?socket=${labSocket}`);
  await using model = createMemoryHypervisor({ latenciesMs });
  await compareDrivers(model, real, { sequences: 600, prefix: `hv-compared-${process.pid}` });
}, 120_000);
