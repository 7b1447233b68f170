import { describe, expect, it } from 'vitest';
import { holt, simpleExponentialSmoothing, type Forecaster } from '@novacron/ml';
import { at } from '../at.ts';
import { classic, readFixture, relativeDifference, type GoldenForecast } from '../fixtures/read-fixture.ts';

interface Golden {
  readonly sse: number;
  readonly par: Readonly<Record<'alpha' | 'beta' | 'phi' | 'l' | 'b', number>>;
  readonly forecast: GoldenForecast;
}

const golden = readFixture<Record<string, Golden>>('smoothing.json');

describe.each<[string, Forecaster, readonly number[], (theirs: Golden) => Forecaster]>([
  [
    'ses_Nile',
    simpleExponentialSmoothing(),
    classic.Nile,
    ({ par }) => simpleExponentialSmoothing({ parameters: { alpha: par.alpha }, initial: { level: par.l } }),
  ],
  [
    'holt_airmiles',
    holt(),
    classic.airmiles,
    ({ par }) => holt({ parameters: { alpha: par.alpha, beta: par.beta }, initial: { level: par.l, slope: par.b } }),
  ],
  [
    'holt_damped_airmiles',
    holt({ damped: true }),
    classic.airmiles,
    ({ par }) => {
      const { alpha, beta, phi } = par;
      return holt({ damped: true, parameters: { alpha, beta, phi }, initial: { level: par.l, slope: par.b } });
    },
  ],
])('%s of R', (name, optimised, series, fixed) => {
  const theirs = at(golden, name);

  it('is the same at its parameters: sum of squares, means and bounds', () => {
    const fitted = fixed(theirs).fit(series);
    const { rmse, observations } = fitted.describe();
    expect((rmse ** 2 * observations) / theirs.sse).toBeCloseTo(1, 9);
    const { mean, intervals } = fitted.forecast(theirs.forecast.mean.length);
    expect(relativeDifference(mean, theirs.forecast.mean)).toBeLessThan(1e-9);
    expect(relativeDifference(at(intervals, 0).lower, theirs.forecast.lo80)).toBeLessThan(1e-9);
    expect(relativeDifference(at(intervals, 1).upper, theirs.forecast.hi95)).toBeLessThan(1e-9);
  });

  it('has no smaller sum of squares than ours', () => {
    const { rmse, observations } = optimised.fit(series).describe();
    expect(rmse ** 2 * observations).toBeLessThanOrEqual(theirs.sse * (1 + 1e-6));
  });

  it('forecasts within a hundredth of ours', () => {
    const { mean } = optimised.fit(series).forecast(theirs.forecast.mean.length);
    expect(relativeDifference(mean, theirs.forecast.mean)).toBeLessThan(1e-2);
  });
});

describe('holt', () => {
  it('goes on along an exact line', () => {
    const line = Array.from({ length: 20 }, (_, i) => 5 + 3 * i);
    const { mean, intervals } = holt()
      .fit(line)
      .forecast(10, { levels: [0.95] });
    for (const [i, value] of mean.entries()) expect(value).toBeCloseTo(5 + 3 * (20 + i), 4);
    expect(at(at(intervals, 0).upper, 9) - at(mean, 9)).toBeLessThan(1e-3);
  });

  it('levels off when damped', () => {
    const rising = classic.airmiles;
    const steep = holt().fit(rising).forecast(100).mean;
    const damped = holt({ damped: true }).fit(rising).forecast(100).mean;
    expect(at(damped, 99) - at(damped, 98)).toBeLessThan((at(damped, 1) - at(damped, 0)) / 2);
    expect(at(damped, 99)).toBeLessThan(at(steep, 99));
  });

  it('is named for what it does', () => {
    expect([holt().name, holt({ damped: true }).name, simpleExponentialSmoothing().name]).toEqual([
      'Holt',
      'Damped Holt',
      'Simple exponential smoothing',
    ]);
  });
});

describe('simpleExponentialSmoothing', () => {
  it('forecasts the same value for ever, less and less certainly', () => {
    const { mean, intervals } = simpleExponentialSmoothing()
      .fit(classic.Nile)
      .forecast(20, { levels: [0.8] });
    expect(new Set(mean).size).toBe(1);
    const widths = Array.from(at(intervals, 0).upper, (upper, i) => upper - at(at(intervals, 0).lower, i));
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
  });

  it('is the plain average of its errors at a fixed alpha', () => {
    const fitted = simpleExponentialSmoothing({ parameters: { alpha: 0.5 }, initial: { level: 10 } }).fit([12, 8, 10]);
    expect([...fitted.fittedValues]).toEqual([10, 11, 9.5]);
    expect([...fitted.residuals]).toEqual([2, -3, 0.5]);
    expect(at(fitted.forecast(1).mean, 0)).toBe(9.75);
  });
});
