import { fitBudget } from '../../fit-budget.ts';
import { observedCount, toValues } from '../../values.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { fitRecursive, tooFew } from './fit-recursive.ts';
import { meanMethod } from './recursive-method.ts';

/**
 * Forecasts the mean of all values, `ŷ(h) = Σ y / n` (Hyndman and Athanasopoulos, Forecasting: Principles and Practice,
 * 5.2; R's `meanf` with normal instead of t intervals). The variance is that of the values times `1 + 1/n`.
 *
 * Missing values (NaN) are left out; two observed ones are needed, otherwise `fit` throws NOVA_ML_TOO_SHORT. Use it for
 * noise around a fixed level; not where the level moves. Cost: one pass.
 *
 * @example
 * ```ts
 * import { historicalMean } from '@novacron/ml';
 *
 * [...historicalMean().fit([1, 2, 6]).forecast(2).mean] // => [3, 3]
 * ```
 */
export function historicalMean(): ForecasterWithTimes {
  return withTimes({
    name: meanMethod.name,
    fit(values, fitOptions) {
      fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < 2) throw tooFew(meanMethod.name, 2, observed);
      return fitRecursive(series, observed, {
        method: meanMethod,
        parameters: new Float64Array(0),
        state: new Float64Array(2),
        from: 0,
        predictions: (state) => new Float64Array(series.length).fill(state[1] as number),
        estimated: 1,
      });
    },
  });
}
