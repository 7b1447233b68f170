import type { CompleteHypervisor } from '@novacron/hypervisor';
import { NovaError } from '@novacron/core';
import fc from 'fast-check';
import { expect } from 'vitest';

type Step = (hypervisor: CompleteHypervisor, name: string) => Promise<unknown>;

/** What is done to one machine, in the words of the interface; what comes of it is its state, or the kind of the error. */
const steps: Readonly<Record<string, Step>> = {
  create: ({ vms }, name) => vms.create({ name, memoryBytes: 16 * 1024 ** 2 }),
  createStarted: ({ vms }, name) => vms.create({ name, memoryBytes: 16 * 1024 ** 2 }, { start: true }),
  start: ({ vms }, name) => vms.start(name),
  cutPower: ({ vms }, name) => vms.stop(name, { force: true }),
  suspend: ({ vms }, name) => vms.suspend(name),
  resume: ({ vms }, name) => vms.resume(name),
  save: ({ vms }, name) => vms.save(name),
  discardSaved: ({ vms }, name) => vms.discardSaved(name),
  delete: ({ vms }, name) => vms.delete(name),
  deleteByForce: ({ vms }, name) => vms.delete(name, { force: true }),
  update: ({ vms }, name) => vms.update(name, { owner: 'ops', tags: { a: '1' } }),
  snapshot: ({ snapshots }, name) => snapshots.create(name, { name: 's' }),
  deleteSnapshot: ({ snapshots }, name) => snapshots.delete(name, 's'),
  get: ({ vms }, name) => vms.get(name),
};

async function outcome(step: Step, hypervisor: CompleteHypervisor, name: string): Promise<unknown> {
  try {
    const result = (await step(hypervisor, name)) as { state?: string; owner?: string; stopped?: string } | undefined;
    return { state: result?.state, owner: result?.owner, stopped: result?.stopped };
  } catch (error) {
    return NovaError.isInstance(error) ? { kind: error.kind, state: error.details['state'] } : error;
  }
}

/** Does the same random things to machines of two drivers, and expects the same of both. */
export async function compareDrivers(
  model: CompleteHypervisor,
  real: CompleteHypervisor,
  { sequences, prefix }: { readonly sequences: number; readonly prefix: string },
): Promise<void> {
  let serial = 0;
  const sequence = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 1, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(sequence, async (names) => {
      const name = `${prefix}-${++serial}`;
      try {
        for (const [index, key] of names.entries()) {
          const step = steps[key] ?? expect.fail(key);
          const expected = await outcome(step, model, name);
          expect(await outcome(step, real, name), names.slice(0, index + 1).join(', ')).toEqual(expected);
        }
      } finally {
        for (const hypervisor of [model, real])
          await outcome(({ vms }) => vms.delete(name, { force: true }), hypervisor, name);
      }
    }),
    { numRuns: sequences },
  );
}
