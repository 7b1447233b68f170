import { seededRandom } from '@novacron/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changepoints, MlError } from '@novacron/ml';
import { at } from '../at.ts';

/** Normal noise around levels. */
function steps(levels: readonly (readonly [level: number, length: number])[], seed: number): number[] {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return levels.flatMap(([level, length]) => Array.from({ length }, () => level + normal()));
}
const places = (values: ArrayLike<number>, options = {}): number[] => changepoints(values, options).map((c) => c.index);

/** The same by trying all: what the pruning must not lose. */
function byBrute(values: readonly number[], penalty: number, least: number): number {
  const best = [-penalty];
  for (let end = 1; end <= values.length; end++) {
    best[end] = Infinity;
    for (let start = 0; start + least <= end; start++) {
      const part = values.slice(start, end);
      const mean = part.reduce((sum, x) => sum + x / part.length, 0);
      const cost = part.reduce((sum, x) => sum + (x - mean) ** 2, 0);
      best[end] = Math.min(at(best, end), at(best, start) + cost + penalty);
    }
  }
  return at(best, values.length);
}

describe('changepoints', () => {
  it('finds the shifts of a series, where they are and how large', () => {
    const found = changepoints(steps([[10, 80], [14, 60], [9, 100]], 3)); // prettier-ignore
    expect(found).toHaveLength(2);
    expect(Math.abs(at(found.map(({ index }) => index), 0) - 80)).toBeLessThan(4); // prettier-ignore
    expect(Math.abs(at(found.map(({ index }) => index), 1) - 140)).toBeLessThan(4); // prettier-ignore
    expect(found[0]?.before).toBeCloseTo(10, 0);
    expect(found[0]?.after).toBe(found[1]?.before);
    expect(found[1]?.after).toBeCloseTo(9, 0);
  });

  it('finds hardly anything in noise', () => {
    const wrong = Array.from({ length: 200 }, (_, seed) => places(steps([[5, 200]], seed)).length);
    expect(wrong.filter((count) => count > 0).length).toBeLessThan(12);
  });

  it('costs as little as the best of all divisions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 12, maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (values, least) => {
          // Noise of one unit, whatever the values: that of a long tail of alternating ones.
          const tail = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 0.4769 : -0.4769));
          const series = [...values, ...tail];
          const found = places(series, { penalty: 10, minimumLength: least });
          const bounds = [0, ...found, series.length];
          const cost = (parts: readonly number[], unit: number): number =>
            parts.slice(1).reduce((sum, end, k) => {
              const part = series.slice(at(parts, k), end).map((x) => x / unit);
              const mean = part.reduce((total, x) => total + x / part.length, 0);
              return sum + part.reduce((total, x) => total + (x - mean) ** 2, 0) + (k > 0 ? 10 : 0);
            }, 0);
          const changes = series
            .slice(1)
            .map((x, i) => x - at(series, i))
            .toSorted((a, b) => a - b);
          const middle = (at(changes, (changes.length - 1) >> 1) + at(changes, changes.length >> 1)) / 2;
          const distances = changes.map((x) => Math.abs(x - middle)).toSorted((a, b) => a - b);
          const mad = (at(distances, (distances.length - 1) >> 1) + at(distances, distances.length >> 1)) / 2;
          const unit = (1.4826 * mad) / Math.SQRT2;
          const best = byBrute(
            series.map((x) => x / unit),
            10,
            least,
          );
          expect(cost(bounds, unit)).toBeLessThan(best + 1e-6 * Math.abs(best) + 1e-6);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('passes over gaps, keeps the least length, and finds fewer with a higher penalty', () => {
    const values = steps([[0, 50], [6, 50]], 1); // prettier-ignore
    const gappy = values.flatMap((value) => [value, NaN]);
    expect(places(gappy)).toEqual(places(values).map((index) => 2 * index));
    expect(places(values, { penalty: 1e5 })).toEqual([]);
    expect(places([0, 0, 0, 9, 9, 0, 0, 0], { minimumLength: 4 })).toHaveLength(0);
    expect(places([1, 1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 5])).toEqual([6]);
  });

  it('answers anything with places or a typed error', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, 1e300, -1e300, 5e-324, NaN));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (values) => {
        try {
          for (const { index, before, after } of changepoints(values)) {
            expect(Number.isInteger(index) && index > 0 && index < values.length).toBe(true);
            expect(Number.isFinite(before) && Number.isFinite(after)).toBe(true);
          }
        } catch (error) {
          if (!MlError.isInstance(error)) throw error;
        }
      }),
    );
    for (const options of [{ penalty: -1 }, { penalty: NaN }, { minimumLength: 0 }]) {
      expect(() => changepoints([1, 2], options)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
    expect(() => changepoints([1], { signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_ABORTED' }),
    );
    expect(changepoints([])).toEqual([]);
  });
});
