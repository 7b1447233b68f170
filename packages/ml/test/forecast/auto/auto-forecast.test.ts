import { seededRandom } from '@novacron/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autoForecast, coverage, fittedFromJSON, mae, MlError, seasonalNaive } from '@novacron/ml';
import { decodeFloats } from '../../../src/json/floats.ts';
import { at } from '../../at.ts';
import { classic, readFixture } from '../../fixtures/read-fixture.ts';
import { expectFinite } from './expect-finite.ts';

const hourly = readFixture<{ values: readonly number[] }>('azure-vm-hourly.json').values;

describe('autoForecast', () => {
  it('forecasts AirPassengers better than the season before', () => {
    const training = classic.AirPassengers.slice(0, 120);
    const actual = classic.AirPassengers.slice(120);
    const forecast = autoForecast(training, { horizon: 24, levels: [0.95] });
    expect(forecast.seasonLength).toBe(12);
    const naiveError = mae(actual, seasonalNaive({ seasonLength: 12 }).fit(training).forecast(24).mean);
    expect(mae(actual, forecast.mean)).toBeLessThan(0.8 * naiveError);
    // The errors of one series move together, so that this is one draw and not 24.
    expect(coverage(actual, at(forecast.intervals, 0))).toBeGreaterThan(0.85);
  });

  it('forecasts two days of a real machine about as well as the day before', () => {
    const forecast = autoForecast(hourly.slice(0, -48), { horizon: 48, minimum: 0, maximum: 100 });
    const naiveMean = seasonalNaive({ seasonLength: 24 }).fit(hourly.slice(0, -48)).forecast(48).mean;
    expect(mae(hourly.slice(-48), forecast.mean)).toBeLessThan(1.15 * mae(hourly.slice(-48), naiveMean));
    expect(Math.min(...at(forecast.intervals, 1).lower)).toBeGreaterThanOrEqual(0);
  });

  it('goes on growing with a load of hours, and says how sure that is', () => {
    const random = seededRandom(9);
    const values = Array.from(
      { length: 768 },
      (_, hour) => 500 + 2 * hour + 10 * Math.sin((hour * Math.PI) / 12) + 6 * random(),
    );
    for (const length of [480, 520, 600]) {
      const actual = values.slice(length, length + 168);
      const forecast = autoForecast(values.slice(0, length), { horizon: 168, seasonLength: 24, levels: [0.95] });
      expect(mae(actual, forecast.mean)).toBeLessThan(10); // while it grows by 336
      expect(coverage(actual, at(forecast.intervals, 0))).toBeGreaterThan(0.9);
    }
  });

  it('reaches further up than down with loads near 0, and as far where values may be negative', () => {
    const random = seededRandom(3);
    const loads = Array.from({ length: 80 }, () => 2 - 2 * Math.log(1 - random()));
    const halves = (values: readonly number[]): { up: number; down: number } => {
      const { mean, intervals } = autoForecast(values, { horizon: 6, seasonLength: 1, levels: [0.95] });
      const { lower, upper } = at(intervals, 0);
      return { up: at(upper, 5) - at(mean, 5), down: at(mean, 5) - at(lower, 5) };
    };
    const load = halves(loads);
    expect(load.up).toBeGreaterThan(1.3 * load.down);
    const level = halves(loads.map((value) => value - 3));
    expect(level.up / level.down).toBeCloseTo(1, 6);
    const far = halves(loads.map((value) => value + 1_000));
    expect(far.up / far.down).toBeCloseTo(1, 1);
  });

  it('holds about as much of what comes as it says, over many series', () => {
    let held = 0;
    const count = 60;
    for (let seed = 1; seed <= count; seed++) {
      const random = seededRandom(seed);
      const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      let level = 100;
      const walk = Array.from({ length: 72 }, () => (level += normal()));
      const { intervals } = autoForecast(walk.slice(0, 60), { horizon: 12, seasonLength: 1, levels: [0.95] });
      held += coverage(walk.slice(60), at(intervals, 0)) / count;
    }
    expect(held).toBeGreaterThan(0.9);
    expect(held).toBeLessThan(0.995);
  });

  it('learns how wrong it is from three origins, the latest half a horizon before the end', () => {
    const { fitted, validation } = autoForecast(classic.AirPassengers, { horizon: 12, seasonLength: 12 });
    const { conformal } = fitted.toJSON() as unknown as { conformal: { ratios: string } };
    expect(decodeFloats(conformal.ratios, 'ratios')).toHaveLength(12 + 12 + 6);
    expect(validation.origins).toBe(2);
  });

  it('is the same in any unit', () => {
    const plain = autoForecast(hourly, { horizon: 24, seasonLength: 24 });
    for (const unit of [1.4, 1e-6, 3e9]) {
      const { mean } = autoForecast(
        hourly.map((value) => value * unit),
        { horizon: 24, seasonLength: 24 },
      );
      for (let step = 0; step < 24; step++) expect(at(mean, step) / unit / at(plain.mean, step)).toBeCloseTo(1, 6);
    }
  });

  it('takes values at any times, says when its steps are, and moves on', () => {
    const hour = 3_600_000;
    const start = Date.UTC(2026, 0, 5);
    const times = hourly.map((_, i) => start + i * hour + ((i * 7_919) % 20_000));
    const forecast = autoForecast(hourly, { horizon: 24, times, minimum: 0, maximum: 100 });
    const plain = autoForecast(hourly, { horizon: 24, minimum: 0, maximum: 100 });
    expect(forecast.mean).toEqual(plain.mean);
    expect(forecast.members).toEqual(plain.members);
    expect(forecast.explanation).toBe(plain.explanation);
    expect(forecast.times).toHaveLength(24);
    expect(Math.abs(at(forecast.times, 0) - (start + hourly.length * hour))).toBeLessThan(20_000);
    forecast.fitted.update([30], { times: [at(forecast.times, 0) + 5_000] });
    plain.fitted.update([30]);
    expect(forecast.fitted.forecast(3).mean).toEqual(plain.fitted.forecast(3).mean);
    expect(() => autoForecast(hourly, { horizon: 24, times: times.toReversed() })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID' }),
    );
  });

  it('says in words and numbers what it did', () => {
    const { members, validation, explanation } = autoForecast(classic.AirPassengers, { horizon: 12, seasonLength: 12 });
    expect(members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
    expect(members.map(({ weight }) => weight)).toEqual(members.map(({ weight }) => weight).sort((a, b) => b - a));
    expect(members.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['seasonal naive', 'theta', 'ETS', 'MSTL with ETS']),
    );
    expect(validation).toMatchObject({ origins: 2, horizon: 12, gated: false });
    expect(validation.error).toBeLessThan(validation.benchmarkError);
    expect(explanation).toContain('a season of 12 steps');
    expect(explanation).toContain(at(members, 0).name);
  });

  it('takes the seasonal naive method alone where nothing beats it', () => {
    // Two levels that alternate in blocks of a day: averages and trends are all wrong.
    const random = seededRandom(8);
    const day = Array.from({ length: 24 }, () => (random() < 0.5 ? 1 : 9));
    const values = Array.from({ length: 24 * 12 }, (_, hour) => at(day, hour % 24));
    const { validation, mean, explanation } = autoForecast(values, { horizon: 24, seasonLength: 24 });
    expect([...mean].map((value) => Math.round(value * 1e6) / 1e6)).toEqual(day);
    expect(validation.error).toBeLessThan(1e-6);
    expect(explanation).toContain('seasonal naive');
  });

  it('does not see the values that it validates on', () => {
    const quiet = Array.from({ length: 200 }, (_, i) => 10 + ((i * 7919) % 13) / 10);
    const shocked = quiet.map((value, i) => (i >= 190 ? value + 100 : value));
    const { validation } = autoForecast(shocked, { horizon: 12, seasonLength: 1 });
    expect(validation.error).toBeGreaterThan(50);
  });

  it('keeps loads above 0 and ratios between 0 and 1 when asked to', () => {
    const falling = Array.from({ length: 60 }, (_, i) => 0.6 - i / 100 + (i % 3) / 50);
    const lowest = (options: object): number =>
      Math.min(...at(autoForecast(falling, { horizon: 40, seasonLength: 1, ...options }).intervals, 1).lower);
    expect(lowest({})).toBeLessThan(0);
    expect(lowest({ nonNegative: true })).toBe(0);
    const ratio = autoForecast(falling, { horizon: 40, seasonLength: 1, ratio: true });
    expect(Math.max(...at(ratio.intervals, 1).upper)).toBeLessThanOrEqual(1);
    expect(() => autoForecast(falling, { horizon: 3, ratio: true, minimum: 2 })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID' }),
    );
  });

  it('moves on with new values as well as a new fit would', () => {
    const { fitted } = autoForecast(hourly.slice(0, -96), { horizon: 48, seasonLength: 24 });
    fitted.update(hourly.slice(-96, -48));
    const afresh = autoForecast(hourly.slice(0, -48), { horizon: 48, seasonLength: 24 });
    const actual = hourly.slice(-48);
    expect(mae(actual, fitted.forecast(48).mean)).toBeLessThan(1.5 * mae(actual, afresh.mean));
    const elsewhere = fittedFromJSON(JSON.stringify(fitted));
    expect(elsewhere.forecast(48)).toEqual(fitted.forecast(48));
  });

  it('widens its intervals when updates keep missing them', () => {
    const { fitted } = autoForecast(classic.AirPassengers, { horizon: 12, seasonLength: 12 });
    const width = (): number => {
      const { lower, upper } = at(fitted.forecast(1).intervals, 1);
      return at(upper, 0) - at(lower, 0);
    };
    const before = width();
    for (let i = 0; i < 10; i++) fitted.update([i % 2 === 0 ? 100 : 900]);
    expect(width()).toBeGreaterThan(1.3 * before);
  });

  it('gives the same answer every time and leaves its input alone', () => {
    const input = Float64Array.from(hourly);
    const options = { horizon: 48, seasonLength: 24 };
    expect(autoForecast(input, options)).toEqual(autoForecast(input, options));
    expect([...input]).toEqual([...hourly]);
  });

  it('does not depend on the unit of the series', () => {
    const options = { horizon: 12, seasonLength: 12 };
    const plain = autoForecast(classic.AirPassengers, options).mean;
    const scaled = autoForecast(
      classic.AirPassengers.map((value) => value * 2 ** 500),
      options,
    ).mean;
    for (const [i, value] of scaled.entries()) expect(value / 2 ** 500).toBeCloseTo(at(plain, i), 9);
  });

  it('bears gaps, also at both ends', () => {
    const gappy = hourly.map((value, i) => (i < 10 || i % 13 === 5 || (i > 200 && i < 240) || i > 660 ? NaN : value));
    const forecast = autoForecast(gappy, { horizon: 24, minimum: 0 });
    expectFinite(forecast);
    expect(forecast.seasonLength).toBe(24);
  });

  it('repeats a constant with no doubt, and one value with some', () => {
    const { mean, intervals } = autoForecast(
      Array.from({ length: 50 }, () => 7),
      { horizon: 3 },
    );
    expect([...mean]).toEqual([7, 7, 7]);
    expect(at(at(intervals, 1).upper, 2)).toBeCloseTo(7, 6);
    expect(at(at(autoForecast([7], { horizon: 1 }).intervals, 0).upper, 0)).toBeGreaterThan(7);
  });

  it.each([
    [{ horizon: 0 }, 'NOVA_ML_INVALID'],
    [{ horizon: 1_000_001 }, 'NOVA_ML_INVALID'],
    [{ horizon: 2.5 }, 'NOVA_ML_INVALID'],
    [{ horizon: 3, levels: [95] }, 'NOVA_ML_INVALID'],
    [{ horizon: 3, levels: [NaN] }, 'NOVA_ML_INVALID'],
    [{ horizon: 3, seasonLength: 0 }, 'NOVA_ML_INVALID'],
    [{ horizon: 3, minimum: 5, maximum: 4 }, 'NOVA_ML_INVALID'],
    [{ horizon: 3, signal: AbortSignal.abort() }, 'NOVA_ML_ABORTED'],
  ])('refuses %j with %s', (options, code) => {
    expect(() => autoForecast(hourly, options)).toThrow(expect.objectContaining({ code }));
  });

  it('says that nothing is too short, and where a value is infinite', () => {
    for (const nothing of [[], [NaN, NaN]]) {
      expect(() => autoForecast(nothing, { horizon: 3 })).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }),
      );
    }
    expect(() => autoForecast([1, Infinity], { horizon: 3 })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID', details: { index: 1 } }),
    );
  });

  it('combines what it has tried when its time is up, and says so', () => {
    const within = (timeoutMs: number) => {
      let now = 0;
      const clock = { now: () => now, monotonic: () => (now += 1), sleep: () => Promise.resolve() };
      const forecast = autoForecast(hourly, { horizon: 24, seasonLength: 24, timeoutMs, clock });
      expect(now).toBeLessThan(timeoutMs + 10);
      return forecast;
    };
    const atOnce = within(0);
    expect(atOnce.members.map(({ name, weight }) => [name, weight])).toEqual([['seasonal naive', 1]]);
    expect(atOnce.validation).toMatchObject({ origins: 2, cutShort: true });
    expect(atOnce.validation.error).toBeGreaterThan(0);
    expect(atOnce.explanation).toMatch(/The time was up before all methods had been tried\.$/);
    expectFinite(atOnce);
    const some = within(60);
    const whole = autoForecast(hourly, { horizon: 24, seasonLength: 24 });
    expect(some.members.length).toBeGreaterThan(1);
    expect(some.members.length).toBeLessThan(whole.members.length);
    expect(some.validation.error).toBeLessThanOrEqual(some.validation.benchmarkError);
    expect(whole.validation.cutShort).toBe(false);
    const restored = fittedFromJSON(JSON.stringify(some.fitted)) as typeof some.fitted;
    expect(restored.explanation).toBe(some.explanation);
  });

  it('throws when its signal fires in the middle', () => {
    const stop = new AbortController();
    let asked = 0;
    const clock = {
      now: () => 0,
      monotonic: () => {
        if (++asked === 30) stop.abort();
        return 0;
      },
      sleep: () => Promise.resolve(),
    };
    const options = { horizon: 24, seasonLength: 24, timeoutMs: 1e9, clock, signal: stop.signal };
    expect(() => autoForecast(hourly, options)).toThrow(expect.objectContaining({ code: 'NOVA_ML_ABORTED' }));
  });

  it('answers any short series with finite numbers or a typed error', () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
      { weight: 2, arbitrary: fc.integer({ min: -3, max: 3 }) },
      { weight: 1, arbitrary: fc.constantFrom(0, -0, NaN, 1e300, -1e300, 5e-324, 1e-310) },
      { weight: 1, arbitrary: fc.double() },
    );
    const season = fc.constantFrom<number | 'detect'>(1, 2, 3, 12, 24, 'detect');
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 40 }),
        season,
        fc.integer({ min: 1, max: 30 }),
        (values, seasonLength, horizon) => {
          try {
            expectFinite(autoForecast(values, { horizon, seasonLength }));
          } catch (error) {
            if (!MlError.isInstance(error)) throw error;
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
