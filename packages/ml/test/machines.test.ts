import { describe, expect, it } from 'vitest';
import { coverage, fittedFromJSON, holtWinters, seasonalNaive, seasonalResidual, wape } from '@novacron/ml';
import { at } from './at.ts';
import { readFixture } from './fixtures/read-fixture.ts';

/** CPU utilisation of a real machine in percent, 667 hours. */
const hourly = readFixture<{ values: readonly number[] }>('azure-vm-hourly.json').values;
const training = hourly.slice(0, -48);
const actual = hourly.slice(-48);

describe('on a real machine', () => {
  it('forecasts two days with an error below a quarter of the load', () => {
    const { mean } = seasonalNaive({ seasonLength: 24 }).fit(training).forecast(48);
    expect(wape(actual, mean)).toBeLessThan(0.25);
  });

  it('has intervals that hold about as much as they say, a step ahead', () => {
    const fitted = holtWinters({ seasonLength: 24 }).fit(training);
    const lower = new Float64Array(48);
    const upper = new Float64Array(48);
    for (const [i, value] of actual.entries()) {
      const [interval] = fitted.forecast(1, { levels: [0.95] }).intervals;
      lower[i] = at(interval?.lower ?? [], 0);
      upper[i] = at(interval?.upper ?? [], 0);
      fitted.update([value]);
    }
    expect(coverage(actual, { lower, upper })).toBeGreaterThan(0.85);
  });

  it('goes on elsewhere in the middle of the stream as if nothing had happened', () => {
    const here = holtWinters({ seasonLength: 24 }).fit(training.slice(0, 300));
    here.update(training.slice(300, 400));
    const there = fittedFromJSON(JSON.stringify(here));
    here.update(training.slice(400));
    there.update(training.slice(400));
    expect(there.forecast(48)).toEqual(here.forecast(48));
  });

  it('bears an outage: a day without readings', () => {
    const outage = training.map((value, hour) => (hour >= 300 && hour < 324 ? NaN : value));
    const { mean } = holtWinters({ seasonLength: 24 }).fit(outage).forecast(48, { minimum: 0, maximum: 100 });
    expect(mean.every((value) => value >= 0 && value <= 100)).toBe(true);
    expect(seasonalResidual({ seasonLength: 24 }).fit(outage).scores.filter(Number.isNaN)).toHaveLength(24);
  });

  it('notices a machine that has stopped working', () => {
    const fitted = seasonalResidual({ seasonLength: 24, minimumDeviation: 1 }).fit(training);
    const idle = Array.from({ length: 24 }, () => 0.1);
    expect(fitted.detect(idle).length).toBeGreaterThan(6);
  });
});
