import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  additive,
  adida,
  arima,
  autoArima,
  autoEts,
  bayesianStructural,
  boostedForecaster,
  card,
  ces,
  conformal,
  croston,
  drift,
  ets,
  fittedFromJSON,
  historicalMean,
  holt,
  holtWinters,
  imapa,
  MlError,
  mstlForecast,
  naive,
  seasonalNaive,
  simpleExponentialSmoothing,
  structural,
  theta,
  windowAverage,
  type Forecaster,
} from '@novacron/ml';
import { cpuMs } from '../../src/testing/cpu-ms.ts';

const forecasters: readonly (readonly [string, Forecaster])[] = [
  ['naive', naive()],
  ['seasonalNaive', seasonalNaive({ seasonLength: 3 })],
  ['historicalMean', historicalMean()],
  ['drift', drift()],
  ['windowAverage', windowAverage({ window: 4 })],
  ['croston', croston({ variant: 'croston' })],
  ['croston sba', croston()],
  ['croston tsb', croston({ variant: 'tsb' })],
  ['adida', adida()],
  ['imapa', imapa()],
  ['simpleExponentialSmoothing', simpleExponentialSmoothing()],
  ['holt', holt()],
  ['damped holt', holt({ damped: true })],
  ['holtWinters', holtWinters({ seasonLength: 3 })],
  ['ets', ets({ trend: 'none', seasonLength: 4 })],
  ['multiplicative ets', ets({ season: 'multiplicative', seasonLength: 4 })],
  ['theta', theta({ seasonLength: 3 })],
  ['dynamic theta', theta({ seasonLength: 3, kind: 'dynamic' })],
  ['autoEts', autoEts({ seasonLength: 3 })],
  ['arima', arima({ order: [1, 1, 1] })],
  ['arima with mean', arima({ order: [2, 0, 1] })],
  ['seasonal arima', arima({ order: [0, 1, 1], seasonal: [0, 1, 1], seasonLength: 3 })],
  ['autoArima', autoArima({ seasonLength: 4, maxOrder: 2, maxSeasonalOrder: 1 })],
  ['mstlForecast', mstlForecast({ seasonLengths: [3, 7] })],
  ['local level', structural({ trend: 'level' })],
  ['structural', structural({ seasonLength: 3 })],
  ['bayesianStructural', bayesianStructural({ seasons: [{ seasonLength: 3 }], draws: 20, burnIn: 10 })],
  ['boostedForecaster', boostedForecaster({ seasonLength: 2, lags: [1, 3], trees: 10 })],
  ['card', card({ seasonLength: 3 })],
  ['ces', ces({ seasonLength: 3 })],
  ['conformal', conformal(naive(), { horizon: 3 })],
  ['additive', additive({ seasons: [{ seasonLength: 4, harmonics: 2 }] })],
];

const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 2, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, NaN, 1e300, -1e300, 5e-324, 1e-310) },
  { weight: 1, arbitrary: fc.double() }, // anything, infinities too
);
const series = fc.oneof(
  { weight: 8, arbitrary: fc.array(value, { maxLength: 24 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(0, 1), { minLength: 3, maxLength: 40 }) },
  { weight: 1, arbitrary: fc.tuple(value, fc.nat(40)).map(([x, length]) => Array.from({ length }, () => x)) },
);

/** All forecasters together see some 10,000 series. */
const runs = Math.ceil(10_000 / forecasters.length);

describe.each(forecasters)('%s, whatever short series it gets', (_, forecaster) => {
  it('answers with finite numbers or a typed error within two seconds, and is the same after JSON', () => {
    fc.assert(
      fc.property(
        series,
        fc.array(value, { maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (values, news, horizon) => {
          const started = cpuMs();
          try {
            const fitted = forecaster.fit(values);
            fitted.update(news.filter(Number.isFinite).filter((x) => Math.abs(x) <= 1e300));
            const { mean, intervals } = fitted.forecast(horizon);
            for (const [i, middle] of mean.entries()) {
              for (const { lower, upper } of intervals) {
                expect(lower[i]).toBeLessThanOrEqual(middle);
                expect(upper[i]).toBeGreaterThanOrEqual(middle);
                expect(Number.isFinite(lower[i]) && Number.isFinite(upper[i])).toBe(true);
              }
            }
            expect(fitted.simulate(horizon, { paths: 2 }).every((path) => path.every(Number.isFinite))).toBe(true);
            expect(fittedFromJSON(JSON.stringify(fitted)).forecast(horizon)).toEqual({ mean, intervals });
          } catch (error) {
            if (!MlError.isInstance(error)) throw error;
          }
          expect(cpuMs() - started).toBeLessThan(2_000);
        },
      ),
      { numRuns: runs },
    );
  });
});
