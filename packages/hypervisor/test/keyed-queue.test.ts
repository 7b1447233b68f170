import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyedQueue } from '../src/keyed-queue.ts';

describe('KeyedQueue', () => {
  it('runs what has one key in order and never at once, and no more than the limit of all', async () => {
    const task = fc.record({ key: fc.constantFrom('a', 'b', 'c'), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(task, { maxLength: 20 }), fc.integer({ min: 1, max: 3 }), async (tasks, limit) => {
        const queue = new KeyedQueue(limit);
        const running = new Map<string, number>();
        const order = new Map<string, number[]>();
        let all = 0;
        await Promise.allSettled(
          tasks.map(({ key, fails }, index) =>
            queue.run(key, undefined, async () => {
              running.set(key, (running.get(key) ?? 0) + 1);
              all++;
              expect(running.get(key)).toBe(1);
              expect(all).toBeLessThanOrEqual(limit);
              order.set(key, [...(order.get(key) ?? []), index]);
              await Promise.resolve();
              running.set(key, 0);
              all--;
              if (fails) throw new Error('as told');
            }),
          ),
        );
        for (const indexes of order.values()) expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
        expect([...order.values()].flat()).toHaveLength(tasks.length);
      }),
      { numRuns: 50 },
    );
  });

  it('lets go of who gives up waiting, and runs the next', async () => {
    const queue = new KeyedQueue(1);
    const stop = new AbortController();
    const first = queue.run('a', undefined, () => sleep(20));
    const second = queue.run('a', stop.signal, async () => 'second');
    const third = queue.run('a', undefined, async () => 'third');
    stop.abort();
    await expect(second).rejects.toMatchObject({ kind: 'aborted' });
    expect(await third).toBe('third');
    await first;
  });

  it('lets go at once of who gives up, whether for the one before it or for a place, and keeps the order', async () => {
    for (const key of ['a', 'b']) {
      const queue = new KeyedQueue(1);
      const stop = new AbortController();
      const steps: string[] = [];
      let finish = (): void => {};
      const first = queue.run('a', undefined, () => new Promise<void>((resolve) => (finish = resolve)));
      const second = queue.run(key, stop.signal, async () => steps.push('second'));
      await sleep(1);
      stop.abort();
      await expect(second).rejects.toMatchObject({ kind: 'aborted' });
      const third = queue.run(key, undefined, async () => steps.push('third'));
      await sleep(5);
      expect(steps).toEqual([]); // the first one still has the place
      finish();
      await Promise.all([first, third]);
      expect(steps).toEqual(['third']);
    }
  });
});
