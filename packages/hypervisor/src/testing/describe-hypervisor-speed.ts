import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hypervisor } from '../spec/hypervisor.ts';
import { expectError } from './expect-error.ts';
import type { HypervisorHarness } from './harness.ts';

/**
 * Checks that a driver lets go of a call within 100 ms of its signal. Call it in a vitest file of its own that runs without
 * coverage and beside nothing else, as a busy machine answers nobody in time; `describeHypervisor` checks all else. What it
 * makes is named `nova-conformance-…` and deleted again.
 *
 * @param name - Shown in the test report.
 * @param harness - How to open the driver and what it can make, as for `describeHypervisor`.
 *
 * @example
 * ```ts no-run
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 * import { describeHypervisorSpeed } from '@novacron/hypervisor/testing';
 *
 * describeHypervisorSpeed('memory', {
 *   open: async () => createMemoryHypervisor(),
 *   spec: (name) => ({ name, memoryBytes: 64 * 1024 ** 2 }),
 * });
 * ```
 */
export function describeHypervisorSpeed(name: string, harness: HypervisorHarness): void {
  const timeout = harness.testTimeoutMs ?? 20_000;
  describe(`${name}: settles in time`, { timeout }, () => {
    let hypervisor: Hypervisor;

    beforeAll(async () => {
      hypervisor = await harness.open();
    }, timeout);
    afterAll(() => hypervisor.close(), timeout);

    it('lets go of a call within 100 ms of its signal', async () => {
      const { id } = await hypervisor.vms.create(harness.spec(`nova-conformance-${process.pid}-speed`));
      try {
        const stop = new AbortController();
        const starting = hypervisor.vms.start(id, { signal: stop.signal });
        stop.abort();
        const abortedMs = performance.now();
        await expectError(starting, 'aborted');
        expect(performance.now() - abortedMs).toBeLessThan(100);
        await expect.poll(async () => (await hypervisor.vms.get(id)).state, { timeout }).toMatch(/^(running|stopped)$/);
      } finally {
        await hypervisor.vms.delete(id, { force: true });
      }
    });
  });
}
