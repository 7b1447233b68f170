import { describe, expect, it } from 'vitest';
import { ets, type EtsInitial, type EtsOptions } from '@novacron/ml';
import {
  classic,
  readFixture,
  relativeDifference,
  type ClassicSeries,
  type GoldenForecast,
} from '../fixtures/read-fixture.ts';
import { at } from '../at.ts';

interface GoldenEts {
  readonly par: Readonly<Record<string, number>>;
  readonly loglik: number;
  readonly aicc: number;
  readonly mse: number;
  readonly sigma2: number;
  readonly fitted: readonly number[];
  readonly forecast: GoldenForecast;
}

const golden = readFixture<Record<string, GoldenEts>>('ets.json');

const cases: readonly (readonly [string, keyof ClassicSeries, EtsOptions])[] = [
  ['AirPassengers_MAdM', 'AirPassengers', { trend: 'damped', season: 'multiplicative', seasonLength: 12 }],
  ['UKgas_MAM', 'UKgas', { season: 'multiplicative', seasonLength: 4 }],
  ['JohnsonJohnson_MAM', 'JohnsonJohnson', { season: 'multiplicative', seasonLength: 4 }],
  ['lynx_MNN', 'lynx', { error: 'multiplicative', trend: 'none' }],
];

/** R lists the seasonal states from the most recent to the oldest, and leaves the last one out: they average 1. */
function initialOf(par: Readonly<Record<string, number>>): EtsInitial {
  const states = Object.keys(par)
    .filter((name) => /^s\d+$/.test(name))
    .map((name) => at(par, name));
  if (states.length === 0) return { level: at(par, 'l'), slope: par['b'] };
  const rest = states.length + 1 - states.reduce((sum, state) => sum + state, 0);
  return { level: at(par, 'l'), slope: par['b'], season: [...states, rest].reverse() };
}

describe('ets with multiplicative errors beside ets() of R', () => {
  it.each(cases)('%s: with the same parameters everything is the same', (name, series, options) => {
    const { par, ...theirs } = at(golden, name);
    const { alpha, beta, gamma, phi } = par;
    const model = ets({ ...options, parameters: { alpha, beta, gamma, phi }, initial: initialOf(par) });
    const fitted = model.fit(classic[series]);
    const ours = fitted.describe();
    expect(ours.logLikelihood).toBeCloseTo(theirs.loglik, 6);
    expect(ours.aicc).toBeCloseTo(theirs.aicc, 6);
    expect(ours.rmse ** 2 / theirs.mse).toBeCloseTo(1, 9);
    expect(ours.sigma ** 2 / theirs.sigma2).toBeCloseTo(1, 9);
    expect(relativeDifference(fitted.fittedValues, theirs.fitted)).toBeLessThan(1e-9);
    const { mean, intervals } = fitted.forecast(theirs.forecast.mean.length);
    // With a relative season R adds the covariance of level and season to the mean, and approximates less.
    const relative = name.endsWith('M');
    expect(relativeDifference(mean, theirs.forecast.mean)).toBeLessThan(relative ? 3e-3 : 1e-9);
    const tolerance = relative ? 0.05 : 1e-9;
    expect(relativeDifference(at(intervals, 1).upper, theirs.forecast.hi95)).toBeLessThan(tolerance);
  });

  it.each(cases)('%s: the optimum is at least as good', (name, series, options) => {
    const { logLikelihood } = ets(options).fit(classic[series]).describe();
    expect(logLikelihood).toBeGreaterThanOrEqual(at(golden, name).loglik - 1e-3);
  });
});

describe('ets with multiplicative errors', () => {
  it('refuses values that are not positive and says where', () => {
    const model = ets({ error: 'multiplicative', trend: 'none' });
    for (const bad of [0, -3]) {
      expect(() => model.fit([4, 5, bad, 6])).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_INVALID', details: { index: 2 } }),
      );
    }
  });

  it('has multiplicative errors with a multiplicative season unless told otherwise', () => {
    expect(ets({ error: 'additive', season: 'multiplicative', seasonLength: 4 }).name).toBe('ETS(A,A,M)');
    expect(ets({ season: 'multiplicative', seasonLength: 4 }).name).toBe('ETS(M,A,M)');
  });

  it.each<EtsOptions>([{ error: 'other' as 'additive' }, { season: 'none' as 'additive' }])('refuses %j', (options) => {
    expect(() => ets(options)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });

  it('does not depend on the unit of the series', () => {
    const model = ets({ season: 'multiplicative', seasonLength: 4 });
    const unit = model.fit(classic.UKgas).forecast(8);
    const scaled = model.fit(classic.UKgas.map((value) => value * 2 ** 400)).forecast(8);
    expect(
      relativeDifference(
        scaled.mean.map((value) => value / 2 ** 400),
        unit.mean,
      ),
    ).toBeLessThan(1e-9);
    const upper = at(scaled.intervals, 1).upper.map((value) => value / 2 ** 400);
    expect(relativeDifference(upper, at(unit.intervals, 1).upper)).toBeLessThan(1e-9);
  });

  it('updates to the states that a longer series would have led to', () => {
    const parameters = { alpha: 0.3, beta: 0.05, gamma: 0.2 };
    const initial = { level: 120, slope: 2, season: [0.8, 0.9, 1, 1.3] };
    const model = ets({ season: 'multiplicative', seasonLength: 4, parameters, initial });
    const updated = model.fit(classic.UKgas.slice(0, 60));
    updated.update(classic.UKgas.slice(60));
    const whole = model.fit(classic.UKgas);
    expect(relativeDifference(updated.forecast(24).mean, whole.forecast(24).mean)).toBeLessThan(1e-12);
  });
});
