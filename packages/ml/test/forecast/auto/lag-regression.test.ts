import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { lagFits } from '../../../src/forecast/auto/lag-regression.ts';
import { at } from '../../at.ts';

const unlimited = (): void => {};
const random = seededRandom(21);
const wave = (i: number, period: number): number => Math.sin((2 * Math.PI * i) / period);
const load = Float64Array.from(
  { length: 700 },
  (_, hour) => 50 + 8 * wave(hour, 24) + 4 * wave(hour, 168) + (random() - 0.5) / 5,
);

describe('lagFits', () => {
  it('carries a daily and a weekly season on', () => {
    for (const { fits } of lagFits(load, 24, [700], false, unlimited)) {
      for (const [step, value] of at(fits, 0).forecast(48).mean.entries()) {
        const truth = 50 + 8 * wave(700 + step, 24) + 4 * wave(700 + step, 168);
        expect(Math.abs(value - truth)).toBeLessThan(0.6);
      }
    }
  });

  it.each([true, false])('sees nothing after an origin (careful: %s)', (few) => {
    const changed = load.map((value, i) => (i >= 600 ? 90 - value : value));
    const [here] = lagFits(load, 24, [600, 700], few, unlimited);
    const [there] = lagFits(changed, 24, [600, 700], few, unlimited);
    expect(here?.fits[0]?.toJSON()).toEqual(there?.fits[0]?.toJSON());
    expect(here?.fits[1]?.forecast(10)).not.toEqual(there?.fits[1]?.forecast(10));
  });

  it('takes logarithms of positive values only', () => {
    const names = (values: Float64Array): string[] =>
      lagFits(values, 24, [700], false, unlimited).map(({ name }) => name);
    expect(names(load)).toEqual(['lag regression of logarithms', 'wide lag regression']);
    expect(names(load.map((value) => value - 50))).toEqual(['wide lag regression']);
  });

  it('stays near the range of the past', () => {
    const rising = Float64Array.from({ length: 300 }, (_, i) => Math.exp(i / 30));
    for (const { fits } of lagFits(rising, 1, [300], false, unlimited)) {
      const { mean } = at(fits, 0).forecast(500);
      expect(Math.max(...mean)).toBeLessThan(at(rising, 299) * 1.26);
      expect(Math.min(...mean)).toBeGreaterThan(-at(rising, 299));
    }
  });

  it('gives nothing for a few values', () => {
    expect(lagFits(Float64Array.of(1, 2, 3, 4, 5), 1, [5], true, unlimited)).toEqual([]);
  });
});
