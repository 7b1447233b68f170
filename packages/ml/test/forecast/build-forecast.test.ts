import { describe, expect, it } from 'vitest';
import { autoForecast } from '@novacron/ml';
import { buildForecast } from '../../src/forecast/build-forecast.ts';
import { at } from '../at.ts';

/** A model that forecasts 10 with a standard deviation of 1, 2, 3... */
const widening = (mean: Float64Array, deviation: Float64Array): void => {
  mean.fill(10);
  deviation.forEach((_, step) => (deviation[step] = step + 1));
};

describe('buildForecast', () => {
  it('puts normal quantiles around the means', () => {
    const { mean, intervals } = buildForecast(2, { levels: [0.95, 0.5] }, widening);
    expect([...mean]).toEqual([10, 10]);
    expect(intervals.map(({ level }) => level)).toEqual([0.95, 0.5]);
    expect(at(at(intervals, 0).upper, 0)).toBeCloseTo(10 + 1.959963984540054, 12);
    expect(at(at(intervals, 0).lower, 1)).toBeCloseTo(10 - 2 * 1.959963984540054, 12);
    expect(at(at(intervals, 1).upper, 1)).toBeCloseTo(10 + 2 * 0.6744897501960817, 12);
  });

  it('cuts means and bounds at the limits', () => {
    const { mean, intervals } = buildForecast(3, { levels: [0.99], minimum: 9, maximum: 10.5 }, widening);
    expect([...mean]).toEqual([10, 10, 10]);
    expect([...at(intervals, 0).lower]).toEqual([9, 9, 9]);
    expect([...at(intervals, 0).upper]).toEqual([10.5, 10.5, 10.5]);
    expect([...buildForecast(1, { minimum: 11 }, widening).mean]).toEqual([11]);
  });

  it.each([null, '1', 1n, {}, []])('refuses %s as a limit', (limit) => {
    for (const name of ['minimum', 'maximum']) {
      expect(() => buildForecast(1, { [name]: limit }, widening)).toThrow(`${name} must be a number`);
      const options = { horizon: 1, [name]: limit };
      expect(() => autoForecast([1, 2, 3], options)).toThrow(`${name} must be a number`);
    }
  });

  it('refuses limits that contradict each other or are no numbers', () => {
    for (const limits of [{ minimum: 2, maximum: 1 }, { minimum: NaN }, { maximum: NaN }]) {
      expect(() => buildForecast(1, limits, widening)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
  });

  it('says overflow instead of giving infinite or missing numbers', () => {
    for (const wrong of [Infinity, -Infinity, NaN]) {
      const fill = (mean: Float64Array): void => void mean.fill(wrong);
      expect(() => buildForecast(2, {}, fill)).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_OVERFLOW', kind: 'invalid' }),
      );
      expect(() => buildForecast(2, { levels: [] }, fill)).toThrow(
        expect.objectContaining({ code: 'NOVA_ML_OVERFLOW' }),
      );
    }
  });

  it('asks the model nothing when it was asked nonsense', () => {
    let asked = 0;
    const count = (): void => void asked++;
    for (const horizon of [0, -1, 2.5, NaN, 1_000_001]) expect(() => buildForecast(horizon, {}, count)).toThrow();
    expect(() => buildForecast(1, { levels: [0.5, 95] }, count)).toThrow();
    expect(asked).toBe(0);
  });

  it('goes to a million steps', () => {
    expect(buildForecast(1_000_000, { levels: [] }, widening).mean).toHaveLength(1_000_000);
  });
});
