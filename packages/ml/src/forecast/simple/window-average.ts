import { fitBudget } from '../../fit-budget.ts';
import { checkedInteger, checkOptions, observedCount, toValues } from '../../values.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { fitRecursive, tooFew } from './fit-recursive.ts';
import { windowMethod } from './recursive-method.ts';

/** Options of the window average. */
export interface WindowAverageOptions {
  /** How many of the latest observed values count, 1 to 100,000. */
  readonly window: number;
}

/**
 * Forecasts the mean of the latest values, `ŷ(h) = Σ y(n - i) / w` for i from 0 to w - 1 (the moving average forecast of
 * Brown 1959). Intervals are as wide as the one-step errors were, at every step.
 *
 * Missing values (NaN) are passed over; two observed ones are needed, otherwise `fit` throws NOVA_ML_TOO_SHORT. Use it
 * for a level that moves now and then; not for trend or season. Cost: a constant a value and a step.
 *
 * @throws {MlError} NOVA_ML_INVALID when the window is out of range.
 *
 * @example
 * ```ts
 * import { windowAverage } from '@novacron/ml';
 *
 * [...windowAverage({ window: 2 }).fit([9, 1, 3]).forecast(2).mean] // => [2, 2]
 * ```
 */
export function windowAverage(options: WindowAverageOptions): ForecasterWithTimes {
  checkOptions(options);
  const window = checkedInteger(options.window, 'window', 1, 100_000);
  return withTimes({
    name: windowMethod.name,
    fit(values, fitOptions) {
      fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < 2) throw tooFew(windowMethod.name, 2, observed);
      const state = new Float64Array(2 + window).fill(NaN);
      state.fill(0, 0, 2);
      return fitRecursive(series, observed, {
        method: windowMethod,
        parameters: Float64Array.of(window),
        state,
        from: series.findIndex((value) => value === value) + 1,
      });
    },
  });
}
