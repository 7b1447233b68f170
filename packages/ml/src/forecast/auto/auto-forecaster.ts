import { fitBudget } from '../../fit-budget.ts';
import { checkedInteger, longestSeason, toValues } from '../../values.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import type { FittedAuto } from './auto-fitted.ts';
import { fitAuto } from './fit-auto.ts';

/** Options of the automatic forecaster. */
export interface AutoForecasterOptions {
  /** How many steps it is validated on: as many as you will forecast. @default a season, at least 12 */
  readonly horizon?: number | undefined;
  /** Steps in a season; 1 means none; `'detect'` looks for one. @default 'detect' */
  readonly seasonLength?: number | 'detect' | undefined;
}

/**
 * The forecaster to start with, as one that keeps the contract of all others: chooses and combines methods for a
 * series. Naive methods, theta, Card, ETS, ARIMA where it is cheap, decomposition and regressions on past values forecast the
 * end of the series from two earlier origins without seeing it; they are weighed by the inverse square of their errors
 * there, and the seasonal naive method is taken alone where nothing beats it. Intervals are half as wide as those errors
 * were, growing with the horizon (split conformal), and half as wide as the methods say of themselves; `update` adapts
 * them. Forecasts stay within the plausible range: that of the history and one and a half times its width beyond.
 *
 * Missing values (NaN) are filled from the same phase of the seasons around them. Only the last 5,000 values (or ten
 * seasons) are used. A series of one value is repeated. When the time budget of a fit is up, what has been tried until
 * then is combined, the seasonal naive method at least; otherwise deterministic. Some 6 ms for 700 hours, an update
 * 0.1 ms.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { autoForecaster } from '@novacron/ml';
 *
 * const cpu = Array.from({ length: 336 }, (_, hour) => 0.4 + 0.2 * Math.sin((hour * Math.PI) / 12) + (hour % 5) / 100);
 * const fitted = autoForecaster({ horizon: 24 }).fit(cpu);
 * fitted.update([0.4, 0.45]); // no other fit
 * fitted.forecast(24, { levels: [0.95] }).mean.length // => 24
 * ```
 */
export function autoForecaster(options: AutoForecasterOptions = {}): ForecasterWithTimes<FittedAuto> {
  const { seasonLength: wanted = 'detect' } = options;
  if (wanted !== 'detect') checkedInteger(wanted, 'seasonLength', 1, longestSeason);
  if (options.horizon !== undefined) checkedInteger(options.horizon, 'horizon', 1, 1_000_000);
  return withTimes({
    name: 'Automatic forecast',
    fit(values, fitOptions): FittedAuto {
      const check = fitBudget(fitOptions);
      return fitAuto(toValues(values), wanted, options.horizon, check);
    },
  });
}
