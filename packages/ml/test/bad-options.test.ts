import { describe, expect, it } from 'vitest';
import * as ml from '@novacron/ml';
import { empirical, reconcileForecasts } from '@novacron/ml';

const series = Array.from({ length: 40 }, (_, i) => 5 + (i % 4) + ((i * 7) % 3) / 10);
const invalid: unknown = expect.objectContaining({ code: 'NOVA_ML_INVALID' });
const fitted = ml.naive().fit(series);

/** Every function whose options are not optional, with the arguments before them. */
const withOptions: Readonly<Record<string, readonly unknown[]>> = {
  arima: [],
  autoForecast: [series],
  forecastBudget: [fitted],
  holidays: ['US'],
  holtWinters: [],
  learningWindows: [series],
  mase: [series, series],
  msis: [series, { level: 0.5, lower: series, upper: series }],
  mstl: [series],
  mstlForecast: [],
  parseICalendar: ['BEGIN:VCALENDAR'],
  peakInWindow: [fitted],
  rmsse: [series, series],
  rollingOrigin: [ml.naive(), series],
  saturationHeadroom: [fitted],
  searchOptions: [ml.windowAverage, series],
  seasonalNaive: [],
  seasonalResidual: [],
  seriesFeatures: [series],
  stl: [series],
  timeToThreshold: [fitted],
  windowAverage: [],
};
const asynchronous: Readonly<Record<string, readonly unknown[]>> = {
  arimaByWasm: [series],
  autoForecastMany: [[series]],
  searchOptionsInWorkers: [{ module: 'file:///nowhere.js', export: 'nothing' }, series],
};
const named = ml as unknown as Readonly<Record<string, (...given: unknown[]) => unknown>>;

describe('a call that was made without its options', () => {
  it.each(Object.entries(withOptions))('to %s is refused with a typed error', (name, before) => {
    for (const options of [undefined, null, 7]) expect(() => named[name]?.(...before, options)).toThrow(invalid);
  });

  it.each(Object.entries(asynchronous))('to %s is refused with a typed error', async (name, before) => {
    for (const options of [undefined, null, 7])
      await expect(named[name]?.(...before, options)).rejects.toThrow(invalid);
  });
});

describe('options that are none where they may be left out', () => {
  const forecasts = new Map([['a', fitted.forecast(1)]]);
  const optional: Readonly<Record<string, readonly unknown[]>> = {
    autoEts: [],
    conformal: [ml.naive()],
    empirical: [ml.naive()],
    ets: [],
    reconcile: [new Map([['a', [1]]]), []],
    reconcileForecasts: [forecasts, []],
    timed: [ml.naive()],
  };
  it.each(Object.entries(optional))('to %s are refused with a typed error', (name, before) => {
    for (const options of [null, 7]) expect(() => named[name]?.(...before, options)).toThrow(invalid);
    expect(() => named[name]?.(...before)).not.toThrow();
  });

  it.each(['trend', 'multiplicativeTrend', 'restrict', 'quick'])('as %s of autoEts must be true or false', (name) => {
    for (const wrong of ['additive', 1, null]) expect(() => ml.autoEts({ [name]: wrong })).toThrow(invalid);
  });
});

describe('lists that are none', () => {
  it.each([0.95, '0.95', null, {}])('as levels %j are refused', (levels) => {
    for (const model of [
      fitted,
      ml.autoForecaster().fit(series),
      ml.mstlForecast({ seasonLengths: [4] }).fit(series),
    ]) {
      expect(() => model.forecast(3, { levels: levels as never })).toThrow(invalid);
    }
    expect(() => ml.autoForecast(series, { horizon: 3, levels: levels as never })).toThrow(invalid);
    const forecasts = new Map([['a', fitted.forecast(1)]]);
    const bad = { levels: levels as never };
    expect(() => empirical(ml.naive()).fit(series).forecast(3, bad)).toThrow(invalid);
    expect(() => reconcileForecasts(forecasts, [], bad)).toThrow(invalid);
  });

  it.each([undefined, 24, '24', [1], [4, NaN], Array.from({ length: 21 }, (_, i) => i + 2)])(
    'as lengths of seasons %j are refused',
    (seasonLengths) => {
      expect(() => ml.mstlForecast({ seasonLengths: seasonLengths as never })).toThrow(invalid);
      expect(() => ml.mstl(series, { seasonLengths: seasonLengths as never })).toThrow(invalid);
    },
  );
});
