import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { MlError } from '@novacron/ml';
import { smallForecasters } from './small-forecasters.ts';
import { at } from '../at.ts';

const odd = [0, -0, NaN, NaN, 1e300, -1e300, 5e-324, 1e-310, Infinity, -Infinity, 1e301];
const random = seededRandom(17);
const pick = (count: number): number => Math.floor(random() * count);

/** Ways to make a value, one of which a series has. */
const kinds: readonly (() => number)[] = [
  () => 100 * random(),
  () => 1_000 * (random() - 0.5),
  () => pick(5) - 2,
  () => (random() < 0.7 ? 0 : pick(9)),
  () => 10 ** (600 * (random() - 0.5)),
  () => (random() < 0.3 ? NaN : 50 + random()),
];

const series: readonly (readonly number[])[] = Array.from({ length: 10_000 }, () => {
  const make = at(kinds, pick(kinds.length));
  const values = Array.from({ length: pick(17) }, make);
  if (random() < 0.1) values.fill(values[0] ?? 0);
  if (random() < 0.15) values[pick(values.length)] = at(odd, pick(odd.length));
  return values;
});

describe('ten thousand short series', () => {
  it.each(smallForecasters)(
    '%s answers each with finite numbers or a typed error, never NaN',
    (_name, forecaster, every) => {
      let answered = 0;
      for (let i = 0; i < series.length; i += every) {
        const values = at(series, i);
        try {
          const { mean, intervals } = forecaster.fit(values).forecast(4, { levels: [0.9] });
          const numbers = [...mean, ...at(intervals, 0).lower, ...at(intervals, 0).upper];
          if (!numbers.every(Number.isFinite) || numbers.length !== 12) expect({ values, numbers }).toBe('finite');
          answered++;
        } catch (error) {
          if (!MlError.isInstance(error) || error.code === 'NOVA_ML_INTERNAL') expect({ values, error }).toBe('typed');
        }
      }
      expect(answered).toBeGreaterThan((0.05 * series.length) / every);
    },
    60_000,
  );
});
