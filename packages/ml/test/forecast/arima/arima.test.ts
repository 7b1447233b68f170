import { describe, expect, it } from 'vitest';
import { arima, fittedFromJSON, type ArimaOptions } from '@novacron/ml';
import { at } from '../../at.ts';
import { classic, readFixture, relativeDifference, type GoldenForecast } from '../../fixtures/read-fixture.ts';

interface GoldenArima {
  readonly coef: Readonly<Record<string, number>>;
  readonly se: Readonly<Record<string, number>>;
  readonly sigma2: number;
  readonly loglik: number;
  readonly aicc: number | null;
  readonly bic: number | null;
  readonly residuals: readonly number[];
  readonly forecast: GoldenForecast;
}

const golden = readFixture<Readonly<Record<string, GoldenArima>>>('arima.json');
const logAirPassengers = classic.AirPassengers.map(Math.log);
const airline = { order: [0, 1, 1], seasonal: [0, 1, 1], seasonLength: 12 } as const;

/** R's likelihood holds a prior of finite width for what differences take away: with a season, up to this much apart. */
const likelihoodTolerance = 4e-3;

const cases: readonly (readonly [string, readonly number[], ArimaOptions])[] = [
  ['logAirPassengers_011_011', logAirPassengers, airline],
  ['USAccDeaths_011_011', classic.USAccDeaths, airline],
  ['log10lynx_200', classic.lynx.map(Math.log10), { order: [2, 0, 0] }],
  ['WWWusage_111', classic.WWWusage, { order: [1, 1, 1] }],
  ['WWWusage_310', classic.WWWusage, { order: [3, 1, 0] }],
  ['Nile_011', classic.Nile, { order: [0, 1, 1] }],
  ['nottem_100_210', classic.nottem, { order: [1, 0, 0], seasonal: [2, 1, 0], seasonLength: 12 }],
  ['airmiles_010_drift', classic.airmiles, { order: [0, 1, 0], constant: true }],
  ['sunspot_202', classic.sunspotYear, { order: [2, 0, 2] }],
];

describe('arima', () => {
  describe.each(cases)('%s', (name, series, options) => {
    const theirs = at(golden, name);
    const fitted = arima(options).fit(series);
    const described = fitted.describe();

    it('finds the coefficients and standard errors that R finds', () => {
      expect(Object.keys(described.parameters)).toEqual(Object.keys(theirs.coef));
      for (const [key, value] of Object.entries(theirs.coef)) {
        const error = at(theirs.se, key);
        expect(Math.abs(at(described.parameters, key) - value)).toBeLessThan(Math.max(2e-3, 0.002 * error));
        expect(at(described.standardErrors, key) / error).toBeCloseTo(1, 1);
      }
    });

    it('reaches the likelihood, the spread and the criteria', () => {
      expect(described.logLikelihood).toBeGreaterThan(theirs.loglik - likelihoodTolerance);
      expect(described.logLikelihood).toBeLessThan(theirs.loglik + likelihoodTolerance);
      expect(described.sigma ** 2 / theirs.sigma2).toBeCloseTo(1, 2);
      expect(Math.abs((described.aicc ?? NaN) - (theirs.aicc ?? NaN))).toBeLessThan(0.01);
      expect(Math.abs((described.bic ?? NaN) - (theirs.bic ?? NaN))).toBeLessThan(0.01);
    });

    it('forecasts the same means and intervals', () => {
      const { mean, intervals } = fitted.forecast(theirs.forecast.mean.length);
      expect(relativeDifference(mean, theirs.forecast.mean)).toBeLessThan(5e-4);
      const [eighty, ninetyFive] = intervals;
      const width = (upper: ArrayLike<number>, lower: ArrayLike<number>): number[] =>
        Array.from(upper, (value, i) => value - at(lower, i));
      expect(
        relativeDifference(
          width(eighty?.upper ?? [], eighty?.lower ?? []),
          width(theirs.forecast.hi80, theirs.forecast.lo80),
        ),
      ).toBeLessThan(2e-3);
      expect(
        relativeDifference(
          width(ninetyFive?.upper ?? [], ninetyFive?.lower ?? []),
          width(theirs.forecast.hi95, theirs.forecast.lo95),
        ),
      ).toBeLessThan(2e-3);
    });

    it('leaves the residuals that R leaves, once the start is forgotten: those of R are divided by their deviation', () => {
      const from = Math.min(60, series.length >> 1);
      const ours = fitted.residuals.subarray(from);
      const largest = Math.max(...theirs.residuals.map(Math.abs));
      for (const [i, residual] of ours.entries()) {
        expect(Math.abs(residual - at(theirs.residuals, from + i))).toBeLessThan(2e-2 * largest);
      }
    });
  });

  it('minimises the conditional sum of squares when asked to', () => {
    const theirs = at(golden, 'nottem_css');
    const described = arima({ order: [1, 0, 1], method: 'css' })
      .fit(classic.nottem)
      .describe();
    expect(described.logLikelihood).toBeCloseTo(theirs.loglik, 3);
    for (const [key, value] of Object.entries(theirs.coef)) {
      expect(Math.abs(at(described.parameters, key) - value)).toBeLessThan(2e-3);
    }
  });

  it('finds the same optimum from zeros as from conditional estimates', () => {
    const fit = (method: 'ml' | 'css-ml'): number =>
      arima({ ...airline, method })
        .fit(logAirPassengers)
        .describe().logLikelihood ?? NaN;
    expect(fit('ml')).toBeCloseTo(fit('css-ml'), 6);
  });

  it('agrees with statsmodels on the exact likelihood, which has no prior for the differences', () => {
    const theirs = readFixture<Record<string, { llf: number }>>('statespace.json');
    const ours = arima(airline).fit(logAirPassengers).describe();
    expect(ours.logLikelihood).toBeCloseTo(at(theirs, 'sarimax_airline_logAP').llf, 4);
    const nile = arima({ order: [1, 0, 0] })
      .fit(classic.Nile)
      .describe();
    expect(nile.logLikelihood).toBeCloseTo(at(theirs, 'sarimax_100_nile_const').llf, 2);
  });

  it('forecasts from an update as from a fit of the same coefficients: a random walk follows its last value', () => {
    const fitted = arima({ order: [0, 1, 0] }).fit([3, 5, 4, 6, 7]);
    fitted.update([10]);
    expect([...fitted.forecast(2).mean]).toEqual([10, 10]);
  });

  it('carries on through an update as if the new values had stood in the series', () => {
    const start = logAirPassengers.slice(0, 132);
    const fitted = arima(airline).fit(start);
    fitted.update(logAirPassengers.slice(132));
    const whole = arima(airline).fit(logAirPassengers);
    // Not the same coefficients, but near.
    expect(relativeDifference(fitted.forecast(12).mean, whole.forecast(12).mean)).toBeLessThan(2e-3);
  });

  it('bridges gaps: means stay near those of the whole series and intervals get no narrower', () => {
    const gappy = logAirPassengers.map((value, i) => ((i > 60 && i < 66) || i === 100 || i === 143 ? NaN : value));
    const whole = arima(airline).fit(logAirPassengers);
    const fitted = arima(airline).fit(gappy);
    expect(relativeDifference(fitted.forecast(12).mean, whole.forecast(12).mean)).toBeLessThan(0.01);
    const width = (index: number, of: typeof whole): number => {
      const [, interval] = of.forecast(12).intervals;
      return at(interval?.upper ?? [], index) - at(interval?.lower ?? [], index);
    };
    expect(width(0, fitted)).toBeGreaterThan(width(0, whole));
    expect(fitted.residuals[62]).toBeNaN();
    expect(fitted.fittedValues[62]).toBeCloseTo(at(logAirPassengers, 62), 1);
  });

  it('widens at once after a missing update and recovers after the next value', () => {
    const fitted = arima({ order: [1, 0, 0] }).fit(classic.Nile);
    const width = (): number => {
      const [interval] = fitted.forecast(1, { levels: [0.9] }).intervals;
      return at(interval?.upper ?? [], 0) - at(interval?.lower ?? [], 0);
    };
    const before = width();
    fitted.update([NaN]);
    expect(width()).toBeGreaterThan(1.05 * before);
    fitted.update([900]);
    expect(width()).toBeCloseTo(before, 6);
  });

  it('starts and ends with missing values', () => {
    const fitted = arima({ order: [1, 0, 0] }).fit([NaN, NaN, ...classic.Nile, NaN]);
    const inner = arima({ order: [1, 0, 0] }).fit(classic.Nile);
    expect(fitted.describe().logLikelihood).toBeCloseTo(inner.describe().logLikelihood ?? NaN, 8);
    expect(fitted.forecast(1).mean[0]).toBeCloseTo(at(inner.forecast(2).mean, 1), 6);
  });
});

describe('arima with regressors', () => {
  const step = classic.Nile.map((_, i) => (i >= 28 ? 1 : 0)); // the first dam at Aswan, 1898

  it('estimates what an event did, with its standard error', () => {
    const { parameters, standardErrors } = arima({ order: [1, 0, 0] })
      .fit(classic.Nile, { regressors: [step] })
      .describe();
    expect(parameters['xreg1']).toBeGreaterThan(-300);
    expect(parameters['xreg1']).toBeLessThan(-180);
    expect(standardErrors['xreg1']).toBeGreaterThan(20);
    expect(standardErrors['xreg1']).toBeLessThan(60);
  });

  it('takes them over the horizon, and says what is missing', () => {
    const fitted = arima({ order: [1, 0, 0] }).fit(classic.Nile, { regressors: [step] });
    const without = fitted.forecast(3, { regressors: [[0, 0, 0]] }).mean;
    const within = fitted.forecast(3, { regressors: [[1, 1, 1]] }).mean;
    const effect = at(fitted.describe().parameters, 'xreg1');
    for (const [i, mean] of within.entries()) expect(mean - at(without, i)).toBeCloseTo(effect, 6);
    expect(() => fitted.forecast(3)).toThrow('fitted with 1 regressors');
    expect(() => fitted.forecast(3, { regressors: [[1, 1]] })).toThrow('must have 3 values');
    expect(() => fitted.forecast(2, { regressors: [[1, NaN]] })).toThrow('must be known');
    expect(() => arima({ order: [1, 0, 0] }).fit(classic.Nile, { regressors: [[1]] })).toThrow('must have 100 values');
  });

  it('goes through JSON and updates with them', () => {
    const fitted = arima({ order: [0, 1, 1] }).fit(classic.Nile, { regressors: [step] });
    const restored = fittedFromJSON(JSON.stringify(fitted)) as typeof fitted;
    fitted.update([900, NaN], { regressors: [[1, 1]] });
    restored.update([900, NaN], { regressors: [[1, 1]] });
    expect(restored.forecast(2, { regressors: [[1, 1]] })).toEqual(fitted.forecast(2, { regressors: [[1, 1]] }));
  });

  it('follows waves of a long season by Fourier terms', () => {
    const wave = Array.from({ length: 700 }, (_, i) => 50 + 10 * Math.sin((2 * Math.PI * i) / 168) + ((i * 13) % 7));
    const fitted = arima({ order: [1, 0, 0], fourier: [{ seasonLength: 168, harmonics: 1 }] }).fit(wave);
    const { mean } = fitted.forecast(168);
    expect(Math.max(...mean) - Math.min(...mean)).toBeCloseTo(20, 0);
    expect(fitted.name).toBe('ARIMA(1,0,0) with mean with Fourier(1)[168]');
  });
});

describe('arima simulations', () => {
  it('spread as the intervals say, and are the same for the same seed', () => {
    const fitted = arima(airline).fit(logAirPassengers);
    const paths = fitted.simulate(24, { paths: 2_000, seed: 3 });
    const [interval] = fitted.forecast(24, { levels: [0.8] }).intervals;
    const inside = paths.filter((path) => {
      const last = at(path, 23);
      return last > at(interval?.lower ?? [], 23) && last < at(interval?.upper ?? [], 23);
    });
    expect(inside.length / paths.length).toBeCloseTo(0.8, 1);
    expect(fitted.simulate(5, { paths: 2, seed: 3 })).toEqual(fitted.simulate(5, { paths: 2, seed: 3 }));
    expect(() => fitted.simulate(5, { paths: 0 })).toThrow('paths');
  });
});

describe('arima options', () => {
  it.each<[string, unknown]>([
    ['order', { order: [1, 0] }],
    ['order[0]', { order: [-1, 0, 0] }],
    ['order[1]', { order: [0, 3, 0] }],
    ['seasonal[2]', { order: [0, 0, 0], seasonal: [0, 0, 1] }],
    ['seasonLength', { order: [0, 0, 0], seasonLength: 0 }],
    ['longest lag', { order: [0, 0, 0], seasonal: [1, 0, 0], seasonLength: 2_016 }],
    ['constant', { order: [0, 2, 0], constant: true }],
    ['method', { order: [0, 1, 1], method: 'guess' }],
    ['fourier.harmonics', { order: [0, 1, 1], fourier: [{ seasonLength: 4, harmonics: 3 }] }],
  ])('refuses a bad %s', (word, options) => {
    expect(() => arima(options as ArimaOptions)).toThrow(word);
  });

  it('says how many values are needed', () => {
    let error: unknown;
    try {
      arima(airline).fit(logAirPassengers.slice(0, 16));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'NOVA_ML_TOO_SHORT', details: { needed: 17, observed: 16 } });
    expect(arima(airline).fit(logAirPassengers.slice(0, 17)).forecast(1).mean).toHaveLength(1);
  });
});
