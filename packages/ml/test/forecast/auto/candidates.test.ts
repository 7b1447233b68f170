import { describe, expect, it } from 'vitest';
import { autoForecast } from '@novacron/ml';
import { fillMissing } from '../../../src/decompose/fill-missing.ts';
import { fitBudget } from '../../../src/fit-budget.ts';
import { forecastCandidates } from '../../../src/forecast/auto/candidates.ts';
import { at } from '../../at.ts';
import { readFixture } from '../../fixtures/read-fixture.ts';

const hourly = readFixture<{ values: readonly number[] }>('azure-vm-hourly.json').values;
const origins = [hourly.length - 72, hourly.length - 48];
/** A gap before the first origin: filled from both sides, it would tell of the day after. */
const gappy = Float64Array.from(hourly, (value, i) =>
  i >= hourly.length - 90 && i < hourly.length - 73 ? NaN : value,
);

function pastsOf(values: Float64Array): Float64Array[] {
  return [...origins, values.length].map((origin) => fillMissing(values.subarray(0, origin), 24));
}

describe('forecastCandidates', () => {
  it('sees nothing of the future: with it replaced, every method forecasts the same from each origin', () => {
    const seen = forecastCandidates(pastsOf(gappy), 24, fitBudget()).candidates;
    expect(seen.map(({ name }) => name)).toEqual(expect.arrayContaining(['wide lag regression', 'dynamic theta']));
    for (const [o, origin] of origins.entries()) {
      const blind = gappy.map((value, i) => (i >= origin ? 40 : value));
      const unseen = forecastCandidates(pastsOf(blind), 24, fitBudget()).candidates;
      expect(unseen.map(({ name }) => name)).toEqual(seen.map(({ name }) => name));
      for (const [i, { fits }] of seen.entries()) {
        expect(at(unseen, i).fits[o]?.forecast(24).mean).toEqual(fits[o]?.forecast(24).mean);
      }
    }
  });

  it('forecasts from a later origin as a model would that is told what came until then', () => {
    const values = Float64Array.from(hourly);
    for (const { fits } of forecastCandidates(pastsOf(values), 24, fitBudget()).candidates) {
      const told = at(fits, 0).clone();
      told.update(values.subarray(at(origins, 0), at(origins, 1)));
      expect(at(fits, 1).forecast(24).mean).toEqual(told.forecast(24).mean);
      expect(at(fits, 1).forecast(24).mean).not.toEqual(at(fits, 0).forecast(24).mean);
    }
  });

  it('is the same with one array for all origins as with one for each', () => {
    const values = Float64Array.from(hourly);
    const shared = [...origins, values.length].map((origin) => values.subarray(0, origin));
    const own = shared.map((past) => past.slice());
    const means = (pasts: readonly Float64Array[]) =>
      forecastCandidates(pasts, 24, fitBudget()).candidates.map(({ name, fits }) => [
        name,
        fits.map((fitted) => fitted.forecast(24).mean),
      ]);
    expect(means(own)).toEqual(means(shared));
  });
});

describe('autoForecast', () => {
  it('judges itself without the values that it is judged by, also beside a gap', () => {
    // NaN from the second origin on: the values before the first origin are all that the first forecast may know.
    const before = gappy.slice(0, at(origins, 0));
    const { validation } = autoForecast(gappy, { horizon: 48, seasonLength: 24 });
    expect(validation.origins).toBe(2);
    expect(fillMissing(before, 24)).toEqual(pastsOf(gappy)[0]);
    expect(fillMissing(gappy, 24).subarray(0, before.length)).not.toEqual(pastsOf(gappy)[0]);
  });

  it('bears a past in which nothing was observed before an origin', () => {
    const late = Array.from({ length: 60 }, (_, i) => (i > 0 && i < 50 ? NaN : i));
    expect(autoForecast(late, { horizon: 12, seasonLength: 1 }).mean.every(Number.isFinite)).toBe(true);
  });
});
