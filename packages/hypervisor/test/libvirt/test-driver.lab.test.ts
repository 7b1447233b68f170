import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { describeHypervisor } from '@novacron/hypervisor/testing';
import { labSocket } from '../lab.ts';

describeHypervisor('libvirt, its own test driver', {
  open: () => connectLibvirt(`test+unix:///default?socket=${labSocket}`),
  spec: (name) => ({ name, memoryBytes: 64 * 1024 ** 2 }),
});
