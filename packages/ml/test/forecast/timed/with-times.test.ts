import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  arima,
  bayesianStructural,
  drift,
  fittedFromJSON,
  naive,
  pooledLagRegression,
  structural,
  theta,
  timed,
  type Forecaster,
  type ForecasterWithTimes,
  type FittedTheta,
  type FittedTimed,
} from '@novacron/ml';
import { trainNeuralNetwork } from '@novacron/ml/neural';
import { sampleSeries } from '../../../src/testing/sample-series.ts';
import { at } from '../../at.ts';
import { forecasters } from '../forecasters.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 5);
const invalid: unknown = expect.objectContaining({ code: 'NOVA_ML_INVALID' });
const hours = (count: number, from: number = 0): number[] =>
  Array.from({ length: count }, (_, i) => start + (from + i) * hour);

const fleet = [1, 3, 9].map((size) => Array.from({ length: 60 }, (_, i) => size * (5 + (i % 3))));
const network = await trainNeuralNetwork(fleet, {
  seasonLength: 3,
  inputLength: 6,
  outputLength: 3,
  hidden: 4,
  epochs: 2,
});
const models: readonly (readonly [string, () => Forecaster, number?])[] = [
  ...forecasters,
  ['pooled lag regression', () => pooledLagRegression(fleet, { seasonLength: 3 }).forecaster()],
  ['neural network', () => network.forecaster()],
];
const all = models.map(([name, make, seasonLength = 12]): [string, () => ForecasterWithTimes, number] => [
  name,
  make as () => ForecasterWithTimes,
  seasonLength,
]);

describe.each(all)('%s, given times', (_, make, seasonLength) => {
  const series = sampleSeries(seasonLength * 8, seasonLength);
  const times = hours(series.length);

  it('forecasts as without them where they are regular, and says when', () => {
    const fitted = make().fit(series, { times });
    const plain = make().fit(series);
    const { mean, intervals, times: when } = fitted.forecast(5);
    expect({ mean, intervals }).toEqual(plain.forecast(5));
    expect([...when]).toEqual(hours(5, series.length));
    fitted.update([50, 60], { times: hours(2, series.length) });
    plain.update([50, 60]);
    expect(fitted.forecast(5).mean).toEqual(plain.forecast(5).mean);
    expect(fitted.forecast(1).times[0]).toBe(start + (series.length + 2) * hour);
    expect(fitted.model.describe()).toEqual(plain.describe());
  });

  it('counts steps without a value as missing', () => {
    const kept = times.map((_time, i) => i).filter((i) => i % 11 !== 3);
    const fitted = make().fit(
      kept.map((i) => at(series, i)),
      { times: kept.map((i) => at(times, i)) },
    );
    const plain = make().fit(series.map((value, i) => (i % 11 === 3 ? NaN : value)));
    expect(fitted.fittedValues).toEqual(plain.fittedValues);
    expect(fitted.forecast(3).mean).toEqual(plain.forecast(3).mean);
  });

  it('refuses times that do not rise', () => {
    const [first, second, ...rest] = times as [number, number, ...number[]];
    expect(() => make().fit(series, { times: [first, first, ...rest] })).toThrow(invalid);
    expect(() => make().fit(series, { times: [second, first, ...rest] })).toThrow(invalid);
    expect(() => make().fit(series, { times: [first, second] })).toThrow(invalid);
  });
});

describe('a fit with times', () => {
  it('comes back from JSON with its times', () => {
    const fitted = theta().fit([3, 1, 4, 1, 5], { times: hours(5) });
    expect(fittedFromJSON(JSON.stringify(fitted)).forecast(3)).toEqual(fitted.forecast(3));
  });

  it('has the type of its model, and that of the model without times', () => {
    const model = theta();
    expectTypeOf(model.fit([1, 2, 3], { times: hours(3) })).toEqualTypeOf<FittedTimed<FittedTheta>>();
    expectTypeOf(model.fit([1, 2, 3])).toEqualTypeOf<FittedTheta>();
    expectTypeOf(model).toExtend<Forecaster<FittedTheta>>();
    const components = structural({ trend: 'level' }).fit([1, 2, 3, 2, 3, 4, 3, 4, 5], { times: hours(9) });
    expect(components.model.describe().observations).toBe(9);
  });

  it('does not guess where the regressors of a missing step would be', () => {
    const values = Array.from({ length: 20 }, (_, i) => i + (i % 3));
    const regressors = [values.map((_, i) => i % 2)];
    const fits = [arima({ order: [1, 0, 0] }), bayesianStructural({ draws: 20 })];
    for (const model of fits) {
      expect(() => model.fit(values, { times: hours(20), regressors } as never)).toThrow(invalid);
    }
  });

  it('refuses what are no options', () => {
    for (const wrong of [null, 7, 'a']) expect(() => drift().fit([1, 2, 3], wrong as never)).toThrow(invalid);
  });

  it.each([null, 7, [], [NaN]])('refuses an update with times like %j', (times) => {
    const fitted = naive().fit([1, 2, 3], { times: hours(3) });
    expect(() => fitted.update([1], { times: times as never })).toThrow(invalid);
  });
});

describe('an update without times', () => {
  it('takes the steps that the forecast names, over both changes of the clock', () => {
    for (const change of [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)]) {
      const times = Array.from({ length: 30 }, (_, i) => change - (30 - i) * hour);
      const model = timed(naive(), { timeZone: 'Europe/Berlin', stepMs: hour });
      const ours = model.fit(times, { times });
      const theirs = model.fit(times, { times });
      for (let i = 0; i < 4; i++) {
        const next = ours.forecast(1).times;
        expect(at(next, 0)).toBe(change + i * hour);
        ours.update([i]);
        theirs.update([i], { times: next });
        expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
      }
      const atOnce = model.fit(times, { times });
      atOnce.update([0, 1, 2, 3]);
      expect(at(atOnce.forecast(1).times, 0)).toBe(change + 4 * hour);
    }
  });
});
