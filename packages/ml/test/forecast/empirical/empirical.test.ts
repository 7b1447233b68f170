import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import {
  arima,
  ces,
  empirical,
  fittedFromJSON,
  historicalMean,
  holt,
  naive,
  seasonalNaive,
  simpleExponentialSmoothing,
  theta,
  type Forecaster,
} from '@novacron/ml';
import { describeForecaster } from '@novacron/ml/testing';
import { at } from '../../at.ts';

/** Noise that is never far below, and far above now and then. */
const exponential = (length: number, seed: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length }, () => 20 - 5 * Math.log(1 - random()));
};

describe('empirical', () => {
  it('gives skewed errors skewed intervals, which hold on either side what they say', () => {
    let [below, above] = [0, 0];
    const runs = 300;
    for (let seed = 0; seed < runs; seed++) {
      const values = exponential(121, seed);
      const fitted = empirical(historicalMean(), { paths: 500 }).fit(values.slice(0, 120));
      const [interval] = fitted.forecast(1, { levels: [0.8] }).intervals;
      if (at(values, 120) < at(interval?.lower ?? [], 0)) below += 1 / runs;
      if (at(values, 120) > at(interval?.upper ?? [], 0)) above += 1 / runs;
    }
    // Normal intervals would have next to nothing below: nothing is.
    expect(below).toBeGreaterThan(0.05);
    expect(below).toBeLessThan(0.16);
    expect(above).toBeGreaterThan(0.05);
    expect(above).toBeLessThan(0.16);
  });

  it('agrees with the formula where errors are normal and add up', () => {
    const random = seededRandom(5);
    let level = 100;
    const walk = Array.from({ length: 2_000 }, () => {
      level += Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return level;
    });
    const theirs = naive()
      .fit(walk)
      .forecast(20, { levels: [0.8] });
    const ours = empirical(naive(), { paths: 5_000 })
      .fit(walk)
      .forecast(20, { levels: [0.8] });
    expect(ours.mean).toEqual(theirs.mean);
    const width = ({ intervals }: typeof ours, step: number): number =>
      at(at(intervals, 0).upper, step) - at(at(intervals, 0).lower, step);
    for (const step of [0, 3, 9, 19]) {
      expect(width(ours, step) / width(theirs, step)).toBeGreaterThan(0.93);
      expect(width(ours, step) / width(theirs, step)).toBeLessThan(1.07);
    }
  });

  it('grows on as the model says beyond the steps that it simulates', () => {
    const fitted = empirical(naive(), { paths: 1_000 }).fit(exponential(200, 1));
    const { intervals } = fitted.forecast(400, { levels: [0.9] });
    const width = (step: number): number => at(at(intervals, 0).upper, step) - at(at(intervals, 0).lower, step);
    expect(width(399) / width(99)).toBeCloseTo(2, 6); // a random walk: the root of four times the steps
  });

  it('gives the same intervals for a seed, and others for another', () => {
    const values = exponential(100, 2);
    const forecastBy = (seed: number): unknown => empirical(holt(), { seed }).fit(values).forecast(5).intervals;
    expect(forecastBy(3)).toEqual(forecastBy(3));
    expect(forecastBy(3)).not.toEqual(forecastBy(4));
  });

  it.each<[string, Forecaster]>([
    ['a constant', simpleExponentialSmoothing()],
    ['a walk', naive()],
  ])('is sure of %s that never erred', (_, forecaster) => {
    const { mean, intervals } = empirical(forecaster)
      .fit(Array.from({ length: 30 }, () => 7))
      .forecast(3);
    for (const { lower, upper } of intervals) {
      for (const step of [0, 1, 2]) {
        expect(at(lower, step)).toBeCloseTo(at(mean, step), 6);
        expect(at(upper, step)).toBeCloseTo(at(mean, step), 6);
      }
    }
  });

  it('draws futures of many steps from its intervals, within memory and time', () => {
    const fitted = empirical(seasonalNaive({ seasonLength: 24 })).fit(exponential(240, 1));
    const futures = fitted.simulate(200_000, { paths: 10, seed: 2 });
    expect(futures).toHaveLength(10);
    expect(futures.every((path) => path.every(Number.isFinite))).toBe(true);
  });

  it('refuses what is no forecaster, wrong options, and a model without errors', () => {
    for (const wrong of [undefined, {}, 7]) expect(() => empirical(wrong as never)).toThrow('forecaster');
    for (const options of [{ paths: 99 }, { paths: 10_001 }, { seed: -1 }, { seed: 0.5 }]) {
      expect(() => empirical(naive(), options)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
    expect(() => empirical(naive()).fit([1, 2])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
  });

  it('refuses JSON without errors', () => {
    const saved = empirical(naive()).fit([1, 2, 3, 4]).toJSON();
    expect(() => fittedFromJSON({ ...saved, errors: '' })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }),
    );
  });
});

const options = { fromJSON: fittedFromJSON };
const small = { paths: 200 };
describeForecaster('empirical naive', () => empirical(naive(), small), options);
describeForecaster('empirical theta', () => empirical(theta({ seasonLength: 12 }), small), options);
describeForecaster('empirical arima', () => empirical(arima({ order: [1, 0, 1] }), small), options);
describeForecaster('empirical ces', () => empirical(ces({ seasonLength: 12 }), small), options);
