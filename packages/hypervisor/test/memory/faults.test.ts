import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { acceleratedClock } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';

const fast = { clock: acceleratedClock(100) };

describe('failures on request', () => {
  it('fail as often as asked, then all is well', async () => {
    await using hypervisor = createMemoryHypervisor(fast);
    hypervisor.inject({ operation: 'list', with: 'unavailable', times: 2 });
    for (let i = 0; i < 2; i++) {
      await expect(hypervisor.vms.list()).rejects.toMatchObject({
        code: 'NOVA_HYPERVISOR_UNAVAILABLE',
        retryable: true,
        details: { operation: 'list', injected: true },
      });
    }
    expect((await hypervisor.vms.list()).items).toEqual([]);
  });

  it('hit only the machine that is named', async () => {
    await using hypervisor = createMemoryHypervisor(fast);
    await hypervisor.vms.create({ name: 'a' });
    await hypervisor.vms.create({ name: 'b' });
    hypervisor.inject({ operation: 'start', vm: 'b', with: 'capacity' });
    expect((await hypervisor.vms.start('a')).state).toBe('running');
    await expect(hypervisor.vms.start('b')).rejects.toMatchObject({ kind: 'capacity' });
    expect((await hypervisor.vms.get('b')).state).toBe('stopped');
  });

  it('hit a machine by its name when the operation names its id, and one measurement beside the others', async () => {
    await using hypervisor = createMemoryHypervisor(fast);
    const { id } = await hypervisor.vms.create({ name: 'a' }, { start: true });
    await hypervisor.vms.create({ name: 'b' }, { start: true });
    hypervisor.inject({ operation: 'get', vm: 'a', with: 'permission' });
    await expect(hypervisor.vms.get(id)).rejects.toMatchObject({ kind: 'permission' });
    hypervisor.inject({ operation: 'stats', vm: 'a', with: 'internal' });
    const { items, errors } = await hypervisor.vms.stats();
    expect(items.map(({ name }) => name)).toEqual(['b']);
    expect(errors).toEqual([
      expect.objectContaining({ kind: 'internal', details: expect.objectContaining({ vm: 'a' }) }),
    ]);
    hypervisor.inject({ operation: 'stats', vm: 'a', with: 'hang' });
    await expect(hypervisor.vms.stats({ timeoutMs: 500 })).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('leave no timer when a call that hangs is given up', async () => {
    const clock = new ManualClock();
    await using hypervisor = createMemoryHypervisor({ clock });
    hypervisor.inject({ operation: 'list', with: 'hang' });
    const stop = new AbortController();
    const listing = hypervisor.vms.list({}, stop);
    await clock.advance(1);
    stop.abort();
    await expect(listing).rejects.toMatchObject({ code: 'NOVA_CORE_ABORTED' });
    expect(clock.sleeping).toBe(0);
  });

  it.each(['create', 'get', 'list', 'start', 'delete', 'stats'] as const)(
    '%s can hang, and its deadline ends it',
    async (operation) => {
      await using hypervisor = createMemoryHypervisor(fast);
      if (operation !== 'create') await hypervisor.vms.create({ name: 'a' });
      hypervisor.inject({ operation, with: 'hang' });
      const { vms } = hypervisor;
      const calls = {
        create: () => vms.create({ name: 'a' }, { timeoutMs: 500 }),
        get: () => vms.get('a', { timeoutMs: 500 }),
        list: () => vms.list({}, { timeoutMs: 500 }),
        start: () => vms.start('a', { timeoutMs: 500 }),
        delete: () => vms.delete('a', { timeoutMs: 500 }),
        stats: () => vms.stats({ timeoutMs: 500 }),
      };
      await expect(calls[operation]()).rejects.toMatchObject({ code: 'NOVA_CORE_TIMEOUT' });
    },
  );

  it('a guest that ignores the request to shut down is cut off after its grace', async () => {
    await using hypervisor = createMemoryHypervisor(fast);
    const { id } = await hypervisor.vms.create({ name: 'a' }, { start: true });
    hypervisor.inject({ operation: 'stop', with: 'hang' });
    const stopped = await hypervisor.vms.stop(id, { graceMs: 1000 });
    expect(stopped).toMatchObject({ state: 'stopped', native: { reason: 'destroyed' } });
  });

  it('or goes on running when that was asked for', async () => {
    await using hypervisor = createMemoryHypervisor(fast);
    const { id } = await hypervisor.vms.create({ name: 'a' }, { start: true });
    hypervisor.inject({ operation: 'stop', with: 'hang' });
    await expect(hypervisor.vms.stop(id, { graceMs: 1000, afterGrace: 'fail' })).rejects.toMatchObject({
      code: 'NOVA_HYPERVISOR_TIMEOUT',
      details: { vm: 'a', graceMs: 1000 },
    });
    expect((await hypervisor.vms.get(id)).state).toBe('running');
  });
});

describe('a simulated host', () => {
  it('has no room for more than it has', async () => {
    await using hypervisor = createMemoryHypervisor({ ...fast, capacity: { cpus: 2, memoryBytes: 4 * 1024 ** 3 } });
    await hypervisor.vms.create({ name: 'a', memoryBytes: 3 * 1024 ** 3 });
    await expect(hypervisor.vms.create({ name: 'b', memoryBytes: 2 * 1024 ** 3 })).rejects.toMatchObject({
      code: 'NOVA_HYPERVISOR_CAPACITY',
      details: { vm: 'b', freeBytes: 1024 ** 3 },
    });
    await expect(hypervisor.vms.create({ name: 'c', vcpus: 3 })).rejects.toMatchObject({ kind: 'capacity' });
    await hypervisor.vms.delete('a');
    await expect(hypervisor.vms.create({ name: 'b', memoryBytes: 2 * 1024 ** 3 })).resolves.toMatchObject({
      name: 'b',
    });
  });

  it('lets a guest crash, tells it, and starts it again', async () => {
    await using hypervisor = createMemoryHypervisor(fast);
    const events = hypervisor.events()[Symbol.asyncIterator]();
    await hypervisor.vms.create({ name: 'a' }, { start: true });
    hypervisor.crash('a');
    expect((await hypervisor.vms.get('a')).state).toBe('crashed');
    expect((await hypervisor.vms.details('a')).lastError).toBe('crashed on request');
    const types = [await events.next(), await events.next(), await events.next()].map(({ value }) => value?.type);
    expect(types).toEqual(['created', 'started', 'crashed']);
    expect((await hypervisor.vms.start('a')).state).toBe('running');
    expect(() => hypervisor.crash('nobody')).toThrow(expect.objectContaining({ kind: 'not-found' }));
  });

  it('gives one name to one of many that ask at once', async () => {
    await using hypervisor = createMemoryHypervisor(fast);
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => hypervisor.vms.create({ name: 'same' })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('keeps its own copy of the specification', async () => {
    await using hypervisor = createMemoryHypervisor(fast);
    const tags = { role: 'web' };
    await hypervisor.vms.create({ name: 'a', tags });
    tags.role = 'changed';
    expect((await hypervisor.vms.get('a')).tags).toEqual({ role: 'web' });
  });

  it('ends what is under way when it is closed', async () => {
    const clock = new ManualClock();
    const hypervisor = createMemoryHypervisor({ clock, latenciesMs: { create: [0, 0] } });
    await hypervisor.vms.create({ name: 'a' });
    const starting = hypervisor.vms.start('a');
    await clock.advance(1);
    await hypervisor.close();
    await expect(starting).rejects.toMatchObject({ code: 'NOVA_HYPERVISOR_UNAVAILABLE', retryable: false });
    expect(clock.sleeping).toBe(0);
    await expect(hypervisor.host?.info()).rejects.toMatchObject({ kind: 'unavailable', retryable: false });
  });
});
