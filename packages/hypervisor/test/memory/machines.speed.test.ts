import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { describe, expect, it } from 'vitest';

const none = [0, 0] as const;

describe('the machines of a simulated host', () => {
  it('are made in the same time, whether there are few or many', async () => {
    const capacity = { cpus: 64, memoryBytes: Number.MAX_SAFE_INTEGER };
    await using hypervisor = createMemoryHypervisor({ latenciesMs: { create: none }, capacity });
    const quarters = [];
    for (let quarter = 0; quarter < 4; quarter++) {
      const start = process.cpuUsage(); // other programs may be busy too
      for (let index = 0; index < 5000; index++) {
        const name = `vm-${quarter}-${index}`;
        await hypervisor.vms.create({ name, memoryBytes: 1024 ** 2 }, { clientToken: name });
      }
      const { user, system } = process.cpuUsage(start);
      quarters.push((user + system) / 1e6);
    }
    // When each looks at all the others, the last quarter takes six times as long as the first, and all more than a minute.
    const [first = 0, , , last = 0] = quarters;
    expect(last / first).toBeLessThan(3);
    expect(quarters.reduce((sum, seconds) => sum + seconds)).toBeLessThan(30);
    expect((await hypervisor.vms.list({ limit: 1 })).items).toHaveLength(1);
  }, 120_000);
});
