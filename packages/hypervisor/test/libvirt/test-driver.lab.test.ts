import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { describeHypervisor, describeHypervisorSpeed, type HypervisorHarness } from '@novacron/hypervisor/testing';
import { libvirtCapabilities } from '../../src/libvirt/capabilities.ts';
import { labSocket } from '../lab.ts';

const harness: HypervisorHarness = {
  open: () => connectLibvirt(`test+unix:///default?socket=${labSocket}`),
  capabilities: libvirtCapabilities('test'),
  pool: 'default-pool',
  spec: (name) => ({ name, memoryBytes: 64 * 1024 ** 2 }),
};
describeHypervisor('libvirt, its own test driver', harness);
describeHypervisorSpeed('libvirt, its own test driver', harness);
