import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { lagForecasts } from '../../../src/forecast/auto/lag-regression.ts';
import { at } from '../../at.ts';

const unlimited = (): void => {};
const random = seededRandom(21);
const wave = (i: number, period: number): number => Math.sin((2 * Math.PI * i) / period);
const load = Float64Array.from(
  { length: 700 },
  (_, hour) => 50 + 8 * wave(hour, 24) + 4 * wave(hour, 168) + (random() - 0.5) / 5,
);

describe('lagForecasts', () => {
  it('carries a daily and a weekly season on', () => {
    for (const { means } of lagForecasts(load, 24, [700], [48], false, unlimited)) {
      for (const [step, value] of at(means, 0).entries()) {
        const truth = 50 + 8 * wave(700 + step, 24) + 4 * wave(700 + step, 168);
        expect(Math.abs(value - truth)).toBeLessThan(0.6);
      }
    }
  });

  it.each([true, false])('sees nothing after an origin (careful: %s)', (few) => {
    const changed = load.map((value, i) => (i >= 600 ? 90 - value : value));
    const [here] = lagForecasts(load, 24, [600, 700], [10, 10], few, unlimited);
    const [there] = lagForecasts(changed, 24, [600, 700], [10, 10], few, unlimited);
    expect(here?.means[0]).toEqual(there?.means[0]);
    expect(here?.means[1]).not.toEqual(there?.means[1]);
  });

  it('takes logarithms of positive values only', () => {
    const names = (values: Float64Array): string[] =>
      lagForecasts(values, 24, [700], [5], false, unlimited).map(({ name }) => name);
    expect(names(load)).toHaveLength(3);
    expect(names(load.map((value) => value - 50))).toEqual(['wide lag regression']);
  });

  it('stays near the range of the past', () => {
    const rising = Float64Array.from({ length: 300 }, (_, i) => Math.exp(i / 30));
    for (const { means } of lagForecasts(rising, 1, [300], [500], false, unlimited)) {
      expect(Math.max(...at(means, 0))).toBeLessThan(at(rising, 299) * 1.26);
      expect(Math.min(...at(means, 0))).toBeGreaterThan(-at(rising, 299));
    }
  });

  it('gives nothing for a few values', () => {
    expect(lagForecasts(Float64Array.of(1, 2, 3, 4, 5), 1, [5], [2], true, unlimited)).toEqual([]);
  });
});
