import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedQueue } from '../../src/stream/bounded-queue.ts';

function drain<T>(queue: BoundedQueue<T>): T[] {
  const values: T[] = [];
  for (let value = queue.shift(); value !== undefined; value = queue.shift()) values.push(value);
  return values;
}

describe('BoundedQueue', () => {
  it('gives values in the order in which they came', () => {
    const queue = new BoundedQueue<number>(10_000, 'drop-newest');
    for (let i = 1; i <= 5_000; i++) queue.push(i);
    expect(Array.from({ length: 3_000 }, () => queue.shift())).toEqual(Array.from({ length: 3_000 }, (_, i) => i + 1));
    for (let i = 5_001; i <= 6_000; i++) queue.push(i);
    expect(queue.length).toBe(3_000);
    expect(drain(queue)).toEqual(Array.from({ length: 3_000 }, (_, i) => 3_001 + i));
    expect(queue.shift()).toBeUndefined();
  });

  it('drops the oldest or the newest when it is full, and counts', () => {
    const oldest = new BoundedQueue<number>(3, 'drop-oldest');
    const newest = new BoundedQueue<number>(3, 'drop-newest');
    for (const value of [1, 2, 3, 4, 5]) {
      expect(oldest.push(value)).toBe(true);
      expect(newest.push(value)).toBe(value <= 3);
    }
    expect([oldest.dropped, newest.dropped]).toEqual([2, 2]);
    expect(drain(oldest)).toEqual([3, 4, 5]);
    expect(drain(newest)).toEqual([1, 2, 3]);
  });

  it('never weighs more than its limit, but for a single value, and loses nothing uncounted', () => {
    const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant('take' as const)), { maxLength: 200 });
    fc.assert(
      fc.property(
        steps,
        fc.constantFrom('drop-oldest', 'drop-newest'),
        fc.integer({ min: 1, max: 40 }),
        (list, policy, limit) => {
          const queue = new BoundedQueue<number>(limit, policy, (weight) => weight);
          let pushed = 0;
          let taken = 0;
          for (const step of list) {
            if (step === 'take') taken += queue.shift() ?? 0;
            else {
              queue.push(step);
              pushed += step;
            }
            expect(queue.weight <= limit || queue.length === 1).toBe(true);
            expect(pushed).toBe(taken + queue.weight + queue.dropped);
          }
        },
      ),
    );
  });
});
