import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hypervisor } from '@novacron/hypervisor';
import { ManualClock } from '@novacron/core/testing';
import { fakeAws, spec, type FakeAws } from './fake-aws.ts';

let aws: FakeAws;
let hypervisor: Hypervisor;
beforeEach(async () => {
  aws = await fakeAws();
  hypervisor = await aws.open();
});
afterEach(async () => {
  await hypervisor.close();
  await aws[Symbol.asyncDispose]();
});

describe('stop on EC2', () => {
  it('forces a stop that the guest ignores, or fails when asked to', async () => {
    const { id } = await hypervisor.vms.create(spec('stubborn'), { start: true });
    aws.ec2.ignoresStop = true;
    await expect(hypervisor.vms.stop(id, { graceMs: 40, afterGrace: 'fail' })).rejects.toMatchObject({
      kind: 'timeout',
    });
    await hypervisor.vms.delete(id, { force: true });
    const again = await hypervisor.vms.create(spec('stubborn'), { start: true });
    expect((await hypervisor.vms.stop(again.id, { graceMs: 40 })).state).toBe('stopped');
    await hypervisor.vms.delete(again.id);
  });

  it('waits for a machine that starts, which EC2 can not stop yet', async () => {
    aws.ec2.transitionMs = 60_000; // until it is told otherwise
    const starting = hypervisor.vms.create(spec('hasty'), { start: true }).catch(() => {}); // it may see the stop
    const { id } = await aws.seen('hasty', hypervisor);
    expect((await hypervisor.vms.get(id)).state).toBe('starting');
    const looks = aws.asked('DescribeInstances');
    const stopping = hypervisor.vms.stop(id);
    await expect.poll(() => aws.asked('DescribeInstances')).toBeGreaterThan(looks + 10);
    expect(aws.asked('StopInstances')).toBe(0);
    aws.ec2.transitionMs = 15;
    aws.ec2.put(id, 'running');
    expect((await stopping).state).toBe('stopped');
    await starting;
  });

  it('is done when a machine that starts goes off by itself', async () => {
    aws.ec2.transitionMs = 10_000;
    const creating = hypervisor.vms.create(spec('failing'));
    const { id } = await aws.seen('failing', hypervisor);
    const clock = new ManualClock();
    await using timed = await aws.open({ clock });
    const stopping = timed.vms.stop(id);
    await expect.poll(() => clock.sleeping).toBe(1);
    aws.ec2.put(id, 'stopped');
    await clock.advance(5);
    expect((await stopping).state).toBe('stopped');
    expect((await creating).state).toBe('stopped');
  });

  it('refuses a grace that is no time', async () => {
    const { id } = await hypervisor.vms.create(spec('hurried'), { start: true });
    await expect(hypervisor.vms.stop(id, { graceMs: Number.NaN })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(hypervisor.vms.stop(id, { graceMs: -1 })).rejects.toMatchObject({ kind: 'invalid' });
    expect(aws.asked('StopInstances')).toBe(0);
  });

  it('ends a shutdown that hangs, by force only', async () => {
    const { id } = await hypervisor.vms.create(spec('hung'), { start: true });
    aws.ec2.ignoresStop = true;
    await expect(hypervisor.vms.stop(id, { graceMs: 20, afterGrace: 'fail' })).rejects.toMatchObject({
      kind: 'timeout',
    });
    await expect(hypervisor.vms.stop(id)).rejects.toMatchObject({ kind: 'conflict', details: { state: 'stopping' } });
    expect((await hypervisor.vms.stop(id, { force: true, timeoutMs: 2_000 })).state).toBe('stopped');
  });

  it('forces a guest that has not shut down after a minute', async () => {
    const clock = new ManualClock();
    await using timed = await aws.open({ clock, pollIntervalMs: 30_000 });
    const { id } = await hypervisor.vms.create(spec('minute'), { start: true });
    aws.ec2.ignoresStop = true;
    const stopping = timed.vms.stop(id);
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(30_000);
    await expect.poll(() => clock.sleeping).toBe(1);
    const forced = (): number => aws.ec2.requests.filter(({ input }) => input['Force'] === true).length;
    expect(forced()).toBe(0);
    await clock.advance(30_000);
    await expect.poll(forced).toBe(1);
    await expect.poll(async () => (await hypervisor.vms.get(id)).state).toBe('stopped');
    await clock.advance(30_000);
    expect((await stopping).state).toBe('stopped');
  });
});
