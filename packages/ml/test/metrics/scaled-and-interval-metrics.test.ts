import { describe, expect, it } from 'vitest';
import { crps, mase, msis, owa, pinball, rmsse } from '@novacron/ml';

const training = [1, 3, 2, 4];

describe('pinball', () => {
  it.each([
    [5, 4, 0.1, 0.1],
    [5, 4, 0.9, 0.9],
    [5, 7, 0.9, 0.2],
    [5, 5, 0.5, 0],
  ])('of %d forecast as %d at %d is %d', (actual, forecast, quantile, loss) => {
    expect(pinball([actual], [forecast], quantile)).toBeCloseTo(loss, 12);
  });

  it('is least at the quantile of the values', () => {
    const values = Array.from({ length: 100 }, (_, i) => i);
    const loss = (forecast: number): number =>
      pinball(
        values,
        values.map(() => forecast),
        0.9,
      );
    expect(loss(90)).toBeLessThan(loss(80));
    expect(loss(90)).toBeLessThan(loss(96));
  });

  it.each([0, 1, NaN, 95])('refuses a quantile of %d', (quantile) => {
    expect(() => pinball([1], [1], quantile)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });
});

describe('crps', () => {
  it('comes near that of the normal distribution with many quantiles', () => {
    // 0.2336949772551091 for a value in the middle of a standard normal distribution.
    const quantiles = Array.from({ length: 399 }, (_, i) => (i + 1) / 400);
    const normal = (p: number): number => {
      let [low, high] = [-9, 9];
      for (let i = 0; i < 60; i++) {
        const middle = (low + high) / 2;
        if (distribution(middle) < p) low = middle;
        else high = middle;
      }
      return low;
    };
    const forecasts = quantiles.map((quantile) => ({ quantile, values: [normal(quantile)] }));
    expect(crps([0], forecasts)).toBeCloseTo(0.2336949772551091, 2);
  });

  it('refuses no quantile at all', () => {
    expect(() => crps([1], [])).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });

  /** The normal distribution by Simpson's rule. */
  function distribution(x: number): number {
    const steps = 200;
    const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    let sum = density(0) + density(x);
    for (let i = 1; i < steps; i++) sum += density((x * i) / steps) * (i % 2 === 1 ? 4 : 2);
    return 0.5 + (sum * x) / steps / 3;
  }
});

describe('scaled metrics', () => {
  it('measure a forecast in errors of the naive method', () => {
    expect(mase([5], [4], { training })).toBeCloseTo(1 / (5 / 3), 12);
    expect(rmsse([5], [4], { training })).toBeCloseTo(1 / Math.sqrt(9 / 3), 12);
    expect(rmsse([5], [4], { training, seasonLength: 2 })).toBeCloseTo(1, 12);
  });

  it('leave out what is missing', () => {
    expect(rmsse([5, NaN], [4, 9], { training: [1, NaN, 2, 4] })).toBeCloseTo(0.5, 12);
  });

  it.each([
    ['mase', mase],
    ['rmsse', rmsse],
  ])('%s is undefined where the naive method makes no error', (_, metric) => {
    for (const flat of [[], [1], [2, 2, 2]]) {
      expect(() => metric([1], [1], { training: flat })).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_UNDEFINED_METRIC' }),
      );
    }
  });
});

describe('msis', () => {
  it('is the width where the value lies inside, and dear where it lies outside', () => {
    const band = { level: 0.95, lower: [0], upper: [4] };
    const scale = 5 / 3;
    expect(msis([2], band, { training })).toBeCloseTo(4 / scale, 12);
    expect(msis([5], band, { training })).toBeCloseTo((4 + 40) / scale, 10);
    expect(msis([-1], band, { training })).toBeCloseTo((4 + 40) / scale, 10);
    expect(msis([NaN, 2], { level: 0.95, lower: [0, 0], upper: [1, 4] }, { training })).toBeCloseTo(4 / scale, 12);
  });

  it.each([0, 1, NaN, 95])('refuses a level of %d', (level) => {
    expect(() => msis([2], { level, lower: [0], upper: [4] }, { training })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID' }),
    );
  });
});

describe('owa', () => {
  it('is 1 for the benchmark itself', () => {
    expect(owa({ smape: 0.13, mase: 1.1 }, { smape: 0.13, mase: 1.1 })).toBe(1);
  });

  it('needs a benchmark that makes errors, and scores that are numbers', () => {
    const scores = { smape: 0.1, mase: 1 };
    expect(() => owa(scores, { smape: 0, mase: 1 })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_UNDEFINED_METRIC' }),
    );
    expect(() => owa({ smape: NaN, mase: 1 }, scores)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });
});
