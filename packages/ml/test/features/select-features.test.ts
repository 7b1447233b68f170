import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { selectFeatures, seriesFeatures } from '@novacron/ml';

const random = seededRandom(6);
const noise = (length: number): number[] => Array.from({ length }, () => random() + random() + random() - 1.5);
const signal = Array.from({ length: 40 }, () => noise(300));
const [first, second] = [signal[3], signal[17]] as [number[], number[]];
const target = first.map((value, t) => 4 * value - 2 * (second[t] as number) + 0.5 * (random() - 0.5));

describe('selectFeatures', () => {
  it('finds the columns that matter among many, the best first', () => {
    const found = selectFeatures(signal, target);
    expect(found.slice(0, 2).map(({ index }) => index)).toEqual([3, 17]);
    expect(found.length).toBeLessThan(6);
    expect(found[0]?.gain).toBeGreaterThan(0.6);
    expect(found.reduce((sum, { gain }) => sum + gain, 0)).toBeLessThanOrEqual(1);
  });

  it('chooses one of columns that say the same, and none of noise', () => {
    const twin = first.map((value) => 7 - 3 * value);
    const chosen = selectFeatures([twin, first, second], target).map(({ index }) => index);
    expect(chosen).toHaveLength(2);
    expect(chosen).toContain(2);
    const empty = Array.from({ length: 50 }, () => selectFeatures(signal.slice(0, 5), noise(300)).length);
    expect(empty.filter((count) => count > 0).length).toBeLessThan(12);
  });

  it('does not depend on units, passes over gaps, and keeps to the most', () => {
    const plain = selectFeatures(signal, target);
    const huge = selectFeatures(
      signal.map((column) => column.map((value) => value * 2 ** 700)),
      target.map((value) => value * 2 ** -700),
    );
    expect(huge).toEqual(plain);
    const { columns } = seriesFeatures(target, { lags: [1, 2] });
    expect(selectFeatures([...columns, first], target)[0]?.index).toBe(2);
    expect(selectFeatures(signal, target, { most: 1 })).toEqual(plain.slice(0, 1));
    expect(selectFeatures([], target)).toEqual([]);
    expect(selectFeatures([first.map(() => 0.1)], target)).toEqual([]);
    expect(selectFeatures([first], first.map(() => 3))).toEqual([]); // prettier-ignore
  });

  it('refuses what does not fit together', () => {
    const invalid: unknown = expect.objectContaining({ code: 'NOVA_ML_INVALID' });
    expect(() => selectFeatures([[1, 2]], [1, 2, 3])).toThrow(invalid);
    expect(() => selectFeatures(7 as never, [1, 2, 3])).toThrow(invalid);
    expect(() => selectFeatures([[1, 2, Infinity]], [1, 2, 3])).toThrow(invalid);
    expect(() => selectFeatures([first], target, { most: -1 })).toThrow(invalid);
    expect(() => selectFeatures([[1, NaN, 3]], [1, 2, 3])).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }),
    );
    expect(() => selectFeatures([first], target, { signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_ABORTED' }),
    );
  });
});
