import { describe, expect, it } from 'vitest';
import { naive, seasonalNaive } from '@novacron/ml';
import { classic, readFixture, relativeDifference, type GoldenForecast } from '../fixtures/read-fixture.ts';
import { at } from '../at.ts';

const golden = readFixture<Record<'naive_Nile' | 'snaive_nottem', GoldenForecast>>('smoothing.json');

describe('seasonalNaive', () => {
  it.each([
    ['naive_Nile', naive(), classic.Nile],
    ['snaive_nottem', seasonalNaive({ seasonLength: 12 }), classic.nottem],
  ] as const)('is %s of R', (name, forecaster, series) => {
    const theirs = golden[name];
    const { mean, intervals } = forecaster.fit(series).forecast(theirs.mean.length);
    expect(relativeDifference(mean, theirs.mean)).toBeLessThan(1e-12);
    expect(relativeDifference(at(intervals, 0).lower, theirs.lo80)).toBeLessThan(1e-10);
    expect(relativeDifference(at(intervals, 0).upper, theirs.hi80)).toBeLessThan(1e-10);
    expect(relativeDifference(at(intervals, 1).lower, theirs.lo95)).toBeLessThan(1e-10);
    expect(relativeDifference(at(intervals, 1).upper, theirs.hi95)).toBeLessThan(1e-10);
  });

  it('fits each value by the one a season before', () => {
    const { fittedValues, residuals } = seasonalNaive({ seasonLength: 2 }).fit([1, 5, 2, 7]);
    expect([...fittedValues]).toEqual([NaN, NaN, 1, 5]);
    expect([...residuals]).toEqual([NaN, NaN, 1, 2]);
  });

  it('takes a missing value from the season before and is as much less certain', () => {
    const fitted = seasonalNaive({ seasonLength: 2 }).fit([1, 5, 2, 7, NaN, 6]);
    const { mean, intervals } = fitted.forecast(2, { levels: [0.9] });
    expect([...mean]).toEqual([2, 6]);
    const width = (step: number): number => at(at(intervals, 0).upper, step) - at(at(intervals, 0).lower, step);
    expect(width(0) / width(1)).toBeCloseTo(Math.SQRT2, 12);
  });

  it('forecasts what an update brought, from the right place in the season', () => {
    const fitted = seasonalNaive({ seasonLength: 3 }).fit([1, 2, 3, 1]);
    fitted.update([20, 30, NaN, 21]);
    expect([...fitted.forecast(4).mean]).toEqual([30, 1, 21, 30]);
  });

  it.each([
    ['nothing', 3, []],
    ['one season', 3, [1, 2, 3]],
    ['a phase that was never seen', 3, [1, NaN, 3, 1, NaN, 3]],
    ['one value', 1, [4]],
  ])('says that %s is too short', (_, seasonLength, values) => {
    expect(() => seasonalNaive({ seasonLength }).fit(values)).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }),
    );
  });

  it('has intervals of no width after a series that repeats itself', () => {
    const { mean, intervals } = seasonalNaive({ seasonLength: 2 }).fit([1, 2, 1, 2, 1, 2]).forecast(3);
    expect([...mean]).toEqual([1, 2, 1]);
    expect(at(intervals, 1).lower).toEqual(mean);
    expect(at(intervals, 1).upper).toEqual(mean);
  });

  it('describes itself without a likelihood', () => {
    expect(seasonalNaive({ seasonLength: 12 }).fit(classic.nottem).describe()).toMatchObject({
      name: 'Seasonal naive',
      seasonLength: 12,
      observations: 240,
    });
    expect(naive().fit([1, 2]).describe()).toEqual({
      name: 'Naive',
      parameters: {},
      seasonLength: 1,
      observations: 2,
      rmse: 1,
      sigma: 1,
    });
  });
});
