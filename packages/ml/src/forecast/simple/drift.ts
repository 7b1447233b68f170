import { fitBudget } from '../../fit-budget.ts';
import { observedCount, toValues } from '../../values.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { fitRecursive, tooFew } from './fit-recursive.ts';
import { driftMethod } from './recursive-method.ts';

/**
 * Carries on the line from the first to the last value, `ŷ(h) = y(n) + h (y(n) - y(1)) / (n - 1)`: a random walk with
 * drift (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2; R's `rwf(drift = TRUE)`). The variance
 * is `σ² h (1 + h / (n - 1))`.
 *
 * Missing values (NaN) are passed over; three observed ones are needed, otherwise `fit` throws NOVA_ML_TOO_SHORT. Use it
 * for disks that fill steadily; not for seasons, nor where a first value is an accident. Cost: one pass.
 *
 * @example
 * ```ts
 * import { drift } from '@novacron/ml';
 *
 * [...drift().fit([1, 4, 5]).forecast(2).mean] // => [7, 9]
 * ```
 */
export function drift(): ForecasterWithTimes {
  return withTimes({
    name: driftMethod.name,
    fit(values, fitOptions) {
      fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < 3) throw tooFew(driftMethod.name, 3, observed);
      const first = series.findIndex((value) => value === value);
      const state = new Float64Array(4);
      state[0] = series[first] as number;
      state[3] = -1 - first; // the first value is 0 steps from itself
      return fitRecursive(series, observed, {
        method: driftMethod,
        parameters: new Float64Array(0),
        state,
        from: series.length,
        predictions: ([start, last, span]) => {
          const slope = ((last as number) - (start as number)) / (span as number);
          const predictions = new Float64Array(series.length).fill(NaN);
          let known = series[first] as number;
          for (let i = first + 1; i < series.length; i++) {
            known += slope;
            predictions[i] = known;
            const value = series[i] as number;
            if (value === value) known = value;
          }
          return predictions;
        },
        estimated: 1,
      });
    },
  });
}
