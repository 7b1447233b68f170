import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { describeHypervisor } from '@novacron/hypervisor/testing';
import { libvirtCapabilities } from '../../src/libvirt/capabilities.ts';
import { labSocket } from '../lab.ts';

describeHypervisor('libvirt, its own test driver', {
  open: () => connectLibvirt(`test+unix:///default?socket=${labSocket}`),
  capabilities: libvirtCapabilities('test'),
  pool: 'default-pool',
  spec: (name) => ({ name, memoryBytes: 64 * 1024 ** 2 }),
});
