import type { CompleteHypervisor } from '@novacron/hypervisor';
import { NovaError } from '@novacron/core';
import fc from 'fast-check';
import { expect } from 'vitest';

const mebibyte = 1024 ** 2;

type Step = (hypervisor: CompleteHypervisor, name: string) => Promise<unknown>;

/** What is done to one machine, in the words of the interface; what comes of it is its state, or the kind of the error. */
const lifeSteps: Readonly<Record<string, Step>> = {
  create: ({ vms }, name) => vms.create({ name, memoryBytes: 16 * mebibyte }),
  createStarted: ({ vms }, name) => vms.create({ name, memoryBytes: 16 * mebibyte }, { start: true }),
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

/** What is done to the things around a machine: a volume, a disk of it, snapshots, a network. */
const resourceSteps = (pool: string): Readonly<Record<string, Step>> => {
  const volume = (name: string) => ({ pool, name: `${name}-data.qcow2` });
  const text = (name: string) => ({ dnsTexts: [{ name, value: 'x' }] });
  const made = (name: string) => ({
    name,
    memoryBytes: 16 * mebibyte,
    disks: [{ create: { pool, sizeBytes: mebibyte } }],
  });
  return {
    create: ({ vms }, name) => vms.create(made(name)),
    createStarted: ({ vms }, name) => vms.create(made(name), { start: true }),
    cutPower: ({ vms }, name) => vms.stop(name, { force: true }),
    start: ({ vms }, name) => vms.start(name),
    delete: ({ vms }, name) => vms.delete(name, { force: true, volumes: 'created' }),
    createVolume: ({ volumes }, name) => volumes.create({ ...volume(name), sizeBytes: 2 * mebibyte }),
    deleteVolume: ({ volumes }, name) => volumes.delete(volume(name)),
    getVolume: ({ volumes }, name) => volumes.get(volume(name)),
    attachDisk: async ({ vms }, name) => ({ device: await vms.attachDisk(name, { volume: volume(name) }) }),
    detachDisk: async ({ vms }, name) => {
      await vms.stop(name, { force: true }).catch(() => {}); // a guest without a system lets go of nothing while it runs
      return vms.detachDisk(name, 'vdb');
    },
    snapshot: ({ snapshots }, name) => snapshots.create(name, { name: 's' }),
    revert: ({ snapshots }, name) => snapshots.revert(name, 's'),
    deleteSnapshot: ({ snapshots }, name) => snapshots.delete(name, 's'),
    createNetwork: ({ networks }, name) => networks.create({ name, mode: 'isolated', autostart: false }),
    stopNetwork: ({ networks }, name) => networks.stop(name),
    startNetwork: ({ networks }, name) => networks.start(name),
    addText: ({ networks }, name) => networks.update(name, { add: text(name) }),
    removeText: ({ networks }, name) => networks.update(name, { remove: text(name) }),
    deleteNetwork: ({ networks }, name) => networks.delete(name),
    get: ({ vms }, name) => vms.get(name),
  };
};

/** What both must agree on of whatever an operation gives. */
const told = ['state', 'owner', 'stopped', 'device', 'sizeBytes', 'format', 'active', 'dnsTexts', 'memory', 'storage'];

async function outcome(step: Step, hypervisor: CompleteHypervisor, name: string): Promise<unknown> {
  try {
    const result = ((await step(hypervisor, name)) ?? {}) as Record<string, unknown>;
    return Object.fromEntries(told.map((field) => [field, result[field]]));
  } catch (error) {
    return NovaError.isInstance(error) ? { kind: error.kind, state: error.details['state'] } : error;
  }
}

/** What is compared. */
interface ComparisonOptions {
  readonly sequences: number;
  readonly prefix: string;
  /** Compare volumes, disks, snapshots and networks too, in these pools of the model and of the real one. */
  readonly pools?: readonly [model: string, real: string];
}

/** Does the same random things to machines of two drivers, and expects the same of both. */
export async function compareDrivers(
  model: CompleteHypervisor,
  real: CompleteHypervisor,
  { sequences, prefix, pools }: ComparisonOptions,
): Promise<void> {
  let serial = 0;
  const [ofModel, ofReal] = pools === undefined ? [lifeSteps, lifeSteps] : pools.map(resourceSteps);
  const sequence = fc
    .tuple(
      fc.constantFrom('create', 'createStarted', 'get'),
      fc.array(fc.constantFrom(...Object.keys(ofModel ?? {})), { maxLength: 15 }),
    )
    .map(([first, rest]) => [first, ...rest]);
  await fc.assert(
    fc.asyncProperty(sequence, async (names) => {
      const name = `${prefix}-${++serial}`;
      try {
        for (const [index, key] of names.entries()) {
          const expected = await outcome(ofModel?.[key] ?? expect.fail(key), model, name);
          const actual = await outcome(ofReal?.[key] ?? expect.fail(key), real, name);
          expect(actual, names.slice(0, index + 1).join(', ')).toEqual(expected);
        }
      } finally {
        for (const [hypervisor, steps] of [
          [model, ofModel],
          [real, ofReal],
        ] as const) {
          await outcome(({ vms }) => vms.delete(name, { force: true, volumes: 'all' }), hypervisor, name);
          for (const key of ['deleteVolume', 'deleteNetwork'])
            await outcome(steps?.[key] ?? (async () => {}), hypervisor, name);
        }
      }
    }),
    { numRuns: sequences },
  );
}
