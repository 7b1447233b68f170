import { describe, expect, it } from 'vitest';
import {
  autocorrelation,
  dickeyFullerTest,
  effectiveSampleSize,
  jarqueBeraTest,
  kpssTest,
  ljungBoxTest,
  mase,
  partialAutocorrelation,
  rmsse,
  seasonalStrength,
  splitRHat,
  stl,
} from '@novacron/ml';

const load = Float64Array.from({ length: 96 }, (_, i) => 10 + 4 * Math.sin((i * Math.PI) / 6) + ((i * 7919) % 13) / 5);
const training = [...load.subarray(0, 80)];
const actual = [...load.subarray(80)];
const forecast = actual.map((value, i) => value + (i % 3) - 1);
const times = (values: ArrayLike<number>, size: number): number[] => Array.from(values, (value) => value * size);
const parts = stl(load, { seasonLength: 12 });

/** Everything here is about the shape of a series; its size must not matter. */
const figures: readonly (readonly [string, (size: number) => ArrayLike<number>])[] = [
  ['autocorrelation', (size) => autocorrelation(times(load, size), 5)],
  ['partialAutocorrelation', (size) => partialAutocorrelation(times(load, size), 5)],
  ['ljungBoxTest', (size) => both(ljungBoxTest(times(load, size)))],
  ['dickeyFullerTest', (size) => both(dickeyFullerTest(times(load, size)))],
  ['kpssTest', (size) => both(kpssTest(times(load, size)))],
  ['kpssTest around a line', (size) => both(kpssTest(times(load, size), { around: 'trend', lags: 2 }))],
  ['jarqueBeraTest', (size) => both(jarqueBeraTest(times(load, size)))],
  ['effectiveSampleSize', (size) => [effectiveSampleSize(times(load, size))]],
  ['splitRHat', (size) => [splitRHat(times(load, size))]],
  ['rmsse', (size) => [rmsse(times(actual, size), times(forecast, size), { training: times(training, size) })]],
  ['mase', (size) => [mase(times(actual, size), times(forecast, size), { training: times(training, size) })]],
  [
    'seasonalStrength',
    (size) => {
      const [season, remainder] = [parts.season, parts.remainder].map((part) => part.map((value) => value * size));
      return [seasonalStrength({ season: season as Float64Array, remainder: remainder as Float64Array })];
    },
  ],
];

function both({ statistic, pValue }: { statistic: number; pValue: number }): number[] {
  return [statistic, pValue];
}

describe.each(figures)('%s', (_, figure) => {
  it.each([2 ** 660, 2 ** 980, 2 ** -500, 2 ** -900])('is the same in units of %d', (size) => {
    expect(Array.from(figure(size))).toEqual(Array.from(figure(1)));
    expect(Array.from(figure(1)).every(Number.isFinite)).toBe(true);
  });
});

describe('seasonalStrength', () => {
  it('sees a season of any size, but not what rounding leaves of a constant', () => {
    const wave = Float64Array.from({ length: 60 }, (_, i) => 1e-14 * Math.sin((i * Math.PI) / 6));
    expect(seasonalStrength(stl(wave, { seasonLength: 12 }))).toBeGreaterThan(0.9);
    expect(seasonalStrength(stl(new Float64Array(60).fill(7.3), { seasonLength: 12 }))).toBe(0);
    const lifted = wave.map((value) => 1e3 + value);
    expect(seasonalStrength(stl(lifted, { seasonLength: 12 }))).toBe(0);
  });
});
