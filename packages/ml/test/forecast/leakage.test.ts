import { describe, expect, it } from 'vitest';
import { autoForecast, rollingOrigin } from '@novacron/ml';
import { smallForecasters } from './small-forecasters.ts';
import { at } from '../at.ts';

const values = Array.from(
  { length: 72 },
  (_, i) => 40 + 10 * Math.sin((2 * Math.PI * i) / 3) + 0.2 * i + ((i * 37) % 11) / 2,
);
const asked = { horizon: 6, origins: 3 };

/** The series, but everything from a place on is gone. */
function without(future: number): number[] {
  return values.map((value, i) => (i < future ? value : NaN));
}

/** The series, but everything from a place on is something else. */
function withOther(future: number): number[] {
  return values.map((value, i) => (i < future ? value : 1 + 1e6 * (i % 2)));
}

describe.each(smallForecasters)('%s sees nothing of the future', (_, forecaster) => {
  it('forecasts the same from each origin when what follows is missing, or something else', () => {
    const folds = rollingOrigin(forecaster, values, asked);
    expect(folds).toHaveLength(3);
    for (const [k, { origin, forecast }] of folds.entries()) {
      for (const changed of [without(origin), withOther(origin)]) {
        expect(at(rollingOrigin(forecaster, changed, asked), k).forecast).toEqual(forecast);
      }
    }
  });

  it('does not look beyond the end of what it is handed', () => {
    const whole = Float64Array.from(withOther(60));
    const part = whole.subarray(0, 60); // the future lies right behind it in memory
    expect(forecaster.fit(part).forecast(6)).toEqual(forecaster.fit(values.slice(0, 60)).forecast(6));
  });
});

describe('autoForecast sees nothing of the future', () => {
  it('chooses and forecasts the same from each origin when what follows is gone', () => {
    for (const origin of [48, 60, 66]) {
      const known = autoForecast(values.slice(0, origin), { horizon: 6 });
      const part = Float64Array.from(withOther(origin)).subarray(0, origin);
      const { mean, intervals, members, explanation } = autoForecast(part, { horizon: 6 });
      expect(mean).toEqual(known.mean);
      expect(intervals).toEqual(known.intervals);
      expect(members).toEqual(known.members);
      expect(explanation).toBe(known.explanation);
    }
  });

  it('judges its methods by errors on the past alone: the past decides its weights', () => {
    const origin = 60;
    const validate = (series: readonly number[]) =>
      rollingOrigin(
        { fit: (past) => ({ forecast: (horizon) => autoForecast(past, { horizon, levels: [0.8] }) }) },
        series,
        { horizon: 6, origins: 1 },
      );
    const cut = [...values.slice(0, origin), ...values.slice(origin, origin + 6)];
    const [known] = validate(cut);
    const [blind] = validate(cut.map((value, i) => (i < origin ? value : NaN)));
    expect(blind?.forecast.mean).toEqual(known?.forecast.mean);
    expect(blind?.forecast.intervals).toEqual(known?.forecast.intervals);
  });
});
