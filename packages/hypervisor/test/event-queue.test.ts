import { EventQueue, type HypervisorEvent } from '@novacron/hypervisor';
import { ManualClock } from '@novacron/core/testing';
import { describe, expect, it } from 'vitest';

const event = (name: string): HypervisorEvent => ({ type: 'started', vmId: name, name, state: 'running', timeMs: 0 });

const collect = async (events: AsyncIterable<HypervisorEvent>): Promise<string[]> => {
  const names: string[] = [];
  for await (const each of events) names.push(each.type === 'lost' ? `lost ${each.count}` : each.name);
  return names;
};

describe('EventQueue', () => {
  it('listens from the moment of the call, not of the first read', async () => {
    const queue = new EventQueue(new ManualClock());
    queue.push(event('before'));
    const reader = queue.read();
    queue.push(event('a'));
    queue.push(event('b'));
    queue.end();
    expect(await collect(reader)).toEqual(['a', 'b']);
  });

  it('hands every event to every reader', async () => {
    const queue = new EventQueue(new ManualClock());
    const readers = [queue.read(), queue.read()];
    queue.push(event('a'));
    queue.end();
    expect(await Promise.all(readers.map(collect))).toEqual([['a'], ['a']]);
  });

  it('wakes a reader that waits', async () => {
    const queue = new EventQueue(new ManualClock());
    const next = queue.read().next();
    queue.push(event('a'));
    expect(await next).toEqual({ done: false, value: event('a') });
  });

  it('drops the oldest for a slow reader and says how many', async () => {
    const queue = new EventQueue(new ManualClock(7));
    const reader = queue.read({ queueLimit: 2 });
    for (const name of ['a', 'b', 'c', 'd']) queue.push(event(name));
    expect(await reader.next()).toEqual({ done: false, value: { type: 'lost', count: 2, timeMs: 7 } });
    queue.end();
    expect(await collect(reader)).toEqual(['c', 'd']);
  });

  it('ends when the signal fires, before or while reading', async () => {
    const queue = new EventQueue(new ManualClock());
    expect(await collect(queue.read({ signal: AbortSignal.abort() }))).toEqual([]);
    const stop = new AbortController();
    const waiting = queue.read(stop).next();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('hands nothing out after the signal, not even what had come before', async () => {
    const queue = new EventQueue(new ManualClock());
    const stop = new AbortController();
    const reader = queue.read({ signal: stop.signal, queueLimit: 1 });
    queue.push(event('a'));
    queue.push(event('b'));
    stop.abort();
    expect(await collect(reader)).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, '5' as never])('refuses a queue of %j', (queueLimit) => {
    expect(() => new EventQueue(new ManualClock()).read({ queueLimit })).toThrow(
      expect.objectContaining({ code: 'NOVA_HYPERVISOR_INVALID', details: { queueLimit } }),
    );
  });

  it('tells the failure once, to who waits and to who asks later, then ends', async () => {
    const queue = new EventQueue(new ManualClock());
    const [waiting, late] = [queue.read(), queue.read()];
    const next = waiting.next();
    const lost = new Error('connection lost');
    queue.end(lost);
    await expect(next).rejects.toBe(lost);
    await expect(late.next()).rejects.toBe(lost);
    expect(await waiting.next()).toEqual({ done: true, value: undefined });
    expect(await late.next()).toEqual({ done: true, value: undefined });
    await expect(queue.read().next()).rejects.toBe(lost);
  });

  it('keeps nothing for a reader that left', async () => {
    const queue = new EventQueue(new ManualClock());
    const reader = queue.read();
    queue.push(event('a'));
    for await (const each of reader) {
      expect(each).toEqual(event('a'));
      break;
    }
    queue.push(event('b'));
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });
});
