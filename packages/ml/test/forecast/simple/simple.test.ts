import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { adida, croston, drift, historicalMean, imapa, windowAverage, type CrostonOptions } from '@novacron/ml';
import { at } from '../../at.ts';
import { classic, readFixture, relativeDifference, type GoldenForecast } from '../../fixtures/read-fixture.ts';

const golden = readFixture<Readonly<Record<string, GoldenForecast>>>('smoothing.json');

describe('drift', () => {
  it('forecasts what R forecasts, with its intervals', () => {
    const theirs = at(golden, 'rwf_drift_airmiles');
    const { mean, intervals } = drift().fit(classic.airmiles).forecast(theirs.mean.length);
    expect(relativeDifference(mean, theirs.mean)).toBeLessThan(1e-9);
    expect(relativeDifference(at(intervals, 0).lower, theirs.lo80)).toBeLessThan(1e-9);
    expect(relativeDifference(at(intervals, 1).upper, theirs.hi95)).toBeLessThan(1e-9);
  });

  it('counts the steps of missing values', () => {
    const fitted = drift().fit([NaN, 0, NaN, 4, NaN, 8]);
    expect([...fitted.forecast(2).mean]).toEqual([10, 12]);
    expect(fitted.fittedValues[3]).toBe(4);
    fitted.update([NaN, 14]);
    expect([...fitted.forecast(1).mean]).toEqual([14 + 14 / 6]);
  });
});

describe('historicalMean', () => {
  it('forecasts the mean of R, its normal intervals a little narrower than those by t', () => {
    const theirs = at(golden, 'meanf_Nile');
    const { mean, intervals } = historicalMean().fit(classic.Nile).forecast(10);
    expect(relativeDifference(mean, theirs.mean)).toBeLessThan(1e-12);
    const ours = at(at(intervals, 1).upper, 0) - at(mean, 0);
    const wider = at(theirs.hi95, 0) - at(theirs.mean, 0);
    expect(ours / wider).toBeGreaterThan(0.98);
    expect(ours / wider).toBeLessThan(1);
  });
});

describe('windowAverage', () => {
  it('looks at the latest values only', () => {
    const fitted = windowAverage({ window: 3 }).fit([100, 1, 2, 3]);
    expect([...fitted.forecast(1).mean]).toEqual([2]);
    fitted.update([7, NaN]);
    expect([...fitted.forecast(1).mean]).toEqual([4]);
    expect([...fitted.fittedValues.subarray(1, 3)]).toEqual([100, 50.5]);
    expect(() => windowAverage({ window: 0 })).toThrow('window');
  });

  it.each([1, 2, 5, 7])('follows the latest %d values through gaps and across sizes', (window) => {
    const random = seededRandom(window);
    const values = Array.from({ length: 60 }, (_, i) => (i % 9 === 4 ? NaN : 10 ** (i % 20) * (random() - 0.5)));
    const fitted = windowAverage({ window }).fit(values.slice(0, 3));
    for (let i = 3; i < values.length; i++) {
      fitted.update([at(values, i)]);
      const latest = values
        .slice(0, i + 1)
        .filter((value) => !Number.isNaN(value))
        .slice(-window);
      const expected = latest.reduce((sum, value) => sum + value, 0) / latest.length;
      const size = Math.max(...latest.map(Math.abs));
      expect(Math.abs(at(fitted.forecast(1).mean, 0) - expected)).toBeLessThan(1e-14 * window * size);
    }
  });
});

describe('croston', () => {
  const jobs = [0, 2, 0, 0, 6, 0, 0, 0, 0, 4];

  it('smooths sizes and intervals apart', () => {
    // size 2, then 2 + 0.5 * 4 = 4, then 4; interval 2, then 2.5, then 3.75
    const fitted = croston({ variant: 'croston', alpha: 0.5 }).fit(jobs);
    expect(fitted.forecast(1).mean[0]).toBeCloseTo(4 / 3.75, 12);
    expect(croston({ alpha: 0.5 }).fit(jobs).forecast(1).mean[0]).toBeCloseTo((0.75 * 4) / 3.75, 12);
  });

  it('lets the probability fade when demand stops, in the variant made for that', () => {
    const forecast = (variant: CrostonOptions['variant'], after: number): number => {
      const fitted = croston({ variant, alpha: 0.2 }).fit(jobs);
      fitted.update(Array.from({ length: after }, () => 0));
      return at(fitted.forecast(1).mean, 0);
    };
    expect(forecast('tsb', 30)).toBeLessThan(0.1 * forecast('tsb', 0));
    expect(forecast('sba', 30)).toBe(forecast('sba', 0));
  });

  it('forecasts nothing where nothing was', () => {
    for (const variant of ['croston', 'sba', 'tsb'] as const) {
      expect([...croston({ variant }).fit([0, 0, 0, 0]).forecast(2).mean]).toEqual([0, 0]);
    }
  });

  it.each<[string, CrostonOptions]>([
    ['alpha', { alpha: 0 }],
    ['beta', { variant: 'tsb', beta: 1.1 }],
    ['variant', { variant: 'toString' as 'tsb' }],
  ])('refuses a bad %s', (word, options) => {
    expect(() => croston(options)).toThrow(word);
  });
});

describe('adida and imapa', () => {
  const jobs = Array.from({ length: 120 }, (_, i) => (i % 4 === 3 ? 8 + (i % 3) : 0));

  it('share the total of a block out', () => {
    expect(adida().fit(jobs).forecast(1).mean[0]).toBeCloseTo(9 / 4, 0);
    expect(imapa().fit(jobs).forecast(1).mean[0]).toBeCloseTo(9 / 4, 0);
  });

  it('move on with each whole block', () => {
    const fitted = adida().fit(jobs);
    const before = at(fitted.forecast(1).mean, 0);
    fitted.update([0, 0, 0]);
    expect(fitted.forecast(1).mean[0]).toBe(before);
    fitted.update([80]);
    expect(fitted.forecast(1).mean[0]).toBeGreaterThan(before);
  });
});
