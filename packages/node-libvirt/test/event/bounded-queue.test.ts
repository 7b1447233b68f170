import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedQueue } from '../../src/event/bounded-queue.ts';

function drain(queue: BoundedQueue<number>): unknown[] {
  const taken: unknown[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) taken.push(item);
  return taken;
}

describe('BoundedQueue', () => {
  it('hands items out in order', () => {
    const queue = new BoundedQueue<number>(3, 'drop-oldest');
    for (const item of [1, 2, 3]) queue.push(item);
    expect(queue.size).toBe(3);
    expect(drain(queue)).toEqual([1, 2, 3]);
    expect(queue.dropped).toBe(0);
  });

  it('drops the oldest, and marks the gap before what is left', () => {
    const queue = new BoundedQueue<number>(3, 'drop-oldest');
    for (let item = 1; item <= 10; item++) queue.push(item);
    expect(drain(queue)).toEqual([{ type: 'gap', reason: 'overflow', dropped: 7, current: undefined }, 8, 9, 10]);
    expect(queue.dropped).toBe(7);
  });

  it('drops the newest, and marks the gap behind what is left', () => {
    const queue = new BoundedQueue<number>(3, 'drop-newest');
    for (let item = 1; item <= 10; item++) queue.push(item);
    expect(drain(queue)).toEqual([1, 2, 3, { type: 'gap', reason: 'overflow', dropped: 7, current: undefined }]);
    queue.push(11);
    expect(drain(queue)).toEqual([11]);
  });

  it('drops the newest, and marks the gap before what comes later', () => {
    const queue = new BoundedQueue<number>(2, 'drop-newest');
    for (const item of [1, 2, 3]) queue.push(item);
    expect(queue.take()).toBe(1);
    queue.push(4);
    expect(drain(queue)).toEqual([2, { type: 'gap', reason: 'overflow', dropped: 1, current: undefined }, 4]);
  });

  it.each(['drop-oldest', 'drop-newest'] as const)('never drops a gap that something else made (%s)', (policy) => {
    const queue = new BoundedQueue<number>(3, policy);
    const gap = { type: 'gap', reason: 'reconnect', dropped: undefined, current: [] } as const;
    for (const item of [1, 2]) queue.push(item);
    queue.pushGap({ ...gap, current: undefined });
    queue.pushGap(gap);
    for (const item of [3, 4, 5, 6]) queue.push(item);
    const drained = drain(queue);
    expect(drained.filter((entry) => (entry as { reason?: string }).reason === 'reconnect')).toEqual([gap]);
    expect(drained.filter((entry) => typeof entry === 'number')).toHaveLength(3);
    expect(queue.dropped).toBe(3);
  });

  it('never holds more than its limit and loses count of nothing', () => {
    const steps = fc.array(fc.oneof(fc.constant('take'), fc.constant('push')), { maxLength: 500 });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('drop-oldest' as const, 'drop-newest' as const),
        (actions, limit, policy) => {
          const queue = new BoundedQueue<number>(limit, policy);
          let pushed = 0;
          let taken = 0;
          let missed = 0;
          let last = -1;
          const count = (item: ReturnType<typeof queue.take>): void => {
            if (item === undefined) return;
            if (typeof item === 'number') {
              expect(item).toBeGreaterThan(last);
              last = item;
              taken++;
            } else missed += item.dropped ?? 0;
          };
          for (const action of actions) {
            if (action === 'push') queue.push(pushed++);
            else count(queue.take());
            expect(queue.size).toBeLessThanOrEqual(limit);
          }
          while (queue.size > 0) count(queue.take());
          count(queue.take());
          expect(taken + missed).toBe(pushed);
          expect(missed).toBe(queue.dropped);
        },
      ),
    );
  });
});
