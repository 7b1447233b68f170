import { fitBudget } from '../../fit-budget.ts';
import { toValues } from '../../values.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import type { FittedBoostedForecaster } from './fitted-boosted.ts';
import { checkBoostedOptions, pooledBoosting, type BoostedOptions } from './pooled-boosting.ts';

/**
 * Gradient boosted trees that forecast one series from its past values, the phase of its season and its calendar; what
 * {@link pooledBoosting} learns from many, learned from one. `describe()` says which feature counts how much.
 *
 * Missing values (NaN) are filled from their phase. `fit` throws NOVA_ML_TOO_SHORT when there are no ten values beyond
 * the longest look back. Use it where the next value depends on the past in bends and jumps: thresholds, opening hours,
 * weekends. Trees know no trend beyond that of a season before; for a short series everything else is better. Cost: some
 * 50 ms for 700 hours.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { boostedForecaster } from '@novacron/ml';
 *
 * // Busy from nine to five, but not at the weekend.
 * const start = Date.UTC(2026, 0, 5); // a Monday
 * const busy = (hour: number) => hour % 24 >= 9 && hour % 24 < 17 && Math.floor(hour / 24) % 7 < 5;
 * const load = Array.from({ length: 24 * 28 }, (_, hour) => (busy(hour) ? 80 : 20) + ((hour * 7) % 5));
 * const calendar = { startMs: start, stepMs: 3_600_000 };
 * const { mean } = boostedForecaster({ seasonLength: 24, calendar, trees: 50 }).fit(load).forecast(24);
 * mean[12]! > 70 // => true
 * mean[20]! < 30 // => true
 * ```
 */
export function boostedForecaster(options: BoostedOptions = {}): ForecasterWithTimes<FittedBoostedForecaster> {
  checkBoostedOptions(options);
  return withTimes({
    name: 'Boosted trees',
    fit: (values, fitOptions) => {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      return pooledBoosting([series], { ...options, ...check.rest() })
        .forecaster()
        .fit(series, check.rest());
    },
  });
}
