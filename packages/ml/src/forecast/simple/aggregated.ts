import { fitBudget } from '../../fit-budget.ts';
import { observedCount, toValues } from '../../values.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { fitRecursive, tooFew } from './fit-recursive.ts';
import type { RecursiveMethod } from './recursive-method.ts';
import { adidaMethod, imapaMethod } from './intermittent-methods.ts';

const longestBlock = 100;

/**
 * Aggregate-disaggregate forecasting of intermittent loads (Nikolopoulos, Syntetos, Boylan, Petropoulos,
 * Assimakopoulos 2011): sums over blocks as long as the mean interval between demands are smoothed exponentially, with
 * the parameter that fits them best, and shared out equally again.
 *
 * Missing values (NaN) count as the forecast. Two observed values are needed, otherwise `fit` throws NOVA_ML_TOO_SHORT.
 * Use it where totals matter more than single steps. Cost: some 20 passes.
 *
 * @example
 * ```ts
 * import { adida } from '@novacron/ml';
 *
 * [...adida().fit([0, 0, 6, 0, 0, 6, 0, 0, 6]).forecast(1).mean] // => [2]
 * ```
 */
export function adida(): ForecasterWithTimes {
  return aggregated(adidaMethod, (interval) => [interval]);
}

/**
 * Intermittent multiple aggregation (Petropoulos and Kourentzes 2015): the mean of the forecasts of {@link adida} for
 * all blocks from one step to the mean interval between demands, so that none has to be chosen.
 *
 * Missing values, needs and use are those of {@link adida}. Cost: as many times its.
 *
 * @example
 * ```ts
 * import { imapa } from '@novacron/ml';
 *
 * imapa().fit([0, 0, 6, 0, 0, 6, 0, 0, 6]).forecast(1).mean[0]! > 1 // => true
 * ```
 */
export function imapa(): ForecasterWithTimes {
  return aggregated(imapaMethod, (interval) => Array.from({ length: interval }, (_, i) => i + 1));
}

function aggregated(method: RecursiveMethod, blocks: (interval: number) => readonly number[]): ForecasterWithTimes {
  const { name } = method;
  return withTimes({
    name,
    fit(values, fitOptions) {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < 2) throw tooFew(name, 2, observed);
      const demands = series.reduce((count, value) => count + (value === value && value !== 0 ? 1 : 0), 0);
      const interval = Math.round(observed / Math.max(1, demands));
      const longest = Math.max(1, Math.min(interval, longestBlock, series.length >> 1));
      const parameters = Float64Array.from(
        blocks(longest).flatMap((length) => {
          check();
          return [length, bestAlpha(blockSums(series, length))];
        }),
      );
      const state = new Float64Array(method.stateSize(parameters));
      // Blocks end with the series: what is left over at its start is taken as part of a block.
      for (let p = 0; p < parameters.length; p += 2) {
        const length = parameters[p] as number;
        state[2 * p + 1] = (length - (series.length % length)) % length;
      }
      return fitRecursive(series, observed, {
        method,
        parameters,
        state,
        from: longest,
      });
    },
  });
}

/** Sums over whole blocks, the last of which ends with the series; missing values count as 0. */
function blockSums(series: Float64Array, length: number): Float64Array {
  const count = Math.floor(series.length / length);
  const start = series.length - count * length;
  return Float64Array.from({ length: count }, (_, block) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += (series[start + block * length + i] as number) || 0;
    return sum;
  });
}

/** The smoothing parameter with the least squared one-step errors, of 20. */
function bestAlpha(sums: Float64Array): number {
  let best = 0.1;
  let least = Infinity;
  for (let alpha = 0.05; alpha < 1.001; alpha += 0.05) {
    let level = sums[0] as number;
    let squares = 0;
    for (const sum of sums) {
      squares += (sum - level) ** 2;
      level += alpha * (sum - level);
    }
    if (squares < least) [best, least] = [alpha, squares];
  }
  return best;
}
