import { createMemoryHypervisor, memoryCapabilities } from '@novacron/hypervisor/memory';
import { describeHypervisor } from '@novacron/hypervisor/testing';
import { acceleratedClock } from '@novacron/core';

describeHypervisor('memory', {
  open: async () => createMemoryHypervisor({ clock: acceleratedClock(20), seed: 7 }),
  openDestination: async () => createMemoryHypervisor({ clock: acceleratedClock(20), name: 'other', seed: 8 }),
  capabilities: memoryCapabilities,
  spec: (name) => ({ name, memoryBytes: 64 * 1024 ** 2 }),
  snapshotSpec: (name) => ({ name, disks: [{ create: { pool: 'default', sizeBytes: 1024 ** 2 } }] }),
});
