import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { card, coverage, fittedFromJSON, mae, seasonalNaive, type Forecaster } from '@novacron/ml';
import { cardChoices } from '../../../src/forecast/card/card-choices.ts';
import { cardDelta } from '../../../src/forecast/card/card-delta.ts';
import { cardRho } from '../../../src/forecast/card/card-rho.ts';
import { phaseRegression } from '../../../src/forecast/card/phase-regression.ts';
import { encodeFloats } from '../../../src/json/floats.ts';
import { leastSquares } from '../../../src/optimise/least-squares.ts';
import { at } from '../../at.ts';
import { classic, readFixture } from '../../fixtures/read-fixture.ts';

const hourly = readFixture<{ values: readonly number[] }>('azure-vm-hourly.json').values;
const invalid: unknown = expect.objectContaining({ code: 'NOVA_ML_INVALID' });
const errorOf = (model: Forecaster, values: readonly number[], horizon: number): number =>
  mae(values.slice(-horizon), model.fit(values.slice(0, -horizon)).forecast(horizon).mean);

describe('card', () => {
  it.each([
    ['AirPassengers', classic.AirPassengers, 12, 24],
    ['airmiles', classic.airmiles, 1, 5],
  ])('is nearer to the end of %s than the last season', (_, values, seasonLength, horizon) => {
    const repeated = errorOf(seasonalNaive({ seasonLength }), values, horizon);
    expect(errorOf(card({ seasonLength }), values, horizon)).toBeLessThan(repeated);
  });

  it('takes series above 1 as logarithms, others as they are', () => {
    const series = Array.from({ length: 40 }, (_, i) => 5 * 1.04 ** i);
    expect(card().fit(series).name).toBe('Card of logarithms');
    expect(card().fit([...series, 0.5]).name).toBe('Card');
    expect(at(card().fit(series).forecast(5).mean, 4)).toBeCloseTo(5 * 1.04 ** 44, 6);
  });

  it('carries growth by a factor on for a thousand steps, and then repeats the last season', () => {
    const series = Array.from({ length: 96 }, (_, i) => 20 * 1.02 ** i * (1 + (i % 4) / 10));
    const { mean, intervals } = card({ seasonLength: 4 }).fit(series).forecast(1_000_000);
    expect(at(mean, 999)).toBeGreaterThan(1e6 * at(mean, 0));
    for (const step of [1_000, 5_002, 999_999]) expect(at(mean, step)).toBe(at(mean, 996 + (step % 4)));
    for (const bound of intervals.flatMap(({ lower, upper }) => [lower, upper])) {
      expect(bound.every(Number.isFinite)).toBe(true);
    }
  });

  it('carries a line on, and a season over it', () => {
    const line = Array.from({ length: 30 }, (_, i) => 2 * i - 20);
    expect(at(card().fit(line).forecast(10).mean, 9)).toBeCloseTo(58, 6);
    const season = [3, 0, -1, -2];
    const load = Array.from({ length: 60 }, (_, i) => i / 2 - 10 + at(season, i % 4));
    const { mean } = card({ seasonLength: 4 }).fit(load).forecast(8);
    for (let step = 0; step < 8; step++) {
      expect(Math.abs(at(mean, step) - ((60 + step) / 2 - 10 + at(season, step % 4)))).toBeLessThan(1);
    }
  });

  it('does not carry on a growth that is not certain, nor one that has ended', () => {
    const random = seededRandom(5);
    let value = 0;
    const walk = Array.from({ length: 100 }, () => (value += random() - 0.5));
    expect(Math.abs(at(card().fit(walk).forecast(50).mean, 49) - at(walk, 99))).toBeLessThan(2);
    const ended = Array.from({ length: 60 }, (_, i) => Math.min(i, 50) - 30 + 0.01 * ((i * 7) % 3));
    const growth = cardDelta(Float64Array.from(ended), 1, true);
    expect(Math.abs(growth.later)).toBeLessThan(0.02);
  });

  it('stays at its level where growth says nothing, and follows values that come', () => {
    const random = seededRandom(2);
    const noise = Array.from({ length: 80 }, () => random());
    const fitted = card().fit(noise);
    expect(Math.abs(at(fitted.forecast(3).mean, 2) - 0.5)).toBeLessThan(0.15);
    fitted.update([5]);
    expect(at(fitted.forecast(1).mean, 0)).toBeGreaterThan(2);
  });

  it('knows the week over the day, of itself for hours', () => {
    const load = (hour: number): number => {
      const day = Math.floor(hour / 24) % 7;
      return (day < 5 ? 40 : 10) + 5 * Math.sin((hour * Math.PI) / 12) + ((hour * 7919) % 17) / 20;
    };
    const hours = Array.from({ length: 24 * 7 * 5 }, (_, hour) => load(hour));
    const week = 168;
    const day = (secondSeason?: number): number => errorOf(card({ seasonLength: 24, secondSeason }), hours, week);
    expect(day()).toBeLessThan(day(0) / 3);
    expect(day()).toBe(day(week));
    // A year of weeks does not fit in.
    const short = hours.slice(0, 2 * week);
    const { mean } = card({ seasonLength: 24 }).fit(short).forecast(5);
    expect(card({ seasonLength: 24, secondSeason: 0 }).fit(short).forecast(5).mean).toEqual(mean);
  });

  it('keeps near the range of the past with two seasons, however far', () => {
    const fitted = card({ seasonLength: 24 }).fit(hourly);
    const { mean } = fitted.forecast(100_000);
    const [low, high] = [Math.min(...hourly), Math.max(...hourly)];
    const room = (high - low) / 10;
    expect(mean.every((value) => value >= low - room && value <= high + room)).toBe(true);
  });

  it('has residuals that are the errors of the rule it ends with, and intervals of their size', () => {
    // Without phases there is no shift of the end, so that the rule of the forecast is that of the training part.
    const values = classic.Nile.map((value) => value - 456); // the smallest is 0: no logarithms
    const fitted = card().fit(values);
    const { sigma } = fitted.describe();
    const next = fitted.forecast(1, { levels: [0.95] });
    expect(at(fitted.fittedValues, 0)).toBeNaN();
    expect((at(next.intervals[0]?.upper ?? [], 0) - at(next.mean, 0)) / sigma).toBeCloseTo(1.96, 1);
    for (const [i, value] of values.entries()) {
      if (i > 0) expect(at(fitted.residuals, i)).toBeCloseTo(value - at(fitted.fittedValues, i), 9);
    }
    const grown = fitted.clone();
    grown.update([at(next.mean, 0)]);
    expect(grown.forecast(5).mean).not.toEqual(fitted.forecast(5).mean);
  });

  it('goes on growing with two seasons as with one', () => {
    const random = seededRandom(4);
    const load = (hour: number): number => 500 + 2 * hour + 10 * Math.sin((hour * Math.PI) / 12) + 6 * random();
    const values = Array.from({ length: 700 + 168 }, (_, hour) => load(hour));
    for (const length of [480, 520, 600, 700]) {
      const forecast = card({ seasonLength: 24 })
        .fit(values.slice(0, length))
        .forecast(168, { levels: [0.95] });
      const actual = values.slice(length, length + 168);
      expect(mae(actual, forecast.mean)).toBeLessThan(8);
      expect(coverage(actual, at(forecast.intervals, 0))).toBeGreaterThan(0.9);
    }
  });

  it('follows a load that stops, where no logarithms are wanted', () => {
    const random = seededRandom(6);
    let level = 30;
    const running = Array.from({ length: 100 }, () => (level += random() - 0.5));
    const stopped = (logarithms?: boolean): number => {
      const fitted = card({ logarithms }).fit(running);
      fitted.update(Array.from({ length: 50 }, () => 0));
      return at(fitted.forecast(1).mean, 0);
    };
    expect(stopped(false)).toBeLessThan(10);
    expect(stopped()).toBeGreaterThan(20); // zeros have no logarithm, and count as missing
    expect(() => card({ logarithms: true }).fit([3, 1, 0, 2, 4, 2])).toThrow(invalid);
  });

  it('describes errors in the unit of the series, with logarithms too', () => {
    const fitted = card({ seasonLength: 12 }).fit(classic.AirPassengers);
    const known = [...fitted.residuals].filter((value) => !Number.isNaN(value));
    const rms = Math.sqrt(known.reduce((sum, value) => sum + value * value, 0) / known.length);
    const { rmse, sigma } = fitted.describe();
    expect(fitted.name).toContain('logarithms');
    expect(rmse).toBeCloseTo(rms, 6);
    expect(sigma).toBeGreaterThan(rms * 0.99);
    expect(sigma).toBeLessThan(rms * 1.2);
  });

  it('takes a missing update as predicted', () => {
    const fitted = card({ seasonLength: 12 }).fit(classic.nottem);
    const other = fitted.clone();
    other.update([at(fitted.forecast(1).mean, 0)]);
    fitted.update([NaN]);
    const [a, b] = [fitted.forecast(6).mean, other.forecast(6).mean];
    for (let step = 0; step < 6; step++) expect(at(a, step)).toBeCloseTo(at(b, step), 9);
  });

  it.each([
    { seasonLength: 0 },
    { seasonLength: 1.5 },
    { secondSeason: 1 },
    { seasonLength: 24, secondSeason: 24 },
    { horizon: 0 },
  ])('refuses %j', (options) => {
    expect(() => card(options)).toThrow(invalid);
  });

  it('says that three values are too few', () => {
    expect(() => card().fit([1, 2, 3])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
  });

  it('refuses saved JSON whose lags reach further than its past', () => {
    const saved = card({ seasonLength: 4 })
      .fit(Array.from({ length: 40 }, (_, i) => (i % 4) - 1))
      .toJSON();
    const damaged: unknown = expect.objectContaining({ code: 'NOVA_ML_DAMAGED' });
    const one = Float64Array.of(0);
    const many = new Float64Array(200_000).fill(1);
    for (const wrong of [
      { past: '' },
      { season: '' },
      { seen: 0 },
      { rho: { intercepts: '', lags: '', weights: '' } },
      { rho: { intercepts: encodeFloats(one), lags: encodeFloats(many), weights: encodeFloats(many) } },
    ]) {
      expect(() => fittedFromJSON({ ...saved, ...wrong })).toThrow(damaged);
    }
  });
});

describe('what card chooses', () => {
  const random = seededRandom(9);
  const noise = Float64Array.from({ length: 120 }, () => random());

  it('growth for a walk, levels for noise', () => {
    let sum = 0;
    const walk = noise.map((value) => (sum += value - 0.5));
    expect(cardChoices(walk, 1).differenced).toBe(true);
    expect(cardChoices(noise, 1).differenced).toBe(false);
  });

  it('a season where phases differ', () => {
    expect(cardChoices(noise, 12).seasonal).toBe(false);
    const seasonal = noise.map((value, i) => value + (i % 12 === 3 ? 4 : 0));
    expect(cardChoices(seasonal, 12)).toMatchObject({ seasonal: true, lagged: true });
  });
});

describe('the regressions of card', () => {
  const random = seededRandom(4);
  const values = Float64Array.from({ length: 90 }, (_, i) => (i % 3) + random() + i / 50);

  it('find what least squares with a column for each phase finds', () => {
    const rule = phaseRegression(values, { phases: 3, lags: [1, 3] });
    const rows = Array.from({ length: 87 }, (_, i) => i + 3);
    const column = (of: (t: number) => number): Float64Array => Float64Array.from(rows, of);
    const phases = [0, 1, 2].map((phase) => column((t) => Number(t % 3 === phase)));
    const lags = [1, 3].map((lag) => column((t) => at(values, t - lag)));
    const { coefficients, variances, squares } = leastSquares(
      [...phases, ...lags],
      column((t) => at(values, t)),
    );
    expect([...(rule?.intercepts ?? [])]).toEqual(
      [...coefficients.subarray(0, 3)].map((x) => expect.closeTo(x, 9) as number),
    );
    expect([...(rule?.weights ?? [])]).toEqual(
      [...coefficients.subarray(3)].map((x) => expect.closeTo(x, 9) as number),
    );
    expect(rule?.sigma).toBeCloseTo(Math.sqrt(squares / (87 - 5)), 9);
    expect(rule?.errors[0]).toBeCloseTo(Math.sqrt(at(variances, 3) * (squares / (87 - 5))), 9);
  });

  it('take a walk for a walk: the last value and a growth that is shrunk', () => {
    let sum = 0;
    const walk = values.map((_, i) => (sum += 1 + ((i * 7919) % 11) / 10));
    const rule = cardRho(walk, 1, 0, { differenced: true, seasonal: false, lagged: false });
    expect(rule.lags).toEqual([1]);
    expect([...rule.weights]).toEqual([1]);
    expect(at(rule.intercepts, 0)).toBeGreaterThan(1.3);
    expect(at(rule.intercepts, 0)).toBeLessThan(1.5);
  });

  it('say nothing of too few steps', () => {
    expect(phaseRegression(values.subarray(0, 5), { phases: 3, lags: [1] })).toBeUndefined();
  });
});
