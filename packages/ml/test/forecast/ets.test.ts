import { describe, expect, it } from 'vitest';
import { ets, fittedFromJSON, MlError, type EtsInitial, type EtsOptions, type Forecast } from '@novacron/ml';
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
  readonly aic: number;
  readonly aicc: number;
  readonly bic: number;
  readonly mse: number;
  readonly sigma2: number;
  readonly fitted: readonly number[];
  readonly forecast: GoldenForecast;
}

const golden = readFixture<Record<string, GoldenEts>>('ets.json');

const cases: readonly (readonly [string, keyof ClassicSeries, EtsOptions])[] = [
  ['Nile_ANN', 'Nile', { trend: 'none' }],
  ['airmiles_AAN', 'airmiles', { trend: 'additive' }],
  ['airmiles_AAdN', 'airmiles', { trend: 'damped' }],
  ['USAccDeaths_ANA', 'USAccDeaths', { trend: 'none', seasonLength: 12 }],
  ['nottem_ANA', 'nottem', { trend: 'none', seasonLength: 12 }],
  ['co2_AAA', 'co2', { trend: 'additive', seasonLength: 12 }],
];

/** R lists the seasonal states from the most recent to the oldest, and leaves the last one out: they sum to 0. */
function initialOf(par: Readonly<Record<string, number>>): EtsInitial {
  const listed = Object.keys(par).filter((name) => /^s\d+$/.test(name));
  const states = listed.map((name) => at(par, name));
  if (states.length === 0) return { level: at(par, 'l'), slope: par['b'] };
  const rest = -states.reduce((sum, state) => sum + state, 0);
  return { level: at(par, 'l'), slope: par['b'], season: [...states, rest].reverse() };
}

function expectForecast({ mean, intervals }: Forecast, theirs: GoldenForecast, tolerance: number): void {
  expect(relativeDifference(mean, theirs.mean)).toBeLessThan(tolerance);
  expect(relativeDifference(at(intervals, 0).lower, theirs.lo80)).toBeLessThan(tolerance);
  expect(relativeDifference(at(intervals, 0).upper, theirs.hi80)).toBeLessThan(tolerance);
  expect(relativeDifference(at(intervals, 1).lower, theirs.lo95)).toBeLessThan(tolerance);
  expect(relativeDifference(at(intervals, 1).upper, theirs.hi95)).toBeLessThan(tolerance);
}

describe('ets beside ets() of R', () => {
  it.each(cases)('%s: with the same parameters everything is the same', (name, series, options) => {
    const theirs = at(golden, name);
    const { alpha, beta, gamma, phi } = theirs.par;
    const fitted = ets({ ...options, parameters: { alpha, beta, gamma, phi }, initial: initialOf(theirs.par) }).fit(
      classic[series],
    );
    const ours = fitted.describe();
    expect(relativeDifference(fitted.fittedValues, theirs.fitted)).toBeLessThan(1e-9);
    expect(ours.logLikelihood).toBeCloseTo(theirs.loglik, 6);
    expect(ours.aic).toBeCloseTo(theirs.aic, 6);
    expect(ours.aicc).toBeCloseTo(theirs.aicc, 6);
    expect(ours.bic).toBeCloseTo(theirs.bic, 6);
    expect(ours.rmse ** 2 / theirs.mse).toBeCloseTo(1, 9);
    expect(ours.sigma ** 2 / theirs.sigma2).toBeCloseTo(1, 9);
    // For models with a season but no trend R 8.20 lets the season's part of the variance begin one step early.
    const tolerance = name.endsWith('NA') ? 1e-4 : 1e-9;
    expectForecast(fitted.forecast(theirs.forecast.mean.length), theirs.forecast, tolerance);
  });

  it.each(cases)('%s: the optimum is at least as good', (name, series, options) => {
    const theirs = at(golden, name);
    const fitted = ets(options).fit(classic[series]);
    const { logLikelihood, parameters } = fitted.describe();
    expect(logLikelihood).toBeGreaterThanOrEqual(theirs.loglik - 1e-3);
    const same = Object.entries(parameters).every(([key, value]) => Math.abs(value - at(theirs.par, key)) < 1e-3);
    if (same) expectForecast(fitted.forecast(theirs.forecast.mean.length), theirs.forecast, 1e-3);
  });

  it('finds the very optimum of R where it is unique', () => {
    const fitted = ets({ trend: 'none' }).fit(classic.Nile);
    expect(fitted.describe().parameters['alpha']).toBeCloseTo(at(at(golden, 'Nile_ANN').par, 'alpha'), 3);
    expectForecast(fitted.forecast(10), at(golden, 'Nile_ANN').forecast, 1e-3);
  });
});

describe('ets', () => {
  it('keeps its parameters in the usual region', () => {
    for (const series of Object.values(classic).filter(Array.isArray)) {
      const { alpha, beta, gamma, phi } = ets({ trend: 'damped', seasonLength: 12 }).fit(series).describe()
        .parameters as { alpha: number; beta: number; gamma: number; phi: number };
      expect(alpha).toBeGreaterThan(0);
      expect(alpha).toBeLessThan(1);
      expect(beta).toBeLessThanOrEqual(alpha);
      if (gamma !== undefined) expect(gamma).toBeLessThanOrEqual(1 - alpha);
      expect(phi).toBeGreaterThanOrEqual(0.8);
      expect(phi).toBeLessThanOrEqual(0.98);
    }
  });

  it('does not depend on the unit of the series', () => {
    const unit = ets({ seasonLength: 12 }).fit(classic.AirPassengers);
    const scaled = ets({ seasonLength: 12 }).fit(classic.AirPassengers.map((value) => value * 1e200));
    expect(
      relativeDifference(
        scaled.forecast(24).mean.map((value) => value / 1e200),
        unit.forecast(24).mean,
      ),
    ).toBeLessThan(1e-4);
    expect(scaled.describe().logLikelihood).toBeLessThan(0);
    expect(Number.isFinite(scaled.describe().aicc)).toBe(true);
  });

  it('follows its own prediction over a gap and still learns from what is there', () => {
    const gappy = classic.AirPassengers.map((value, i) => (i >= 100 && i < 106 ? NaN : value));
    const fitted = ets({ seasonLength: 12 }).fit(gappy);
    const whole = ets({ seasonLength: 12 }).fit(classic.AirPassengers);
    expect(fitted.describe().observations).toBe(138);
    for (let i = 100; i < 106; i++) {
      expect(fitted.residuals[i]).toBeNaN();
      expect(Math.abs(at(fitted.fittedValues, i) / at(classic.AirPassengers, i) - 1)).toBeLessThan(0.2);
    }
    expect(relativeDifference(fitted.forecast(12).mean, whole.forecast(12).mean)).toBeLessThan(0.05);
  });

  it('updates to the states that a longer series would have led to', () => {
    const parameters = { alpha: 0.3, beta: 0.05, gamma: 0.2 };
    const initial = { level: 120, slope: 2, season: Array.from({ length: 12 }, (_, i) => i - 5.5) };
    const model = ets({ seasonLength: 12, parameters, initial });
    const updated = model.fit(classic.AirPassengers.slice(0, 100));
    updated.update(classic.AirPassengers.slice(100));
    const whole = model.fit(classic.AirPassengers);
    expect(relativeDifference(updated.forecast(24).mean, whole.forecast(24).mean)).toBeLessThan(1e-13);
  });

  it('widens its intervals with the horizon by the closed form', () => {
    const parameters = { alpha: 0.5, beta: 0.1, gamma: 0.2 };
    const fitted = ets({ seasonLength: 4, parameters }).fit(classic.USAccDeaths);
    const { intervals } = fitted.forecast(6, { levels: [0.95] });
    const width = at(intervals, 0).upper.map((upper, i) => upper - at(at(intervals, 0).lower, i));
    const responses = [0.5 + 0.1, 0.5 + 0.2, 0.5 + 0.3, 0.5 + 0.4 + 0.2, 0.5 + 0.5];
    let variance = 1;
    for (const [i, response] of responses.entries()) {
      variance += response ** 2;
      expect(at(width, i + 1) / at(width, 0)).toBeCloseTo(Math.sqrt(variance), 10);
    }
  });

  it.each([
    [3, 4, 'ETS(A,N,N)'],
    [5, 12, 'ETS(A,N,N)'],
    [8, 12, 'ETS(A,A,N)'],
    [20, 12, 'ETS(A,A,N)'],
    [24, 12, 'ETS(A,A,A)'],
  ])('of %d values and a season of %d makes %s and says why', (length, seasonLength, name) => {
    const description = ets({ seasonLength }).fit(classic.AirPassengers.slice(0, length)).describe();
    expect(description.name).toBe(name);
    if (name === 'ETS(A,A,A)') expect(description.reduced).toBeUndefined();
    else expect(description.reduced).toContain(`${length} values`);
  });

  it('throws instead of simplifying when told so', () => {
    const error = catchError(() =>
      ets({ seasonLength: 12, whenShort: 'throw' }).fit(classic.AirPassengers.slice(0, 20)),
    );
    expect(error).toMatchObject({ code: 'NOVA_ML_TOO_SHORT', kind: 'invalid', details: { observed: 20 } });
  });

  it.each<[string, EtsOptions]>([
    ['trend', { trend: 'exponential' as 'additive' }],
    ['seasonLength', { seasonLength: 0 }],
    ['seasonLength', { seasonLength: 2.5 }],
    ['alpha', { parameters: { alpha: 1.2 } }],
    ['alpha', { parameters: { gamma: 0.1 } }],
    ['beta', { parameters: { alpha: 0.2, beta: 0.3 } }],
    ['gamma', { parameters: { alpha: 0.8, gamma: 0.3 } }],
    ['phi', { parameters: { phi: NaN } }],
    ['initial.season', { seasonLength: 4, initial: { level: 1, season: [1, 2] } }],
  ])('refuses a wrong %s at once', (option, options) => {
    expect(catchError(() => ets(options))).toMatchObject({ code: 'NOVA_ML_INVALID', details: { option } });
  });

  it('refuses an initial state that is not a number', () => {
    expect(catchError(() => ets({ initial: { level: NaN } }))).toMatchObject({ code: 'NOVA_ML_INVALID' });
  });

  it('stops within its time budget', () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => (now += 1), sleep: () => Promise.resolve() };
    const error = catchError(() => ets({ seasonLength: 12 }).fit(classic.co2, { timeoutMs: 20, clock }));
    expect(error).toMatchObject({ code: 'NOVA_ML_TIMEOUT', kind: 'timeout', retryable: true });
    expect(now).toBeLessThan(30);
  });

  it('learns its parameters from the end of a series of a hundred thousand values', () => {
    const long = Float64Array.from(
      { length: 100_000 },
      (_, i) => 10 + 3 * Math.sin((i * Math.PI) / 12) + ((i * 7919) % 211) / 211,
    );
    const fitted = ets({ trend: 'none', seasonLength: 24 }).fit(long);
    expect(fitted.fittedValues).toHaveLength(100_000);
    expect(fitted.describe().rmse).toBeLessThan(0.5);
  });

  describe('of over 20,000 values', () => {
    const jitter = (i: number): number => ((i * 7919) % 211) / 211 - 0.5;
    /** What begins quite otherwise than it goes on. */
    const settled = (falling: number, rest: number): Float64Array =>
      Float64Array.from({ length: falling + rest }, (_, i) => (i < falling ? 1_000 - 3 * i : 5 + jitter(i)));

    it.each<EtsOptions>([
      { trend: 'additive' },
      { trend: 'damped' },
      { trend: 'none' },
      { error: 'multiplicative', trend: 'additive' },
      { trend: 'multiplicative' },
    ])('describes the last ones, whatever came first: %j', (options) => {
      const fitted = ets(options).fit(settled(300, 20_300));
      const { mean, intervals } = fitted.forecast(10);
      for (const value of mean) expect(Math.abs(value - 5)).toBeLessThan(0.5);
      const { lower, upper } = at(intervals, 1);
      expect(at(upper, 0) - at(lower, 0)).toBeGreaterThan(0.8); // of a span of 1 some 95 %
      expect(at(upper, 0) - at(lower, 0)).toBeLessThan(1.5);
      expect(fitted.describe().rmse).toBeLessThan(0.4);
      expect(fitted.describe().observations).toBe(20_600);
    });

    it('is as the last 20,000 alone, the season in its place', () => {
      const wave = (i: number): number => 10 + at([3, 0, -2, 1, -2], i % 5) + jitter(i);
      const long = Float64Array.from({ length: 20_603 }, (_, i) => wave(i));
      const model = ets({ trend: 'none', seasonLength: 5 });
      const whole = model.fit(long);
      const last = model.fit(long.subarray(603));
      expect(whole.forecast(12)).toEqual(last.forecast(12));
      expect(whole.describe()).toEqual({ ...last.describe(), observations: 20_603 });
      for (const [step, value] of whole.forecast(12).mean.entries())
        expect(Math.abs(value - wave(20_603 + step))).toBeLessThan(1);
      expect(whole.fittedValues.subarray(603)).toEqual(last.fittedValues);
      // Before that, predictions of its own.
      for (let i = 50; i < 603; i++) expect(Math.abs(whole.residuals[i] ?? NaN)).toBeLessThan(1.2);
      const later = model.fit(long.subarray(0, 20_600));
      later.update(long.subarray(20_600));
      expect(later.forecast(5).mean.every((value, step) => Math.abs(value - wave(20_603 + step)) < 1)).toBe(true);
    });

    it('starts earlier where a season is longer, or a gap leaves too little', () => {
      const season = 12_000;
      const slow = (i: number): number => 10 + 5 * Math.sin((2 * Math.PI * i) / season);
      const { mean } = ets({ trend: 'none', seasonLength: season })
        .fit(Float64Array.from({ length: 40_000 }, (_, i) => slow(i)))
        .forecast(season, { levels: [] });
      for (let step = 0; step < season; step += 97)
        expect(Math.abs(at(mean, step) - slow(40_000 + step))).toBeLessThan(0.5);
      const gone = Float64Array.from({ length: 25_000 }, (_, i) => (i < 4_000 ? 5 + jitter(i) : NaN));
      const fitted = ets({ trend: 'none' }).fit(gone);
      expect(Math.abs(at(fitted.forecast(1).mean, 0) - 5)).toBeLessThan(0.6);
      expect(fitted.describe().sigma).toBeGreaterThan(0.2);
    });

    it('has no fitted values where the model cannot describe what came first, and comes back from JSON so', () => {
      const values = Float64Array.from({ length: 20_300 }, (_, i) => (i < 150 ? 1_000 : 5 + jitter(i)));
      const fitted = ets({ error: 'multiplicative', parameters: { alpha: 0.9, beta: 0.5 } }).fit(values);
      expect(fitted.fittedValues.findIndex(Number.isNaN)).toBeGreaterThan(150);
      expect(fitted.fittedValues.findLastIndex(Number.isNaN)).toBe(299);
      expect(fitted.fittedValues.every((value) => !(value <= 0))).toBe(true);
      const restored = fittedFromJSON(JSON.stringify(fitted));
      expect(restored.fittedValues).toEqual(fitted.fittedValues);
      expect(restored.describe()).toEqual(fitted.describe());
      expect(restored.forecast(3)).toEqual(fitted.forecast(3));
    });

    it('begins with the states that are given, and says when these cannot describe the values', () => {
      const initial = { level: 1_003, slope: -3 };
      const fitted = ets({ initial }).fit(settled(300, 20_300));
      expect(at(fitted.fittedValues, 0)).toBe(1_000);
      // Once the values fall, a slope of -500 takes the predictions below 0.
      const steep = ets({ error: 'multiplicative', initial: { level: 5 }, parameters: { alpha: 0.9, beta: 0.5 } });
      const fallen = Float64Array.from({ length: 20_600 }, (_, i) => (i < 300 ? 1_000 : 5 + jitter(i)));
      expect(() => steep.fit(fallen)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
      expect(steep.fit(fallen.subarray(300)).describe().rmse).toBeLessThan(1);
    });
  });

  it('says overflow rather than infinity', () => {
    const rising = Array.from({ length: 40 }, (_, i) => i * 2e298);
    const fitted = ets().fit(rising);
    expect(Number.isFinite(fitted.forecast(1_000).mean[999])).toBe(true);
    fitted.update([1e300, -1e300, 1e300, -1e300]);
    const answer =
      catchError(() => fitted.forecast(1_000_000)) ?? fitted.forecast(1_000_000).mean.every(Number.isFinite);
    expect(answer === true || MlError.isInstance(answer)).toBe(true);
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
