import { createSeries } from '@novacron/core';
import { holtWinters, seasonalNaive } from '@novacron/ml';
import { describe, expect, it } from 'vitest';
import {
  AnalyticsError,
  forecast,
  pipeline,
  type ForecastStageOptions,
  type SeriesForecaster,
} from '@novacron/analytics';
import { at } from '../at.ts';
import { hourMs, machineSeries } from '../sample-series.ts';

const day = machineSeries('web-1', 24 * 7);

async function forecasts(input = [day], options: Partial<ForecastStageOptions> = {}) {
  const stage = forecast({ forecaster: holtWinters({ seasonLength: 24 }), horizon: 24, ...options });
  return (
    await pipeline('test', () => input)
      .pipe(stage)
      .run()
  ).value;
}

const slow: SeriesForecaster = {
  fit: async () => ({ forecast: (horizon) => ({ mean: new Float64Array(horizon).fill(7), intervals: [] }) }),
};

describe('forecast', () => {
  it('forecasts each series at the times that follow', async () => {
    const [result] = await forecasts([day], { levels: [0.9] });
    const lastMs = at(day.timesMs, 167);
    expect([...(result?.timesMs ?? [])].slice(0, 2)).toEqual([lastMs + hourMs, lastMs + 2 * hourMs]);
    expect(result?.mean).toHaveLength(24);
    expect(result?.intervals.map(({ level }) => level)).toEqual([0.9]);
    expect(result?.model).toBe('ETS(A,A,A)');
    expect(result?.series).toBe(day);
    for (const [hour, value] of (result?.mean ?? []).entries()) {
      expect(Math.abs(value - (0.4 + 0.2 * Math.sin(((168 + hour) * Math.PI) / 12)))).toBeLessThan(0.08);
    }
  });

  it('keeps forecasts within the limits given', async () => {
    const [result] = await forecasts([day], { minimum: 0.35, maximum: 0.45 });
    expect(Math.min(...(result?.mean ?? []))).toBe(0.35);
    expect(Math.max(...(result?.mean ?? []))).toBe(0.45);
  });

  it('may choose the method by the series', async () => {
    const short = machineSeries('short', 30, 2);
    const results = await forecasts([day, short], {
      forecaster: ({ values }) =>
        values.length > 48 ? holtWinters({ seasonLength: 24 }) : seasonalNaive({ seasonLength: 24 }),
    });
    expect(results.map(({ model }) => model)).toEqual(['ETS(A,A,A)', 'Seasonal naive']);
  });

  it("takes anybody's forecaster, one that takes its time too", async () => {
    const [result] = await forecasts([day], { forecaster: slow, horizon: 2 });
    expect([...(result?.mean ?? [])]).toEqual([7, 7]);
    expect(result?.model).toBeUndefined();
  });

  it('goes on when a series cannot be forecast, and says why', async () => {
    const tooShort = machineSeries('new', 2);
    const one = machineSeries('one', 1);
    const uneven = createSeries('load', {}, [0, 1, 5], [1, 2, 3]);
    const warnings: unknown[] = [];
    const { value } = await pipeline('test', () => [tooShort, one, uneven, day])
      .pipe(forecast({ forecaster: holtWinters({ seasonLength: 24 }), horizon: 3 }))
      .run(undefined, { logger: { debug() {}, info() {}, warn: (_, fields) => void warnings.push(fields) } });
    expect(value.map(({ error }) => error?.code)).toEqual([
      'NOVA_ML_TOO_SHORT',
      'NOVA_ANALYTICS_INVALID',
      'NOVA_ANALYTICS_INVALID',
      undefined,
    ]);
    expect(value.map(({ mean }) => mean.length)).toEqual([0, 0, 0, 3]);
    expect(warnings[0]).toMatchObject({ labels: { vm: 'new' }, code: 'NOVA_ML_TOO_SHORT' });
  });

  it('bears gaps', async () => {
    const gappy = { ...day, values: day.values.map((value, i) => (i % 5 === 0 ? NaN : value)) };
    const [result] = await forecasts([gappy]);
    expect(result?.mean.every(Number.isFinite)).toBe(true);
  });

  it('ends the run when the forecaster is broken', async () => {
    const broken: SeriesForecaster = {
      fit() {
        throw new TypeError('broken');
      },
    };
    const error: unknown = await forecasts([day], { forecaster: broken }).catch((reason: unknown) => reason);
    expect(AnalyticsError.isInstance(error) && error.details['stage']).toBe('forecast 24 steps');
  });

  it.each([0, -1, 1.5, NaN])('refuses a horizon of %d at once', (horizon) => {
    expect(() => forecast({ forecaster: slow, horizon })).toThrow(
      expect.objectContaining({ code: 'NOVA_ANALYTICS_INVALID' }),
    );
  });
});
