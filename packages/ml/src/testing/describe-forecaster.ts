import { NovaError } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import type { FittedForecaster, Forecaster } from '../forecast/contract.ts';
import { sampleSeries, thrownBy } from './sample-series.ts';

/** What the suite needs to know about a forecaster. */
export interface DescribeForecasterOptions {
  /** Brings a saved model back, as `fittedFromJSON` does for the models of this package. */
  readonly fromJSON: (saved: unknown) => FittedForecaster;
  /** The season of the series that the suite makes. @default 12 */
  readonly seasonLength?: number | undefined;
}

const hostileSeries: readonly (readonly [string, readonly number[]])[] = [
  ['zeros', Array.from({ length: 60 }, () => 0)],
  ['a constant', Array.from({ length: 60 }, () => 7.25)],
  ['huge values', Array.from({ length: 60 }, (_, i) => (i % 5) * 1e299)],
  ['denormal values', Array.from({ length: 60 }, (_, i) => (i % 5) * Number.MIN_VALUE)],
  ['one spike', Array.from({ length: 60 }, (_, i) => (i === 30 ? 1e12 : 1))],
  ['one value', [3]],
  ['two values', [3, 4]],
  ['three values', [3, 4, 3]],
  ['only missing values', Array.from({ length: 60 }, () => NaN)],
  ['nothing', []],
];

const badHorizons = [0, -1, 1.5, NaN, Infinity, 1e9];
const badLevels = [0, 1, -0.1, 1.1, NaN, 95];

/**
 * Checks that a forecaster keeps the contract of {@link Forecaster}: whatever it is given, it answers with finite
 * numbers or a typed error, and what it saves comes back the same to the last bit. Call it at the top of a vitest file.
 * How long it takes is left to {@link describeForecasterSpeed}.
 *
 * @param name - Shown in the test report.
 * @param make - Makes a forecaster; called for every test.
 * @param options - How to bring a saved model back.
 */
export function describeForecaster(name: string, make: () => Forecaster, options: DescribeForecasterOptions): void {
  const { fromJSON, seasonLength = 12 } = options;
  const series = sampleSeries(seasonLength * 8, seasonLength);
  const fit = (values: ArrayLike<number> = series): FittedForecaster => make().fit(values);
  const typedError = (run: () => unknown): unknown => {
    const error = thrownBy(run);
    expect(NovaError.isInstance(error), String(error)).toBe(true);
    return error;
  };

  describe(`${name} keeps the forecaster contract`, () => {
    it('has a name and describes what it learned', () => {
      const description = fit().describe();
      expect(make().name).not.toBe('');
      expect(description.name).not.toBe('');
      expect(description.observations).toBe(series.length);
      expect(description.rmse).toBeGreaterThan(0);
    });

    it('leaves its input alone and gives the same answer every time', () => {
      const input = series.slice();
      const forecaster = make();
      const first = forecaster.fit(input).forecast(24);
      expect(input).toEqual(series);
      expect(forecaster.fit(input).forecast(24)).toEqual(first);
    });

    it('splits every training value into fitted value and residual', () => {
      const { fittedValues, residuals } = fit();
      expect(fittedValues).toHaveLength(series.length);
      expect(residuals).toHaveLength(series.length);
      const split = series.map((value, i) => value - (fittedValues[i] as number) - (residuals[i] as number));
      for (const rest of split) if (!Number.isNaN(rest)) expect(Math.abs(rest)).toBeLessThan(1e-9);
    });

    it('forecasts means inside intervals that lie inside one another', () => {
      const { mean, intervals } = fit().forecast(30, { levels: [0.5, 0.9, 0.99] });
      expect(intervals.map((interval) => interval.level)).toEqual([0.5, 0.9, 0.99]);
      const bounds = [mean, ...intervals.map((interval) => interval.upper)];
      const lowerBounds = [mean, ...intervals.map((interval) => interval.lower)];
      for (let step = 0; step < 30; step++) {
        const above = bounds.map((bound) => bound[step] as number);
        const below = lowerBounds.map((bound) => bound[step] as number);
        expect(above).toEqual(above.toSorted((a, b) => a - b));
        expect(below).toEqual(below.toSorted((a, b) => b - a));
      }
    });

    it('gives 80 % and 95 % intervals when none are asked for, and none for an empty list', () => {
      expect(
        fit()
          .forecast(1)
          .intervals.map((interval) => interval.level),
      ).toEqual([0.8, 0.95]);
      expect(fit().forecast(1, { levels: [] }).intervals).toEqual([]);
    });

    it('keeps means and intervals within the limits given', () => {
      const { mean, intervals } = fit().forecast(50, { minimum: 45, maximum: 55 });
      for (const bound of [mean, ...intervals.flatMap(({ lower, upper }) => [lower, upper])]) {
        expect(Math.min(...bound)).toBeGreaterThanOrEqual(45);
        expect(Math.max(...bound)).toBeLessThanOrEqual(55);
      }
    });

    it('starts a longer forecast like a shorter one', () => {
      const fitted = fit();
      expect(fitted.forecast(40).mean.subarray(0, 7)).toEqual(fitted.forecast(7).mean);
    });

    it.each(badHorizons)('refuses a horizon of %d', (horizon) => {
      expect(typedError(() => fit().forecast(horizon))).toMatchObject({ kind: 'invalid' });
    });

    it.each([null, 7, 'a'])('refuses %j in place of options', (options) => {
      expect(typedError(() => fit().forecast(3, options as never))).toMatchObject({ kind: 'invalid' });
      expect(typedError(() => make().fit(series, options as never))).toMatchObject({ kind: 'invalid' });
    });

    it.each(badLevels)('refuses a level of %d', (level) => {
      expect(typedError(() => fit().forecast(3, { levels: [level] }))).toMatchObject({ kind: 'invalid' });
    });

    it('draws futures that lie in its intervals as often as those say, the same for a seed', () => {
      const fitted = fit();
      const before = fitted.forecast(12, { levels: [0.8] });
      const futures = fitted.simulate(12, { paths: 500, seed: 3 });
      expect(futures).toHaveLength(500);
      expect(futures.every((path) => path.length === 12 && path.every(Number.isFinite))).toBe(true);
      for (const step of [0, 11]) {
        const [low, high] = [before.intervals[0]?.lower[step], before.intervals[0]?.upper[step]] as [number, number];
        const room = 1e-9 * Math.abs(high - low);
        const inside = futures.filter((path) => {
          const value = path[step] as number;
          return value >= low - room && value <= high + room;
        });
        expect(inside.length / 500).toBeGreaterThan(0.7);
        expect(inside.length / 500).toBeLessThan(0.9);
      }
      expect(fitted.simulate(12, { paths: 500, seed: 3 })).toEqual(futures);
      expect(fitted.simulate(12, { paths: 500, seed: 4 })).not.toEqual(futures);
      expect(fitted.forecast(12, { levels: [0.8] })).toEqual(before);
    });

    it.each([
      [0, {}],
      [3, { paths: 0 }],
      [3, { seed: -1 }],
      [1_000_000, { paths: 51 }],
    ])('refuses futures of %d steps and %j', (horizon, wanted) => {
      expect(typedError(() => fit().simulate(horizon, wanted))).toMatchObject({ kind: 'invalid' });
    });

    it('bears missing values', () => {
      const gappy = series.map((value, i) => (i % 7 === 3 || (i > 40 && i < 50) ? NaN : value));
      const fitted = fit(gappy);
      expect(fitted.forecast(24).mean.every(Number.isFinite)).toBe(true);
      fitted.update([NaN, 50, NaN]);
      expect(fitted.forecast(24).mean.every(Number.isFinite)).toBe(true);
      for (const [i, value] of gappy.entries()) if (Number.isNaN(value)) expect(fitted.residuals[i]).toBeNaN();
    });

    it.each([Infinity, -Infinity, 1e301, 'a', null, undefined])('refuses %s as a value', (value) => {
      const broken = [...series.subarray(0, 30), value as number];
      expect(typedError(() => fit(broken))).toMatchObject({ kind: 'invalid', details: { index: 30 } });
      const fitted = fit();
      const before = fitted.forecast(5);
      expect(typedError(() => fitted.update([60, value as number]))).toMatchObject({ kind: 'invalid' });
      expect(fitted.forecast(5)).toEqual(before);
    });

    it.each([7, 'a', null, undefined, {}, { length: 2 ** 40 }])('refuses %j in place of values', (values) => {
      const broken = values as ArrayLike<number>;
      expect(typedError(() => make().fit(broken))).toMatchObject({ kind: 'invalid' });
      const fitted = fit();
      const before = JSON.stringify(fitted);
      expect(typedError(() => fitted.update(broken))).toMatchObject({ kind: 'invalid' });
      expect(JSON.stringify(fitted)).toBe(before);
    });

    it.each(hostileSeries)('answers %s with finite numbers or a typed error', (_, values) => {
      const error = thrownBy(() => {
        const fitted = fit(values);
        const { rmse, sigma } = fitted.describe();
        expect([rmse, sigma].every((size) => Number.isFinite(size) && size >= 0)).toBe(true);
        const { mean, intervals } = fitted.forecast(100);
        for (const bound of [mean, ...intervals.flatMap(({ lower, upper }) => [lower, upper])]) {
          expect(bound.every(Number.isFinite)).toBe(true);
        }
      });
      expect(error === undefined || NovaError.isInstance(error), String(error)).toBe(true);
    });

    it('moves on by an update, in any portions, and leaves a clone behind', () => {
      const fitted = fit();
      const clone = fitted.clone();
      const before = clone.forecast(10);
      const news = sampleSeries(20, seasonLength, 11);
      fitted.update(news);
      expect(clone.forecast(10)).toEqual(before);
      for (const value of news) clone.update([value]);
      expect(clone.forecast(10)).toEqual(fitted.forecast(10));
      expect(fitted.forecast(10)).not.toEqual(before);
    });

    it('is the same to the last bit after a way through JSON text', () => {
      const fitted = fit();
      fitted.update([51, NaN, 49]);
      const text = JSON.stringify(fitted);
      const restored = fromJSON(JSON.parse(text));
      expect(JSON.stringify(restored)).toBe(text);
      expect(restored.describe()).toEqual(fitted.describe());
      expect(restored.fittedValues).toEqual(fitted.fittedValues);
      expect(restored.residuals).toEqual(fitted.residuals);
      expect(restored.forecast(30)).toEqual(fitted.forecast(30));
      restored.update([70, 20]);
      fitted.update([70, 20]);
      expect(restored.forecast(30)).toEqual(fitted.forecast(30));
    });

    it('refuses saved JSON when any field is gone or is something else', () => {
      const saved = { ...fit().toJSON() } as Record<string, unknown>;
      for (const field of Object.keys(saved)) {
        if (saved[field] === undefined) continue;
        const { [field]: _, ...without } = saved;
        typedError(() => fromJSON(without));
        for (const wrong of [null, {}, '!', []]) typedError(() => fromJSON({ ...saved, [field]: wrong }));
      }
    });

    it('answers with finite numbers or a typed error when a saved number was tampered with', () => {
      const saved = { ...fit().toJSON() } as Record<string, unknown>;
      for (const field of Object.keys(saved).filter((key) => typeof saved[key] === 'number')) {
        for (const wrong of [-1.5, 0, 1e308]) {
          const error = thrownBy(() => {
            const { mean } = fromJSON({ ...saved, [field]: wrong }).forecast(10);
            expect(mean.every(Number.isFinite)).toBe(true);
          });
          expect(error === undefined || NovaError.isInstance(error), String(error)).toBe(true);
        }
      }
    });

    it('stops when its time is up or its signal has fired', () => {
      expect(typedError(() => make().fit(series, { signal: AbortSignal.abort() }))).toMatchObject({ kind: 'aborted' });
      expect(typedError(() => make().fit(series, { timeoutMs: -1 }))).toMatchObject({ kind: 'invalid' });
    });
  });
}
