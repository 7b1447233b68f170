import type { MigrationProgress, VmJob } from '@novacron/hypervisor';
import { createMemoryHypervisor, type MemoryHypervisor } from '@novacron/hypervisor/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const mebibyte = 1024 ** 2;
const quick = { create: [0, 0], start: [0, 0], stop: [0, 0], delete: [0, 0] } as const;

describe('migration between memory hosts', () => {
  let here: MemoryHypervisor;
  let there: MemoryHypervisor;

  beforeEach(() => {
    const load = () => ({ cpuRatio: 1 });
    here = createMemoryHypervisor({ name: 'here', latenciesMs: quick, load });
    there = createMemoryHypervisor({ name: 'there', seed: 2, latenciesMs: quick, load });
  });
  afterEach(async () => {
    await here.close();
    await there.close();
  });
  const guest = (spec: object = {}): Promise<unknown> =>
    here.vms.create({ name: 'a', memoryBytes: 32 * mebibyte, ...spec }, { start: true });
  const throttled = { bandwidthBytesPerSecond: 128 * mebibyte, maxDowntimeMs: 10 };

  it('never arrives when the guest writes faster than can be sent, and stays where it was', async () => {
    await guest();
    const seen: MigrationProgress[] = [];
    const jobs: Promise<VmJob | undefined>[] = [];
    const jobOf = async (): Promise<VmJob | undefined> => (await here.vms.details('a')).job;
    const migration = here.migrations.migrate('a', there, {
      ...throttled,
      timeoutMs: 900,
      onProgress(progress) {
        seen.push(progress);
        jobs.push(jobOf());
      },
    });
    await expect(migration).rejects.toMatchObject({ code: 'NOVA_CORE_TIMEOUT' });
    const [first] = await Promise.all(jobs);
    expect(first).toMatchObject({ operation: 'migration-out', processedBytes: seen[0]?.processedBytes });
    await expect.poll(jobOf).toBeUndefined();
    expect(seen.at(-1)?.iteration).toBeGreaterThan(0);
    expect((await here.vms.get('a')).state).toBe('running');
    await expect(there.vms.get('a')).rejects.toMatchObject({ kind: 'not-found' });
    expect((await here.migrations.check('a', there)).ok).toBe(true); // nothing is left of the job
  });

  it('arrives when it is slowed down, switched over, or stands still', async () => {
    await guest();
    const slowed = await here.migrations.migrate('a', there, { ...throttled, autoConverge: true });
    expect(slowed.transferredBytes).toBeGreaterThan(32 * mebibyte);
    const back = await there.migrations.migrate('a', here, { ...throttled, postCopy: true });
    expect(back.vm.state).toBe('running');
    const still = await here.migrations.migrate('a', there, { ...throttled, mode: 'paused' });
    expect(still).toMatchObject({ mode: 'paused', downtimeMs: 0, transferredBytes: 32 * mebibyte });
  });

  it('takes its disks along, into other pools too', async () => {
    await there.pools.create({ name: 'fast', path: '/fast' });
    await guest({ disks: [{ create: { pool: 'default', sizeBytes: 100, upload: [Uint8Array.of(1, 2, 3)] } }] });
    const shared = await here.migrations.check('a', there);
    expect(shared.problems).toEqual([expect.objectContaining({ subject: 'storage', blocking: true })]);
    const { volumes } = await here.migrations.migrate('a', there, { storage: 'copy', pools: { default: 'fast' } });
    expect(volumes).toEqual(['fast/a-vda.qcow2']);
    const pieces: Uint8Array[] = [];
    for await (const piece of there.volumes.download({ pool: 'fast', name: 'a-vda.qcow2' })) pieces.push(piece);
    expect(pieces[0]?.slice(0, 4)).toEqual(Uint8Array.of(1, 2, 3, 0));
    expect((await here.volumes.list('default')).length).toBe(1);
    expect((await there.vms.details('a')).disks).toMatchObject([{ source: '/fast/a-vda.qcow2' }]);
    const gone = await there.vms.delete('a', { force: true, volumes: 'created' });
    expect(gone).toMatchObject({ volumes: ['fast/a-vda.qcow2'] });
  });

  it('leaves no volume behind when it fails, whichever side it is', async () => {
    await guest({ disks: [{ create: { pool: 'default', sizeBytes: 100 } }] });
    for (const host of [here, there]) {
      host.inject({ operation: 'migrate', with: 'unavailable' });
      const steps: string[] = [];
      const migration = here.migrations.migrate('a', there, {
        storage: 'copy',
        onStep: ({ step }) => steps.push(step),
      });
      await expect(migration).rejects.toMatchObject({ kind: 'unavailable' });
      expect(steps).toEqual(['checked', 'volume-created', 'rolled-back']);
      expect(await there.volumes.list('default')).toEqual([]);
      expect((await here.vms.get('a')).state).toBe('running');
    }
  });

  it('fails when the machine is stopped on the way, or the destination closes', async () => {
    await guest();
    const first = here.migrations.migrate('a', there, throttled);
    const [, outcome] = await Promise.all([here.vms.stop('a', { force: true }), Promise.allSettled([first])]);
    expect(outcome).toMatchObject([{ reason: { kind: 'conflict', details: { state: 'stopped' } } }]);
    await here.vms.start('a');
    const second = here.migrations.migrate('a', there, { ...throttled, autoConverge: true });
    const [, cut] = await Promise.all([there.close(), Promise.allSettled([second])]);
    expect(cut).toMatchObject([{ reason: { kind: 'unavailable' } }]);
    expect((await here.vms.get('a')).state).toBe('running');
  });

  it('says what the destination lacks', async () => {
    const small = createMemoryHypervisor({ name: 'small', capacity: { cpus: 1, memoryBytes: 16 * mebibyte } });
    await here.networks.create({ name: 'dmz', mode: 'isolated', address: '10.0.0.1/24' });
    await guest({ vcpus: 2, networks: [{ network: 'dmz' }], disks: [{ volume: { pool: 'nowhere', name: 'x' } }] });
    await here.snapshots.create('a', { name: 's' });
    const { ok, problems } = await here.migrations.check('a', small);
    expect(ok).toBe(false);
    expect(problems.map(({ subject }) => subject)).toEqual(['state', 'cpu', 'memory', 'network', 'storage']);
    await small.close();
  });

  it('goes only to its own kind', async () => {
    await guest();
    const foreign = { ...there, migrations: undefined, driver: 'other' };
    for (const symbol of Object.getOwnPropertySymbols(foreign)) Reflect.deleteProperty(foreign, symbol);
    await expect(here.migrations.migrate('a', foreign)).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(here.migrations.check('a', foreign)).rejects.toMatchObject({ kind: 'unsupported' });
  });
});
