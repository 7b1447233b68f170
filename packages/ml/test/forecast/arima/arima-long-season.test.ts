import { describe, expect, it } from 'vitest';
import { arima, fittedFromJSON, type ArimaOptions } from '@novacron/ml';

const week: ArimaOptions = { order: [0, 0, 0], seasonal: [0, 1, 0], seasonLength: 2_016 };
const load = Float64Array.from({ length: 8_000 }, (_, i) => 50 + (i % 2_016) / 100 + ((i * 7) % 5) / 10);
load[5_000] = NaN;

describe('arima with a season that reaches back further than a covariance can', () => {
  it('takes a missing value as predicted when it goes on', () => {
    const fitted = arima(week).fit(load);
    const [expected] = fitted.forecast(1).mean;
    const clone = fitted.clone();
    fitted.update([NaN]);
    clone.update([expected as number]);
    expect(fitted.forecast(2_016)).toEqual(clone.forecast(2_016));
    expect(fittedFromJSON(JSON.stringify(fitted)).forecast(9)).toEqual(fitted.forecast(9));
  });

  it('bears missing values at the end', () => {
    const ending = Float64Array.from(load);
    ending.fill(NaN, 7_990);
    expect(arima(week).fit(ending).forecast(3).mean.every(Number.isFinite)).toBe(true);
  });

  it('bears a season of a year of minutes', () => {
    const seasonLength = 527_040;
    const year = Float64Array.from({ length: seasonLength + 50 }, (_, i) => 1 + ((i * 7) % 11));
    const fitted = arima({ order: [0, 0, 1], seasonal: [0, 1, 0], seasonLength }).fit(year.with(3, NaN));
    fitted.update([NaN, 4]);
    expect(fitted.forecast(3).mean.every(Number.isFinite)).toBe(true);
    expect(fitted.simulate(3, { paths: 2 })).toHaveLength(2);
  });
});
