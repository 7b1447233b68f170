import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { bayesianStructural, fittedFromJSON, mae, structural, type FittedBayesianStructural } from '@novacron/ml';
import { randomDraws } from '../../../src/statistics/random-draws.ts';
import { at } from '../../at.ts';
import { classic, readFixture, relativeDifference } from '../../fixtures/read-fixture.ts';

interface Forecasts {
  readonly mean: readonly number[];
  readonly se: readonly number[];
}
const ofStatsmodels = readFixture<Record<string, Forecasts & { params: Record<string, number> }>>('statespace.json');
const one = [0.6826894921370859];

/** A wandering level, a weekly season, three regressors that matter and seven that do not. */
function explained() {
  const { normal } = randomDraws(seededRandom(5));
  const columns = Array.from({ length: 10 }, () => Array.from({ length: 154 }, () => 3 * normal()));
  let level = 100;
  const values = Array.from({ length: 154 }, (_, t) => {
    level += 0.3 * normal();
    const season = 5 * Math.sin((2 * Math.PI * t) / 7);
    return level + season + 2 * at(at(columns, 1), t) - at(at(columns, 4), t) + 0.7 * at(at(columns, 8), t) + normal();
  });
  return { columns, values };
}

describe('bayesianStructural', () => {
  it('finds the level of the Nile where maximum likelihood finds it', () => {
    const fitted = bayesianStructural({ trend: 'level', draws: 1_000 }).fit(classic.Nile);
    const theirs = at(ofStatsmodels, 'uc_llevel_nile');
    const { mean, intervals } = fitted.forecast(10, { levels: one });
    expect(relativeDifference(mean, theirs.mean)).toBeLessThan(0.03);
    const deviations = at(intervals, 0).upper.map((upper, i) => upper - at(mean, i));
    expect(relativeDifference(deviations, theirs.se)).toBeLessThan(0.15);
    // The likelihood has its top at a deviation of 38.3 for the level and 122.9 for the noise.
    const { parameters } = fitted.describe();
    expect(Math.abs(at(parameters, 'levelDeviation') - 38.3)).toBeLessThan(15);
    expect(Math.abs(at(parameters, 'irregularDeviation') - 122.9)).toBeLessThan(10);
    expect(fitted.convergence()).toMatchObject({ converged: true });
  });

  it('forecasts a season like the model of maximum likelihood', () => {
    const logarithms = classic.AirPassengers.map(Math.log);
    const training = logarithms.slice(0, 132);
    const actual = logarithms.slice(132);
    const fitted = bayesianStructural({ seasons: [{ seasonLength: 12 }] }).fit(training);
    const { mean, intervals } = fitted.forecast(12, { levels: [0.95] });
    expect(mae(actual, mean)).toBeLessThan(
      1.2 * mae(actual, structural({ seasonLength: 12 }).fit(training).forecast(12).mean),
    );
    const { lower, upper } = at(intervals, 0);
    const held = actual.filter((value, i) => value >= at(lower, i) && value <= at(upper, i)).length;
    expect(held).toBeGreaterThanOrEqual(11);
  });

  it('splits the series into parts that add up, with bands that hold the truth', () => {
    const { columns, values } = explained();
    const fitted = bayesianStructural({ trend: 'level', seasons: [{ seasonLength: 7 }], expectedRegressors: 3 }).fit(
      values,
      { regressors: columns },
    );
    const parts = fitted.components(0.95);
    expect(parts.map(({ name }) => name)).toEqual(['trend', 'season7', 'regression']);
    const [, season] = parts;
    let inside = 0;
    for (const [t, value] of values.entries()) {
      const sum = parts.reduce((total, { mean }) => total + at(mean, t), 0);
      expect(Math.abs(value - sum)).toBeLessThan(4); // four deviations of the noise
      const truth = 5 * Math.sin((2 * Math.PI * t) / 7);
      if (truth >= at(season?.lower ?? [], t) && truth <= at(season?.upper ?? [], t)) inside++;
    }
    expect(inside / values.length).toBeGreaterThan(0.85);
  });

  it('tells the regressors that matter from those that do not', () => {
    const { columns, values } = explained();
    const fitted = bayesianStructural({
      trend: 'level',
      seasons: [{ seasonLength: 7, harmonics: 3 }],
      expectedRegressors: 3,
    }).fit(values, { regressors: columns });
    const coefficients = fitted.coefficients();
    const truths = [0, 2, 0, 0, -1, 0, 0, 0, 0.7, 0];
    for (const [i, truth] of truths.entries()) {
      const { mean, lower, upper, inclusion } = at(coefficients, i);
      expect(Math.abs(mean - truth)).toBeLessThan(0.15);
      expect(lower - 0.1).toBeLessThan(truth);
      expect(upper + 0.1).toBeGreaterThan(truth);
      if (truth === 0) expect(inclusion).toBeLessThan(0.5);
      else expect(inclusion).toBe(1);
    }
    // What it knows of the future goes into the forecast.
    const quiet = columns.map(() => [0, 0]);
    const loud = quiet.map((row, i) => (i === 1 ? [10, 0] : row));
    const change =
      at(fitted.forecast(2, { regressors: loud }).mean, 0) - at(fitted.forecast(2, { regressors: quiet }).mean, 0);
    expect(Math.abs(change - 20)).toBeLessThan(1);
  });

  it('does not depend on the units of series and regressors', () => {
    const { columns, values } = explained();
    const fit = (factor: number): FittedBayesianStructural =>
      bayesianStructural({ trend: 'level', draws: 50 }).fit(
        values.map((value) => value * factor),
        { regressors: columns.map((column) => column.map((value) => value * 1024)) },
      );
    const small = fit(1).coefficients();
    for (const [i, { mean, inclusion }] of fit(2 ** 40)
      .coefficients()
      .entries()) {
      expect(mean / 2 ** 40).toBeCloseTo(at(small, i).mean, 10);
      expect(inclusion).toBe(at(small, i).inclusion);
    }
  });

  it('lets a semi-local slope return to its mean, for narrower intervals far ahead', () => {
    const { normal } = randomDraws(seededRandom(2));
    let level = 0;
    const values = Array.from({ length: 150 }, () => (level += 1 + normal()) + normal());
    const width = (trend: 'linear' | 'semi-local'): number => {
      const { lower, upper } = at(bayesianStructural({ trend }).fit(values).forecast(200).intervals, 1);
      return at(upper, 199) - at(lower, 199);
    };
    expect(width('semi-local')).toBeLessThan(width('linear'));
    const { mean } = bayesianStructural({ trend: 'semi-local' }).fit(values).forecast(100);
    expect(Math.abs((at(mean, 99) - at(mean, 49)) / 50 - 1)).toBeLessThan(0.4);
  });

  it('moves on with regressors, bridges gaps and comes back from JSON', () => {
    const { columns, values } = explained();
    const gappy = values.map((value, t) => (t > 60 && t < 75 ? NaN : value));
    const early = (length: number) => columns.map((column) => column.slice(0, length));
    const fitted = bayesianStructural({ trend: 'level', seasons: [{ seasonLength: 7 }], draws: 60 }).fit(
      gappy.slice(0, 147),
      { regressors: early(147) },
    );
    const elsewhere = fittedFromJSON(JSON.stringify(fitted)) as FittedBayesianStructural;
    const news = { regressors: columns.map((column) => column.slice(147)) };
    for (const model of [fitted, elsewhere]) model.update(values.slice(147), news);
    expect(elsewhere.forecast(7, news)).toEqual(fitted.forecast(7, news));
    expect(elsewhere.components()).toEqual(fitted.components());
    expect(elsewhere.coefficients()).toEqual(fitted.coefficients());
    expect(at(at(fitted.components(), 0).mean, 68)).toBeGreaterThan(90);
  });

  it('says when there were too few draws', () => {
    const { converged, hint, parameters } = bayesianStructural({
      seasons: [{ seasonLength: 12 }],
      draws: 20,
      burnIn: 0,
    })
      .fit(classic.AirPassengers)
      .convergence();
    expect(converged).toBe(false);
    expect(hint).toContain('more draws');
    expect(Object.keys(parameters)).toEqual(
      expect.arrayContaining(['levelDeviation', 'slopeDeviation', 'season12Deviation', 'irregularDeviation']),
    );
  });

  it('is another with another seed, and the same with the same', () => {
    const fit = (seed: number) => bayesianStructural({ trend: 'level', seed, draws: 20 }).fit(classic.Nile).forecast(3);
    expect(fit(4)).toEqual(fit(4));
    expect(fit(5)).not.toEqual(fit(4));
  });

  it.each([
    [{ trend: 'cubic' as 'level' }, 'trend'],
    [{ seasons: [{ seasonLength: 201 }] }, 'seasonLength'],
    [{ seasons: [{ seasonLength: 12, harmonics: 7 }] }, 'harmonics'],
    [{ seasons: [{ seasonLength: 12 }, { seasonLength: 12 }] }, 'differ'],
    [{ expectedRegressors: 0 }, 'expectedRegressors'],
    [{ draws: 19 }, 'draws'],
    [{ burnIn: -1 }, 'burnIn'],
  ])('refuses %j', (options, word) => {
    expect(() => bayesianStructural(options)).toThrow(word);
  });

  it('refuses series that are too short, and regressors that do not fit', () => {
    expect(() => bayesianStructural().fit([1, 2, NaN, 3])).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }),
    );
    const fitted = bayesianStructural({ draws: 20 }).fit([1, 2, 3, 5, 4], { regressors: [[1, 0, 1, 0, 1]] });
    expect(() => fitted.forecast(2)).toThrow('1 regressors');
    expect(() => fitted.update([1], { regressors: [[NaN]] })).toThrow('missing');
    expect(() => fitted.components(95)).toThrow('level');
  });
});
