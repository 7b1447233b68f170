import { describe, expect, it } from 'vitest';
import { autoEts, ets, fittedFromJSON, MlError, type EtsInitial, type EtsOptions, type FittedEts } from '@novacron/ml';
import { describeForecaster } from '@novacron/ml/testing';
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

const golden = readFixture<Record<string, GoldenEts>>('ets-all.json');
const kinds = { A: 'additive', M: 'multiplicative' } as const;
const trends = {
  N: 'none',
  A: 'additive',
  Ad: 'damped',
  M: 'multiplicative',
  Md: 'damped-multiplicative',
} as const;
const seasonLengths: Readonly<Record<string, number>> = { UKgas: 4, JohnsonJohnson: 4, AirPassengers: 12 };

/** From `UKgas_AMdM`: a series and a model of it. */
function caseOf(name: string): { values: readonly number[]; options: EtsOptions } {
  const [series = '', model = ''] = name.split('_');
  const season = model.at(-1);
  const options: EtsOptions = {
    error: kinds[model[0] as 'A' | 'M'],
    trend: trends[model.slice(1, -1) as keyof typeof trends],
    ...(season !== 'N' && { season: kinds[season as 'A' | 'M'], seasonLength: seasonLengths[series] }),
  };
  return { values: classic[series as keyof ClassicSeries], options };
}

/** R lists the seasonal states from the most recent to the oldest, and leaves the last one out. */
function initialOf(par: Readonly<Record<string, number>>, season: EtsOptions['season']): EtsInitial {
  const states = Object.keys(par)
    .filter((name) => /^s\d+$/.test(name))
    .map((name) => at(par, name));
  if (states.length === 0) return { level: at(par, 'l'), slope: par['b'] };
  const whole = season === 'multiplicative' ? states.length + 1 : 0;
  const rest = whole - states.reduce((sum, state) => sum + state, 0);
  return { level: at(par, 'l'), slope: par['b'], season: [...states, rest].reverse() };
}

describe('the models whose variances have no formula, beside ets() of R', () => {
  it.each(Object.keys(golden))('%s: with the same parameters everything is the same', (name) => {
    const theirs = at(golden, name);
    const { values, options } = caseOf(name);
    const { alpha, beta, gamma, phi } = theirs.par;
    const parameters = { alpha, beta, gamma, phi };
    const fitted = ets({ ...options, parameters, initial: initialOf(theirs.par, options.season) }).fit(values);
    const ours = fitted.describe();
    expect(relativeDifference(fitted.fittedValues, theirs.fitted)).toBeLessThan(1e-9);
    expect(ours.logLikelihood).toBeCloseTo(theirs.loglik, 6);
    expect(ours.aicc).toBeCloseTo(theirs.aicc, 6);
    expect(ours.rmse ** 2 / theirs.mse).toBeCloseTo(1, 9);
    expect(ours.sigma ** 2 / theirs.sigma2).toBeCloseTo(1, 9);
    const { mean, intervals } = fitted.forecast(12);
    // Theirs damp a step too little where they simulate: phi + phi + phi^2 instead of phi + phi^2 + phi^3.
    expect(relativeDifference(mean, theirs.forecast.mean)).toBeLessThan(phi === undefined ? 1e-9 : 0.05);
    // Theirs are quantiles of 50,000 futures, ours of 4,000.
    for (const [i, bounds] of [theirs.forecast.lo80, theirs.forecast.lo95].entries()) {
      const upper = [theirs.forecast.hi80, theirs.forecast.hi95][i] as readonly number[];
      for (let step = 0; step < 12; step++) {
        const width = at(upper, step) - at(bounds, step);
        expect(Math.abs(at(at(intervals, i).lower, step) - at(bounds, step)) / width).toBeLessThan(0.08);
        expect(Math.abs(at(at(intervals, i).upper, step) - at(upper, step)) / width).toBeLessThan(0.08);
      }
    }
  });

  it.each(Object.keys(golden))('%s: the optimum is at least as good', (name) => {
    const { values, options } = caseOf(name);
    const { logLikelihood } = ets(options).fit(values).describe();
    expect(logLikelihood).toBeGreaterThanOrEqual(at(golden, name).loglik - 1e-3);
  });
});

describe('automatic ETS with multiplicative trends', () => {
  it.each<[keyof ClassicSeries, number, string, number]>([
    // What ets(y, allow.multiplicative.trend = TRUE) of R 4.2.2, forecast 8.20 chooses, and its AICc.
    ['airmiles', 1, 'ETS(M,Md,N)', 414.4265],
    ['UKgas', 4, 'ETS(M,M,M)', 1256.145],
    ['AirPassengers', 12, 'ETS(M,Md,M)', 1398.709],
  ])('chooses for %s (season %d) what R chooses, %s, or better', (series, seasonLength, name, aicc) => {
    const ours = autoEts({ seasonLength, multiplicativeTrend: true }).fit(classic[series]).describe();
    expect(ours.aicc).toBeLessThan(aicc + 0.01);
    if (Math.abs((ours.aicc as number) - aicc) < 0.01) expect(ours.name).toBe(name);
  });

  it('has none unless allowed, and none without a finite variance unless restrict is off', () => {
    const growing = Array.from({ length: 60 }, (_, i) => 10 * 1.08 ** i + ((i * 7) % 5));
    expect(autoEts().fit(growing).name).toMatch(/^ETS\(.,(N|A|Ad),N\)$/);
    expect(autoEts({ multiplicativeTrend: true }).fit(growing).name).not.toMatch(/^ETS\(A,Md?,.\)$/);
    expect(autoEts({ multiplicativeTrend: true, restrict: false }).fit(growing).name).toBe('ETS(A,M,N)');
  });
});

/** One each of the 15. */
const models = new Map(
  Object.keys(golden)
    .map((name) => caseOf(name).options)
    .map((options) => [ets(options).name, { ...options, ...(options.season && { seasonLength: 4 }) }]),
);

describe.each([...models])('%s', (_, options) => {
  const seasonLength = options.seasonLength ?? 1;
  const series = Array.from(
    { length: 60 },
    (_value, i) => 20 * 1.03 ** i * (1 + 0.3 * Math.sin((2 * Math.PI * i) / Math.max(2, seasonLength))) + ((i * 7) % 5),
  );
  const fit = (values: ArrayLike<number> = series): FittedEts => ets(options).fit(values) as FittedEts;

  it('does not depend on the unit of the series', () => {
    const unit = fit().forecast(8);
    const scaled = fit(series.map((value) => value * 2 ** -400)).forecast(8);
    const back = (bounds: Float64Array): Float64Array => bounds.map((value) => value * 2 ** 400);
    expect(relativeDifference(back(scaled.mean), unit.mean)).toBeLessThan(1e-9);
    expect(relativeDifference(back(at(scaled.intervals, 1).upper), at(unit.intervals, 1).upper)).toBeLessThan(1e-9);
  });

  it('updates to the states that a longer series would have led to', () => {
    const parameters = { alpha: 0.3, beta: 0.05, gamma: 0.2, phi: 0.95 };
    const season = options.season === 'multiplicative' ? [0.9, 1, 1.1, 1] : [-1, 2, 0, -1];
    const relative = options.trend === 'multiplicative' || options.trend === 'damped-multiplicative';
    const initial = { level: 20, slope: relative ? 1.03 : 0.5, ...(seasonLength === 4 && { season }) };
    const model = ets({ ...options, parameters, initial });
    const updated = model.fit(series.slice(0, 40));
    updated.update(series.slice(40));
    expect(relativeDifference(updated.forecast(24).mean, model.fit(series).forecast(24).mean)).toBeLessThan(1e-12);
  });

  it('bears values that it cannot describe in an update, and stays above 0 where all of it multiplies', () => {
    const fitted = fit();
    fitted.update([0, -5, NaN, -1e300, 1e-300, 40]);
    for (let i = 0; i < 20; i++) fitted.update([-1e6]);
    const { mean, intervals } = fitted.forecast(50);
    expect([...mean, ...at(intervals, 0).lower, ...at(intervals, 1).upper].every(Number.isFinite)).toBe(true);
    expect(fittedFromJSON(JSON.stringify(fitted)).forecast(50).mean).toEqual(mean);
    const allRelative = options.error === 'multiplicative' && options.season !== 'additive';
    if (allRelative) expect(Math.min(...mean, ...at(intervals, 1).lower)).toBeGreaterThan(0);
  });

  it('has intervals that hold its own futures', () => {
    const fitted = fit();
    const { intervals } = fitted.forecast(24, { levels: [0.9] });
    const futures = fitted.simulate(24, { paths: 2_000, seed: 5 });
    for (const step of [0, 5, 23]) {
      const { lower, upper } = at(intervals, 0);
      const inside = futures.filter((path) => at(path, step) >= at(lower, step) && at(path, step) <= at(upper, step));
      expect(inside.length / 2_000).toBeGreaterThan(0.87);
      expect(inside.length / 2_000).toBeLessThan(0.93);
    }
  });

  it.each([0, -3])('refuses %d among the values and says where', (bad) => {
    expect(() => fit([4, 5, bad, 6, 7, 8, 9])).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID', details: { index: 2 } }),
    );
  });
});

describe('forecasts of growth', () => {
  const fitted = ets({ trend: 'multiplicative' }).fit(Array.from({ length: 40 }, (_, i) => 5 * 1.1 ** i + (i % 3)));

  it('grow by a factor', () => {
    const { mean } = fitted.forecast(10);
    for (let step = 1; step < 10; step++) expect(at(mean, step) / at(mean, step - 1)).toBeCloseTo(1.1, 2);
  });

  it('say overflow rather than infinity', () => {
    expect(() => fitted.forecast(100_000)).toThrow(expect.objectContaining({ code: 'NOVA_ML_OVERFLOW' }));
    expect(() => fitted.simulate(100_000, { paths: 2 })).toThrow(expect.objectContaining({ code: 'NOVA_ML_OVERFLOW' }));
  });

  it('have bounds that stop at 1e300 and draw apart evenly beyond the steps that are simulated', () => {
    const damped = ets({ trend: 'damped-multiplicative' }).fit(classic.airmiles);
    const { mean, intervals } = damped.forecast(5_000, { levels: [0.8] });
    const { lower, upper } = at(intervals, 0);
    for (let step = 900; step < 4_999; step += 50) {
      expect(at(lower, step)).toBeLessThan(at(mean, step));
      expect(at(upper, step)).toBeGreaterThanOrEqual(at(mean, step)); // most futures end below their mean
      expect(at(upper, step)).toBeLessThanOrEqual(1e300);
    }
    const spread = (step: number): number => Math.log(at(upper, step) / at(lower, step));
    expect(spread(3_999) / spread(999)).toBeCloseTo(2, 1);
  });

  it('keep the mean between bounds that draw apart where a trend that is added crosses 0 beyond the simulated steps', () => {
    const parameters = { alpha: 0.1, beta: 0.01, gamma: 0.01 };
    const values = Array.from({ length: 80 }, (_, i) => (1_280 - i) * (i % 2 === 0 ? 1.1 : 0.9) + ((i * 7) % 5));
    const model = ets({ error: 'additive', season: 'multiplicative', seasonLength: 2, parameters });
    const { mean, intervals } = model.fit(values).forecast(3_000, { levels: [0.95] });
    const { lower, upper } = at(intervals, 0);
    expect(at(mean, 999)).toBeGreaterThan(0);
    expect(at(mean, 2_999)).toBeLessThan(-500);
    for (let step = 0; step < 3_000; step++) {
      expect(at(lower, step)).toBeLessThan(at(mean, step));
      expect(at(upper, step)).toBeGreaterThan(at(mean, step));
      if (step >= 1_002)
        expect(at(upper, step) - at(lower, step)).toBeGreaterThan(at(upper, step - 2) - at(lower, step - 2));
    }
  });

  it('refuse first states that no positive value can follow', () => {
    const model = ets({ trend: 'multiplicative', initial: { level: -5 } });
    expect(() => model.fit([1, 2, 3, 4, 5])).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    try {
      model.fit([1, 2, 3, 4, 5]);
    } catch (error) {
      expect(MlError.isInstance(error) && error.message).toContain('ETS(M,M,N) cannot describe');
    }
  });
});

const options = { fromJSON: fittedFromJSON };
for (const error of ['additive', 'multiplicative'] as const) {
  describeForecaster(`${error} ets with growth`, () => ets({ error, trend: 'multiplicative' }), options);
  describeForecaster(
    `${error} ets with damped growth and a season that multiplies`,
    () => ets({ error, trend: 'damped-multiplicative', season: 'multiplicative', seasonLength: 12 }),
    options,
  );
}
describeForecaster(
  'ets with growth and a season that adds',
  () => ets({ trend: 'damped-multiplicative', season: 'additive', seasonLength: 12 }),
  options,
);
describeForecaster(
  'ets with additive errors and a season that multiplies',
  () => ets({ error: 'additive', season: 'multiplicative', seasonLength: 12 }),
  options,
);
