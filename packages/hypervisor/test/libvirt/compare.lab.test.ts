import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { it } from 'vitest';
import { compareDrivers } from '../compare-drivers.ts';
import { labPool, labSocket, labUri } from '../lab.ts';

const none = [0, 0] as const;
const latenciesMs = { create: none, start: none, stop: none, suspend: none, resume: none, delete: none };

it('600 random lives of machines are the same in memory and in real libvirt', async () => {
  await using real = await connectLibvirt(`test+unix:///default?socket=${labSocket}`);
  await using model = createMemoryHypervisor({ latenciesMs });
  await compareDrivers(model, real, { sequences: 600, prefix: `hv-compared-${process.pid}` });
}, 120_000);

it('random lives of machines with volumes, disks, snapshots and networks are the same in memory and with QEMU', async () => {
  await using real = await connectLibvirt(labUri);
  await using model = createMemoryHypervisor({ latenciesMs });
  await compareDrivers(model, real, { sequences: 40, prefix: `hv-lives-${process.pid}`, pools: ['default', labPool] });
}, 400_000);
