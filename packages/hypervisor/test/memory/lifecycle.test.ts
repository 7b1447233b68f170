import type { HypervisorEvent } from '@novacron/hypervisor';
import { createMemoryHypervisor, type MemoryHypervisor } from '@novacron/hypervisor/memory';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';

const clock = new ManualClock();
const slowly = {
  create: [10, 10],
  start: [100, 100],
  stop: [100, 100],
  reboot: [100, 100],
  suspend: [10, 10],
  resume: [10, 10],
  delete: [100, 100],
} as const;

/** Waits for a call while the clock goes on. */
async function after<T>(call: Promise<T>, durationMs = 1000): Promise<T> {
  call.catch(() => {});
  await clock.advance(durationMs);
  return call;
}

async function running(): Promise<MemoryHypervisor> {
  const hypervisor = createMemoryHypervisor({ clock, latenciesMs: slowly });
  await after(hypervisor.vms.create({ name: 'a' }, { start: true }));
  return hypervisor;
}

const stateOf = async ({ vms }: MemoryHypervisor): Promise<string> => (await vms.get('a')).state;
const conflict = (state: string): object => ({ code: 'NOVA_HYPERVISOR_CONFLICT', details: { state } });

describe('an operation that something else comes between', () => {
  it.each(['fail', 'force'] as const)('a stop sees that the guest crashed meanwhile (%s)', async (afterGrace) => {
    await using hypervisor = await running();
    hypervisor.inject({ operation: 'stop', with: 'hang' });
    const stopping = hypervisor.vms.stop('a', { graceMs: 500, afterGrace });
    stopping.catch(() => {});
    await clock.advance(100);
    hypervisor.crash('a');
    await expect(after(stopping)).rejects.toMatchObject(conflict('crashed'));
    expect(await stateOf(hypervisor)).toBe('crashed');
  });

  it('a start does not claim that it succeeded when the power was cut', async () => {
    await using hypervisor = await running();
    await hypervisor.vms.stop('a', { force: true });
    const starting = hypervisor.vms.start('a');
    starting.catch(() => {});
    await clock.advance(50);
    await hypervisor.vms.stop('a', { force: true });
    await expect(after(starting)).rejects.toMatchObject(conflict('stopped'));
    expect(await stateOf(hypervisor)).toBe('stopped');
  });

  it('nor when the machine was cut off and started once more', async () => {
    await using hypervisor = await running();
    await hypervisor.vms.stop('a', { force: true });
    const first = hypervisor.vms.start('a');
    first.catch(() => {});
    await clock.advance(50);
    await hypervisor.vms.stop('a', { force: true });
    const second = hypervisor.vms.start('a');
    await clock.advance(60);
    await expect(first).rejects.toMatchObject(conflict('starting'));
    expect(await stateOf(hypervisor)).toBe('starting');
    expect((await after(second)).state).toBe('running');
  });

  it('a start and a create notice that the machine was deleted', async () => {
    await using hypervisor = await running();
    await hypervisor.vms.stop('a', { force: true });
    const starting = hypervisor.vms.start('a');
    const creating = hypervisor.vms.create({ name: 'b' });
    starting.catch(() => {});
    creating.catch(() => {});
    const deleting = ['a', 'b'].map(async (name) => hypervisor.vms.delete(name, { force: true }));
    await after(Promise.all(deleting));
    await expect(starting).rejects.toMatchObject({ kind: 'conflict' });
    await expect(creating).rejects.toMatchObject({ kind: 'conflict' });
    expect((await hypervisor.vms.list({ states: ['running', 'stopped', 'deleted'] })).items).toEqual([]);
  });

  it('a shutdown that hangs can be ended by force, and both calls come to the same end', async () => {
    await using hypervisor = await running();
    hypervisor.inject({ operation: 'stop', with: 'hang' });
    const stopping = hypervisor.vms.stop('a');
    await clock.advance(50);
    await expect(hypervisor.vms.stop('a')).rejects.toMatchObject(conflict('stopping'));
    expect((await hypervisor.vms.stop('a', { force: true })).state).toBe('stopped');
    expect((await after(stopping, 60_000)).state).toBe('stopped');
  });

  it('a guest whose shutdown nobody waits for any more runs on, and no timer stays', async () => {
    await using hypervisor = await running();
    hypervisor.inject({ operation: 'stop', with: 'hang' });
    await expect(after(hypervisor.vms.stop('a', { timeoutMs: 100 }))).rejects.toMatchObject({ kind: 'timeout' });
    expect(await stateOf(hypervisor)).toBe('running');
    expect(clock.sleeping).toBe(0);
  });

  it('only a guest that is there can crash', async () => {
    await using hypervisor = await running();
    await hypervisor.vms.stop('a', { force: true });
    expect(() => hypervisor.crash('a')).toThrow(
      expect.objectContaining({ kind: 'conflict', details: expect.objectContaining({ state: 'stopped' }) }),
    );
    expect(await stateOf(hypervisor)).toBe('stopped');
  });
});

describe('the guest of a paused machine', () => {
  it('hears no request: its power is cut, or the call fails', async () => {
    await using hypervisor = await running();
    await after(hypervisor.vms.suspend('a'));
    await expect(hypervisor.vms.stop('a', { afterGrace: 'fail' })).rejects.toMatchObject({
      kind: 'conflict',
      details: { state: 'paused', allowed: ['running'] },
    });
    expect(await stateOf(hypervisor)).toBe('paused');
    expect(await hypervisor.vms.stop('a')).toMatchObject({ state: 'stopped', native: { reason: 'destroyed' } });
  });
});

describe('a machine that can not be started', () => {
  it('is taken away again, and its token makes a new one', async () => {
    await using hypervisor = createMemoryHypervisor({ clock, latenciesMs: slowly });
    const events = hypervisor.events();
    const options = { start: true, clientToken: 't' };
    hypervisor.inject({ operation: 'start', vm: 'a', with: 'capacity' });
    await expect(after(hypervisor.vms.create({ name: 'a' }, options))).rejects.toMatchObject({ kind: 'capacity' });
    expect((await hypervisor.vms.list()).items).toEqual([]);
    expect((await after(hypervisor.vms.create({ name: 'a' }, options))).state).toBe('running');
    const seen: HypervisorEvent['type'][] = [];
    for await (const { type } of events) {
      seen.push(type);
      if (type === 'started') break;
    }
    expect(seen).toEqual(['created', 'deleted', 'created', 'started']);
  });

  it('stays when it is not known whether it will start', async () => {
    await using hypervisor = createMemoryHypervisor({ clock, latenciesMs: slowly });
    const creating = hypervisor.vms.create({ name: 'a' }, { start: true, timeoutMs: 50 });
    await expect(after(creating)).rejects.toMatchObject({ kind: 'timeout' });
    expect(await stateOf(hypervisor)).toBe('running');
  });
});

describe('creations with one token at once', () => {
  it('wait for each other and start one machine once', async () => {
    await using hypervisor = createMemoryHypervisor({ clock, latenciesMs: slowly });
    const calls = [false, true, true].map((start) => hypervisor.vms.create({ name: 'a' }, { start, clientToken: 't' }));
    const vms = await after(Promise.all(calls));
    expect(vms.map(({ state }) => state)).toEqual(['stopped', 'running', 'running']);
    expect(new Set(vms.map(({ id }) => id)).size).toBe(1);
  });

  it('are made anew when the one before failed', async () => {
    await using hypervisor = createMemoryHypervisor({ clock, latenciesMs: slowly });
    hypervisor.inject({ operation: 'create', with: 'unavailable' });
    const calls = [1, 2].map(() => hypervisor.vms.create({ name: 'a' }, { clientToken: 't' }));
    const [first, second] = await after(Promise.allSettled(calls));
    expect(first).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { name: 'a' } });
  });
});

describe('what is under way or asked for when a host is closed', () => {
  it('fails as unavailable, whatever it is', async () => {
    const hypervisor = await running();
    hypervisor.inject({ operation: 'stop', with: 'hang' });
    hypervisor.inject({ operation: 'get', with: 'hang' });
    const calls = [
      hypervisor.vms.stop('a'),
      hypervisor.vms.get('a'),
      hypervisor.vms.create({ name: 'b' }, { start: true, clientToken: 't' }),
      hypervisor.vms.create({ name: 'b' }, { clientToken: 't' }),
    ];
    const open = hypervisor.events()[Symbol.asyncIterator]();
    const settled = Promise.allSettled(calls);
    await clock.advance(1);
    await hypervisor.close();
    for (const result of await settled) {
      expect(result).toMatchObject({ reason: { code: 'NOVA_HYPERVISOR_UNAVAILABLE', retryable: false } });
    }
    expect(await open.next()).toMatchObject({ done: true });
    await expect(hypervisor.events()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(clock.sleeping).toBe(0);
  });
});

it('tells since when a machine is on, and how long its guest is up', async () => {
  await using hypervisor = await running();
  const startedMs = clock.now();
  await clock.advance(5000);
  await after(hypervisor.vms.suspend('a'));
  await after(hypervisor.vms.resume('a'));
  const details = await hypervisor.vms.details('a', { guest: true });
  expect(details.startedMs).toBeLessThanOrEqual(startedMs);
  expect(details.guest?.uptimeSeconds).toBe((clock.now() - (details.startedMs ?? 0)) / 1000);
  expect(details).not.toHaveProperty('lastError');
  await after(hypervisor.vms.stop('a'));
  expect(await hypervisor.vms.details('a')).not.toHaveProperty('startedMs');
  await after(hypervisor.vms.start('a'));
  expect((await hypervisor.vms.details('a')).startedMs).toBeGreaterThan(startedMs);
});
