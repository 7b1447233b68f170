import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { robustScale } from '../../src/statistics/robust-scale.ts';
import { SortedWindow } from '../../src/statistics/sorted-window.ts';
import { at } from '../at.ts';

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >>> 1;
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
};

const value = fc.oneof(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: -3, max: 3 }));

function windowOf(values: readonly number[], capacity: number): SortedWindow {
  const window = new SortedWindow(capacity);
  for (const each of values) window.push(each);
  return window;
}

describe('SortedWindow', () => {
  it('has the median and the median distance of its last values, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (values, capacity) => {
          const window = windowOf(values, capacity);
          const last = values.slice(-capacity).map((each) => each + 0);
          expect([...window.toArray()]).toEqual(last);
          expect(window.count).toBe(last.length);
          expect(window.median()).toBe(medianOf(last));
          for (const centre of [window.median(), 0, 1e10]) {
            expect(window.medianDistance(centre)).toBe(medianOf(last.map((each) => Math.abs(each - centre))));
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('copies itself', () => {
    const window = windowOf([3, 1, 2], 3);
    const copy = window.clone();
    copy.push(10);
    expect(window.median()).toBe(2);
    expect([...copy.toArray()]).toEqual([1, 2, 10]);
    expect(copy.median()).toBe(2);
  });

  it('knows nothing when empty', () => {
    const window = new SortedWindow(4);
    expect(window.median()).toBeNaN();
    expect(window.medianDistance(0)).toBeNaN();
    expect([...window.toArray()]).toEqual([]);
  });
});

describe('robustScale', () => {
  it('is about the standard deviation of normal values, and hardly moved by outliers', () => {
    // The quantiles of a normal distribution, then a fifth of them replaced.
    const values = Array.from({ length: 999 }, (_, i) => Math.tan(((i + 1) / 1_000 - 0.5) * 2.8) * 0.7);
    const clean = robustScale(windowOf(values, 999));
    const spoilt = robustScale(
      windowOf(
        values.map((each, i) => (i % 5 === 0 ? 1e6 : each)),
        999,
      ),
    );
    expect(spoilt / clean).toBeLessThan(1.6);
  });

  it('falls back to the mean distance where most values are equal', () => {
    expect(robustScale(windowOf([5, 5, 5, 5, 5, 9], 6))).toBeCloseTo(1.2533141373155 * (4 / 6), 12);
  });

  it('is above 0 even for equal values', () => {
    expect(robustScale(windowOf([0, 0, 0], 3))).toBeGreaterThan(0);
    expect(robustScale(windowOf([7, 7, 7], 3))).toBeCloseTo(7 * Number.EPSILON, 20);
  });
});
