import { createMemoryHypervisor, traceLoad } from '@novacron/hypervisor/memory';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';

describe('traceLoad', () => {
  it('replays step by step and begins again', () => {
    const load = traceLoad([0.1, 0.2, 0.3], { stepMs: 1000, startMs: 5000 });
    const at = (timeMs: number): number => load('any', timeMs).cpuRatio;
    expect([5000, 5999, 6000, 7500, 8000, 4000].map(at)).toEqual([0.1, 0.1, 0.2, 0.3, 0.1, 0.3]);
  });

  it('brings values into 0 to 1', () => {
    const load = traceLoad([-1, 2, Number.NaN], { stepMs: 1, startMs: 0 });
    expect([0, 1, 2].map((timeMs) => load('any', timeMs).cpuRatio)).toEqual([0, 1, 0]);
  });

  it.each([
    [[], 1],
    [[1], 0],
    [[1], Number.NaN],
  ])('refuses %j with a step of %s', (values, stepMs) => {
    expect(() => traceLoad(values, { stepMs, startMs: 0 })).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });
});

describe('the counters of a simulated machine', () => {
  const instantly = { create: [0, 0], start: [0, 0], stop: [0, 0], suspend: [0, 0], resume: [0, 0] } as const;

  it('add up a trace exactly', async () => {
    const clock = new ManualClock();
    const load = traceLoad([0.25, 0.75], { stepMs: 60_000, startMs: 0 });
    await using hypervisor = createMemoryHypervisor({ clock, load, latenciesMs: instantly });
    const disks = [{ source: 'a' }, { source: 'b' }];
    await hypervisor.vms.create({ name: 'a', vcpus: 4, disks, networks: [{ network: 'n' }] }, { start: true });
    await clock.advance(600_000);
    const [stats] = (await hypervisor.vms.stats()).items;
    expect(stats?.cpu?.timeSeconds).toBeCloseTo(600 * 0.5 * 4, 9);
    expect(stats?.disks?.map(({ device }) => device)).toEqual(['vda', 'vdb']);
    const written = stats?.disks?.reduce((sum, disk) => sum + disk.readBytes + disk.writeBytes, 0) ?? 0;
    expect(written / (600 * 0.5 * 2 * 1024 ** 2)).toBeCloseTo(1, 4);
    expect(stats?.networkInterfaces?.[0]?.receiveBytes).toBe(stats?.networkInterfaces?.[0]?.transmitBytes);
  });

  it('stand still while it is paused and begin again when it starts', async () => {
    const clock = new ManualClock();
    await using hypervisor = createMemoryHypervisor({ clock, load: () => ({ cpuRatio: 1 }), latenciesMs: instantly });
    const { id } = await hypervisor.vms.create({ name: 'a' }, { start: true });
    const seconds = async (): Promise<number | undefined> =>
      (await hypervisor.vms.stats({ vms: [id] })).items[0]?.cpu?.timeSeconds;
    await clock.advance(10_000);
    await hypervisor.vms.suspend(id);
    await clock.advance(50_000);
    expect(await seconds()).toBeCloseTo(10, 9);
    await hypervisor.vms.resume(id);
    await clock.advance(5000);
    expect(await seconds()).toBeCloseTo(15, 9);
    await hypervisor.vms.stop(id, { force: true });
    expect(await seconds()).toBeUndefined();
    await hypervisor.vms.start(id);
    await clock.advance(1000);
    expect(await seconds()).toBeCloseTo(1, 9);
  });

  it('are the same for the same seed and differ for others', async () => {
    const run = async (seed: number): Promise<readonly [string | undefined, number | undefined]> => {
      const clock = new ManualClock();
      await using hypervisor = createMemoryHypervisor({ clock, seed, latenciesMs: instantly });
      await hypervisor.vms.create({ name: 'a' }, { start: true });
      await clock.advance(3_600_000);
      const [stats] = (await hypervisor.vms.stats()).items;
      return [stats?.vmId, stats?.cpu?.timeSeconds];
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });
});
