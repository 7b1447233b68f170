import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  autoEts,
  ets,
  fittedFromJSON,
  holt,
  holtWinters,
  MlError,
  naive,
  seasonalNaive,
  simpleExponentialSmoothing,
  theta,
  type Forecaster,
} from '@novacron/ml';

const forecasters: readonly (readonly [string, Forecaster])[] = [
  ['naive', naive()],
  ['seasonalNaive', seasonalNaive({ seasonLength: 3 })],
  ['simpleExponentialSmoothing', simpleExponentialSmoothing()],
  ['holt', holt()],
  ['damped holt', holt({ damped: true })],
  ['holtWinters', holtWinters({ seasonLength: 3 })],
  ['ets', ets({ trend: 'none', seasonLength: 4 })],
  ['multiplicative ets', ets({ season: 'multiplicative', seasonLength: 4 })],
  ['theta', theta({ seasonLength: 3 })],
  ['dynamic theta', theta({ seasonLength: 3, kind: 'dynamic' })],
  ['autoEts', autoEts({ seasonLength: 3 })],
];

const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 2, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, NaN, 1e300, -1e300, 5e-324, 1e-310) },
  { weight: 1, arbitrary: fc.double() }, // anything, infinities too
);
const series = fc.array(value, { maxLength: 24 });

describe.each(forecasters)('%s, whatever short series it gets', (_, forecaster) => {
  it('answers with finite numbers or a typed error, and is the same after JSON', () => {
    fc.assert(
      fc.property(
        series,
        fc.array(value, { maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (values, news, horizon) => {
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
            expect(fittedFromJSON(JSON.stringify(fitted)).forecast(horizon)).toEqual({ mean, intervals });
          } catch (error) {
            if (!MlError.isInstance(error)) throw error;
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
