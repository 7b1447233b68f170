import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { fittedFromJSON, mae, PooledLagRegression, pooledLagRegression, seasonalNaive } from '@novacron/ml';
import { describeForecaster } from '@novacron/ml/testing';
import { at } from '../../at.ts';

const random = seededRandom(9);
/** Machines of different sizes that share a daily pattern and pull back to it after a shock. */
const machine = (size: number, length: number): Float64Array => {
  let shock = 0;
  return Float64Array.from({ length }, (_, hour) => {
    shock = 0.8 * shock + random() - 0.5;
    return size * (10 + 4 * Math.sin((hour * Math.PI) / 12) + shock);
  });
};
const fleet = Array.from({ length: 30 }, (_, i) => machine(1 + i, 120));
const pooled = pooledLagRegression(fleet, { seasonLength: 24 });

describeForecaster('pooled lag regression', () => pooled.forecaster(), { fromJSON: fittedFromJSON, seasonLength: 24 });

describe('pooledLagRegression', () => {
  it('forecasts a machine that it has not seen better than the day before', () => {
    let ours = 0;
    let naive = 0;
    for (let i = 0; i < 20; i++) {
      const fresh = machine(7, 144);
      const actual = fresh.slice(120);
      ours += mae(actual, pooled.forecaster().fit(fresh.subarray(0, 120)).forecast(24).mean);
      naive += mae(actual, seasonalNaive({ seasonLength: 24 }).fit(fresh.subarray(0, 120)).forecast(24).mean);
    }
    expect(ours).toBeLessThan(0.85 * naive);
  });

  it('does not care for the size of a series', () => {
    const values = machine(1, 120);
    const small = pooled.forecaster().fit(values).forecast(5).mean;
    const large = pooled
      .forecaster()
      .fit(values.map((value) => value * 1024))
      .forecast(5).mean;
    for (const [i, value] of small.entries()) expect(at(large, i) / 1024).toBeCloseTo(value, 9);
  });

  it('finds the coefficient of a process that it is shown', () => {
    // Each change is 0.6 of the one before: y(t) - y(t-1) = -0.6 (y(t-2) - y(t-1)).
    const many = Array.from({ length: 20 }, () => {
      let change = 0;
      let y = 1_000;
      return Float64Array.from({ length: 300 }, () => {
        change = 0.6 * change + random() - 0.5;
        return (y += change);
      });
    });
    const { coefficients } = pooledLagRegression(many, { lags: [1, 2], ridge: 0 });
    expect(at(coefficients, 1).lag).toBe(2);
    expect(at(coefficients, 1).coefficient).toBeCloseTo(-0.6, 1);
  });

  it('is the same to the last bit after JSON', () => {
    const text = JSON.stringify(pooled);
    const restored = PooledLagRegression.fromJSON(text);
    expect(JSON.stringify(restored)).toBe(text);
    expect(restored.forecaster().fit(at(fleet, 3)).forecast(30)).toEqual(
      pooled.forecaster().fit(at(fleet, 3)).forecast(30),
    );
    const saved = JSON.parse(text) as Record<string, unknown>;
    for (const wrong of [{ ...saved, lags: '' }, { ...saved, coefficients: 7 }, { ...saved, model: 'ets' }, '{']) {
      expect(() => PooledLagRegression.fromJSON(wrong)).toThrow(expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }));
    }
  });

  it('measures errors of any size', () => {
    const huge = at(fleet, 0).map((value) => value * 2 ** 660);
    const plain = pooledLagRegression([at(fleet, 0)])
      .forecaster()
      .fit(at(fleet, 0))
      .describe();
    const { rmse, sigma } = pooledLagRegression([huge]).forecaster().fit(huge).describe();
    expect(rmse / 2 ** 660).toBeCloseTo(plain.rmse, 9);
    expect(sigma / 2 ** 660).toBeCloseTo(plain.sigma, 9);
  });

  it.each([
    [[], {}, 'NOVA_ML_TOO_SHORT'],
    [[[1, 2, 3], []], {}, 'NOVA_ML_TOO_SHORT'],
    [[[NaN, NaN]], { lags: [1] }, 'NOVA_ML_TOO_SHORT'],
    [[[1, Infinity]], { lags: [1] }, 'NOVA_ML_INVALID'],
    [fleet, { lags: [] }, 'NOVA_ML_INVALID'],
    [fleet, { lags: [1, 1] }, 'NOVA_ML_INVALID'],
    [fleet, { lags: [0.5] }, 'NOVA_ML_INVALID'],
    [fleet, { ridge: -1 }, 'NOVA_ML_INVALID'],
    [fleet, { signal: AbortSignal.abort() }, 'NOVA_ML_ABORTED'],
  ])('refuses %# with its code', (series, options, code) => {
    expect(() => pooledLagRegression(series, options)).toThrow(expect.objectContaining({ code }));
  });
});
