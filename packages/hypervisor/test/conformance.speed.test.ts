import { acceleratedClock } from '@novacron/core';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { applyMiddleware, audit, policy, retry, timeout, tracing } from '@novacron/hypervisor/middleware';
import { describeHypervisorSpeed } from '@novacron/hypervisor/testing';
import { afterAll } from 'vitest';
import { FakeLibvirtd } from './libvirt/fake-libvirtd.ts';

const libvirtd = await FakeLibvirtd.start();
afterAll(() => libvirtd.daemon.stop());

const spec = (name: string): { name: string; memoryBytes: number } => ({ name, memoryBytes: 64 * 1024 ** 2 });

describeHypervisorSpeed('memory', {
  open: async () => createMemoryHypervisor({ clock: acceleratedClock(20), seed: 7 }),
  spec,
});
describeHypervisorSpeed('libvirt, a fake daemon', { open: () => connectLibvirt(libvirtd.daemon.uri()), spec });
describeHypervisorSpeed('memory behind all middleware', {
  open: async () =>
    applyMiddleware(
      createMemoryHypervisor(),
      tracing(),
      audit({ write: () => {} }),
      policy(() => true),
      retry({ baseDelayMs: 1 }),
      timeout({ readMs: 10_000, changeMs: 20_000 }),
    ),
  spec,
});
