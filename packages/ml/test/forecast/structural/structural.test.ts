import { describe, expect, it } from 'vitest';
import { fittedFromJSON, structural } from '@novacron/ml';
import { at } from '../../at.ts';
import { classic, readFixture, relativeDifference } from '../../fixtures/read-fixture.ts';

interface Forecasts {
  readonly mean: readonly number[];
  readonly se: readonly number[];
}
const ofR = readFixture<Record<string, { var: Record<string, number>; forecast: Forecasts }>>('structts.json');
const ofStatsmodels =
  readFixture<Record<string, Forecasts & { llf: number; params: Record<string, number> }>>('statespace.json');

/** The half width of the interval that a normal deviation makes. */
const one = [0.6826894921370859];

describe('structural', () => {
  it('finds the level of the Nile as R and statsmodels do', () => {
    const fitted = structural({ trend: 'level' }).fit(classic.Nile);
    const { parameters, logLikelihood } = fitted.describe();
    const r = at(ofR, 'level_Nile');
    const theirs = at(ofStatsmodels, 'uc_llevel_nile');
    expect(at(parameters, 'levelVariance') / at(r.var, 'level')).toBeCloseTo(1, 1);
    expect(at(parameters, 'irregularVariance') / at(r.var, 'epsilon')).toBeCloseTo(1, 1);
    expect(Math.abs((logLikelihood ?? NaN) - theirs.llf)).toBeLessThan(0.01); // theirs is approximately diffuse
    const { mean, intervals } = fitted.forecast(10, { levels: one });
    expect(relativeDifference(mean, theirs.mean)).toBeLessThan(1e-3);
    const deviations = at(intervals, 0).upper.map((upper, i) => upper - at(mean, i));
    expect(relativeDifference(deviations, theirs.se)).toBeLessThan(5e-3);
  });

  it('takes the season of the gas apart, near to R', () => {
    const theirs = at(ofR, 'BSM_log10UKgas');
    const fitted = structural({ seasonLength: 4 }).fit(classic.UKgas.map(Math.log10));
    expect(relativeDifference(fitted.forecast(8).mean, theirs.forecast.mean)).toBeLessThan(1e-2);
    const { season, slope } = fitted.components();
    expect(season.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10);
    expect(Math.max(...season)).toBe(season[0]); // the first quarter is the cold one
    expect(Math.abs(slope)).toBeLessThan(0.02);
  });

  it('reaches a likelihood no lower than that of statsmodels', () => {
    const theirs = at(ofStatsmodels, 'uc_lltrend_seasonal12_logAP');
    const fitted = structural({ seasonLength: 12 }).fit(classic.AirPassengers.map(Math.log));
    expect(fitted.describe().logLikelihood).toBeGreaterThan(theirs.llf - 0.05);
    expect(relativeDifference(fitted.forecast(24).mean, theirs.mean)).toBeLessThan(1e-2);
  });

  it('forecasts variances that the filter itself arrives at through missing values', () => {
    const fitted = structural({ seasonLength: 4 }).fit(classic.UKgas.map(Math.log10));
    const { mean, intervals } = fitted.forecast(9, { levels: one });
    const carried = fitted.clone();
    carried.update(Array.from({ length: 8 }, () => NaN));
    const next = carried.forecast(1, { levels: one });
    expect(next.mean[0]).toBeCloseTo(at(mean, 8), 9);
    expect(at(next.intervals, 0).upper[0]).toBeCloseTo(at(at(intervals, 0).upper, 8), 7);
  });

  it('bridges gaps', () => {
    const gappy = classic.Nile.map((value, i) => (i > 40 && i < 60 ? NaN : value));
    const fitted = structural({ trend: 'level' }).fit(gappy);
    const restored = fittedFromJSON(JSON.stringify(fitted));
    expect(restored.forecast(3)).toEqual(fitted.forecast(3));
    expect(Number.isFinite(fitted.fittedValues[50])).toBe(true);
  });

  it('refuses what is no option, and series with fewer values than components', () => {
    expect(() => structural({ trend: 'cubic' as 'level' })).toThrow('trend');
    expect(() => structural({ seasonLength: 201 })).toThrow('seasonLength');
    expect(() => structural({ seasonLength: 12 }).fit(classic.Nile.slice(0, 15))).toThrow('at least 16');
  });
});
