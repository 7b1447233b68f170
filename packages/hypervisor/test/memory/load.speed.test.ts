import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';

describe('the counters of a simulated machine', () => {
  const instantly = { create: [0, 0], start: [0, 0], stop: [0, 0], suspend: [0, 0], resume: [0, 0] } as const;

  it('are counted in bounded time after a year without a look', async () => {
    const clock = new ManualClock();
    await using hypervisor = createMemoryHypervisor({ clock, latenciesMs: instantly });
    await hypervisor.vms.create({ name: 'a' }, { start: true });
    await clock.advance(365 * 86_400_000);
    const start = process.cpuUsage(); // other programs may be busy too
    await hypervisor.vms.stats();
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(500);
  });
});
