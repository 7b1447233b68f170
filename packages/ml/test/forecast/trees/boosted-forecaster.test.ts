import { describe, expect, it } from 'vitest';
import {
  boostedForecaster,
  coverage,
  fittedFromJSON,
  mae,
  PooledBoosting,
  pooledBoosting,
  seasonalNaive,
  theta,
} from '@novacron/ml';
import { at } from '../../at.ts';
import { readFixture } from '../../fixtures/read-fixture.ts';

const hourly = readFixture<{ values: readonly number[] }>('azure-vm-hourly.json').values;
const hour = 3_600_000;
const monday = Date.UTC(2026, 0, 5);

/** Busy in office hours of weekdays; twice as busy after a busy hour. */
function office(hours: number, size = 1): number[] {
  return Array.from({ length: hours }, (_, i) => {
    const open = i % 24 >= 9 && i % 24 < 17 && Math.floor(i / 24) % 7 < 5;
    return size * ((open ? 80 : 20) + ((i * 7919) % 13) / 2);
  });
}

describe('boostedForecaster', () => {
  it('learns weekends from the calendar, which a season of a day can not know', () => {
    const values = office(24 * 33); // the next day is a Saturday
    const training = values.slice(0, 24 * 32);
    const actual = office(24 * 35).slice(24 * 32, 24 * 35);
    const calendar = { startMs: monday, stepMs: hour, timeZone: 'UTC' };
    const fitted = boostedForecaster({ seasonLength: 24, calendar }).fit(training);
    const error = mae(actual, fitted.forecast(72).mean);
    expect(error).toBeLessThan(0.5 * mae(actual, seasonalNaive({ seasonLength: 24 }).fit(training).forecast(72).mean));
    const { parameters } = fitted.describe();
    expect(at(parameters, 'importance.weekday') + at(parameters, 'importance.weekend')).toBeGreaterThan(0.05);
    const shares = Object.keys(parameters).filter((name) => name.startsWith('importance.'));
    expect(shares.reduce((sum, name) => sum + at(parameters, name), 0)).toBeCloseTo(1, 9);
  });

  it('forecasts two days of a real machine about as well as the best simple method', () => {
    const training = hourly.slice(0, -48);
    const actual = hourly.slice(-48);
    const { mean } = boostedForecaster({ seasonLength: 24 }).fit(training).forecast(48);
    const simple = [seasonalNaive({ seasonLength: 24 }), theta({ seasonLength: 24 })].map((forecaster) =>
      mae(actual, forecaster.fit(training).forecast(48).mean),
    );
    expect(mae(actual, mean)).toBeLessThan(1.3 * Math.min(...simple));
  });

  it('has intervals that grow, and hold held-out values about as often as they say', () => {
    const noisy = Array.from(
      { length: 600 },
      (_, i) => 50 + 20 * Math.sin((i * Math.PI) / 6) + ((i * 7919) % 101) / 10,
    );
    let held = 0;
    let count = 0;
    for (let origin = 400; origin < 580; origin += 20) {
      const { intervals } = boostedForecaster({ seasonLength: 12, trees: 50 })
        .fit(noisy.slice(0, origin))
        .forecast(12, { levels: [0.8] });
      held += coverage(noisy.slice(origin, origin + 12), at(intervals, 0)) * 12;
      count += 12;
    }
    expect(held / count).toBeGreaterThan(0.7);
    expect(held / count).toBeLessThan(0.98);
  });

  it('repeats its last season far ahead', () => {
    const { mean } = boostedForecaster({ seasonLength: 24, trees: 10 })
      .fit(office(24 * 10))
      .forecast(2_100, { levels: [] });
    expect(mean.subarray(2_024, 2_048)).toEqual(mean.subarray(2_000, 2_024));
  });

  it('refuses what is no option, and too short a series', () => {
    const fit =
      (options: object, values: readonly number[] = office(100)) =>
      () =>
        boostedForecaster(options).fit(values);
    expect(fit({ lags: [] })).toThrow('lags');
    expect(fit({ lags: [1, 1] })).toThrow('different');
    expect(fit({ calendar: { startMs: NaN, stepMs: 1 } })).toThrow('calendar');
    expect(fit({ calendar: { startMs: 0, stepMs: 1, timeZone: 'Mars' } })).toThrow('Mars');
    expect(fit({ seasonLength: 24 }, office(55))).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
    expect(fit({ trees: 0 })).toThrow('trees');
  });

  it('refuses options before there is a series', () => {
    for (const options of [
      { lags: [] },
      { trees: 0 },
      { loss: 'none' },
      { calendar: { startMs: 0, stepMs: 1, timeZone: 'Mars' } },
    ]) {
      expect(() => boostedForecaster(options as never)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
  });
});

describe('pooledBoosting', () => {
  const fleet = [1, 4, 20].map((size) => office(24 * 14, size));
  const pooled = pooledBoosting(fleet, { seasonLength: 24, calendar: { startMs: monday, stepMs: hour }, trees: 60 });

  it('forecasts a machine that it has never seen, of any size', () => {
    const values = office(24 * 12, 100);
    const actual = office(24 * 14, 100).slice(24 * 12);
    const { mean } = pooled.forecaster().fit(values).forecast(48);
    expect(mae(actual, mean)).toBeLessThan(
      0.25 * mae(actual, seasonalNaive({ seasonLength: 24 }).fit(values).forecast(48).mean),
    );
  });

  it('says what counts, the largest first', () => {
    const shares = pooled.importance.map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(pooled.importance.map(({ feature }) => feature)).toEqual(
      expect.arrayContaining(['lag1', 'phase', 'weekday']),
    );
  });

  it('comes back from JSON, as does what it fits', () => {
    const back = PooledBoosting.fromJSON(JSON.stringify(pooled));
    const values = office(24 * 9, 3);
    expect(back.forecaster().fit(values).forecast(30)).toEqual(pooled.forecaster().fit(values).forecast(30));
    const fitted = pooled.forecaster().fit(values);
    fitted.update([60, 61]);
    expect(fittedFromJSON(JSON.stringify(fitted)).forecast(30)).toEqual(fitted.forecast(30));
    expect(() => PooledBoosting.fromJSON({ ...pooled.toJSON(), model: 'other' })).toThrow('another model');
    expect(() => PooledBoosting.fromJSON({ ...pooled.toJSON(), shape: { lags: 'x' } })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }),
    );
  });

  it('keeps to the time budget of a fit, however long the series', () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => (now += 1), sleep: () => Promise.resolve() };
    const fit = () => pooled.forecaster().fit(office(24 * 300), { clock, timeoutMs: 500 });
    expect(fit).toThrow(expect.objectContaining({ code: 'NOVA_ML_TIMEOUT' }));
    expect(now).toBeLessThan(510);
  });

  it('leaves out series that are too short, and stops when told to', () => {
    expect(() => pooledBoosting([[1, 2, 3], []])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
    expect(() => pooledBoosting(fleet, { signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_ABORTED' }),
    );
  });
});
