import { systemClock, type Clock } from '@novacron/core';
import type { CompleteHypervisor } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeLibvirtd } from './libvirt/fake-libvirtd.ts';

const hourMs = 3_600_000;

/** A clock that somebody sets an hour forth or back each time that it is looked at; what it measures is not disturbed. */
function restlessClock(): Clock {
  let looks = 0;
  return {
    now: () => Date.now() + (looks++ % 2 === 0 ? hourMs : -hourMs),
    monotonic: () => systemClock.monotonic(),
    sleep: (durationMs, options) => systemClock.sleep(durationMs, options),
  };
}

const took = async (work: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
};

describe('while the clock jumps by an hour forth and back', () => {
  let libvirtd: FakeLibvirtd;
  let hypervisor: CompleteHypervisor;

  beforeEach(async () => {
    libvirtd = await FakeLibvirtd.start();
    hypervisor = await connectLibvirt(libvirtd.daemon.uri(), { clock: restlessClock(), recoveryTimeoutMs: 300 });
    await hypervisor.vms.create({ name: 'a' }, { start: true });
  });
  afterEach(async () => {
    await hypervisor.close();
    await libvirtd.daemon.stop();
  });

  it('a guest has its grace to go off, no less and no more', async () => {
    libvirtd.guestsObey = false;
    const stopping = (): Promise<unknown> =>
      expect(hypervisor.vms.stop('a', { graceMs: 400, afterGrace: 'fail' })).rejects.toMatchObject({ kind: 'timeout' });
    const durationMs = await took(stopping);
    expect(durationMs).toBeGreaterThanOrEqual(390);
    expect(durationMs).toBeLessThan(3000);
  });

  it('a call has its time, no less and no more', async () => {
    libvirtd.guestsObey = false;
    const durationMs = await took(() =>
      expect(hypervisor.vms.reboot('a', { timeoutMs: 300 })).rejects.toMatchObject({ kind: 'timeout' }),
    );
    expect(durationMs).toBeGreaterThanOrEqual(290);
    expect(durationMs).toBeLessThan(3000);
  });

  it('what was begun is taken back for as long as it may take', async () => {
    libvirtd.interrupt('domainDefineXmlFlags', () => libvirtd.cut());
    const disks = [{ create: { pool: 'default', sizeBytes: 4096 } }];
    await expect(hypervisor.vms.create({ name: 'b', disks })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await hypervisor.volumes.list('default')).toEqual([]);
  });

  it('counters of simulated machines never go back', async () => {
    await using memory = createMemoryHypervisor({
      clock: restlessClock(),
      latenciesMs: { create: [0, 0], start: [0, 0] },
    });
    await memory.vms.create({ name: 'a' }, { start: true });
    let before = 0;
    for (let look = 0; look < 10; look++) {
      const seconds = (await memory.vms.stats()).items[0]?.cpu?.timeSeconds ?? -1;
      expect(seconds).toBeGreaterThanOrEqual(before);
      before = seconds;
    }
  });
});
