import { describe, expect, it } from 'vitest';
import { autoEts, naive, rollingOrigin, seasonalNaive, theta, type ForecasterLike } from '@novacron/ml';
import { at } from '../at.ts';
import { classic } from '../fixtures/read-fixture.ts';

describe('rollingOrigin', () => {
  it('moves on by the horizon and ends where the series does', () => {
    const folds = rollingOrigin(naive(), [1, 2, 3, 4, 5, 6, 7, 8], { horizon: 2, origins: 3 });
    expect(folds.map(({ origin }) => origin)).toEqual([2, 4, 6]);
    expect(folds.map(({ actual }) => [...actual])).toEqual([
      [3, 4],
      [5, 6],
      [7, 8],
    ]);
    expect(folds.map(({ forecast }) => at(forecast.mean, 0))).toEqual([2, 4, 6]);
  });

  it('takes the step and the least training that it is told', () => {
    const options = { horizon: 3, origins: 9, step: 1, minimumTraining: 4 };
    const folds = rollingOrigin(naive(), [1, 2, 3, 4, 5, 6, 7, 8, 9], options);
    expect(folds.map(({ origin }) => origin)).toEqual([4, 5, 6]);
    expect(folds.map(({ training }) => training.length)).toEqual([4, 5, 6]);
  });

  it.each([
    ['seasonalNaive', seasonalNaive({ seasonLength: 12 })],
    ['theta', theta({ seasonLength: 12, kind: 'dynamic' })],
    ['autoEts', autoEts({ seasonLength: 12 })],
  ])('gives %s the same forecasts when the future is not there', (_, forecaster) => {
    const values = classic.AirPassengers.slice(0, 96);
    const options = { horizon: 6, origins: 3 };
    for (const { origin, forecast } of rollingOrigin(forecaster, values, options)) {
      const blind = values.map((value, i) => (i < origin ? value : NaN));
      const again = rollingOrigin(forecaster, blind, options).find((fold) => fold.origin === origin);
      expect(again?.forecast).toEqual(forecast);
    }
  });

  it('hands over a copy, so that a forecaster can neither look ahead nor spoil the series', () => {
    const seen: number[] = [];
    const spoiler: ForecasterLike = {
      fit(values) {
        seen.push(values.buffer.byteLength / 8);
        values.fill(-1);
        return naive().fit([1, 2]);
      },
    };
    const folds = rollingOrigin(spoiler, [1, 2, 3, 4, 5, 6], { horizon: 1, origins: 2 });
    expect(seen).toEqual([4, 5]);
    expect([...at(folds, 1).training]).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives all fits together the time that it has', () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => now, sleep: () => Promise.resolve() };
    const given: (number | undefined)[] = [];
    const slow: ForecasterLike = {
      fit(values, options) {
        given.push(options?.timeoutMs);
        now += 40;
        return naive().fit(values);
      },
    };
    const options = { horizon: 1, origins: 5, clock, timeoutMs: 100 };
    expect(() => rollingOrigin(slow, [1, 2, 3, 4, 5, 6, 7, 8], options)).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_TIMEOUT' }),
    );
    expect(given).toEqual([100, 60, 20]);
  });

  it('passes on what is asked of each forecast', () => {
    const [fold] = rollingOrigin(naive(), [1, 2, 1, 2], { horizon: 1, origins: 1, forecast: { levels: [0.5] } });
    expect(fold?.forecast.intervals.map(({ level }) => level)).toEqual([0.5]);
  });

  it.each([
    ['no room', [1, 2, 3], { horizon: 2 }, 'NOVA_ML_TOO_SHORT'],
    ['nothing', [], { horizon: 1 }, 'NOVA_ML_TOO_SHORT'],
    ['a horizon of 0', [1, 2, 3], { horizon: 0 }, 'NOVA_ML_INVALID'],
    ['a step of 0', [1, 2, 3], { horizon: 1, step: 0 }, 'NOVA_ML_INVALID'],
    ['no origin', [1, 2, 3], { horizon: 1, origins: 0 }, 'NOVA_ML_INVALID'],
    ['an infinite value', [1, Infinity, 3], { horizon: 1 }, 'NOVA_ML_INVALID'],
    ['a fired signal', [1, 2, 3], { horizon: 1, signal: AbortSignal.abort() }, 'NOVA_ML_ABORTED'],
  ])('refuses %s', (_, values, options, code) => {
    expect(() => rollingOrigin(naive(), values, options)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses what is no forecaster', () => {
    expect(() => rollingOrigin({} as ForecasterLike, [1, 2, 3], { horizon: 1 })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID' }),
    );
  });
});
