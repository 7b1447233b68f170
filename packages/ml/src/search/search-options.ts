import { MlError } from '../error.ts';
import { fitBudget } from '../fit-budget.ts';
import { checkOptions, toValues } from '../values.ts';
import { rollingOrigin, type ForecasterLike } from '../validate/rolling-origin.ts';
import { searchPlan, type SearchOptions, type SearchResult, type SearchTask } from './search-plan.ts';

/**
 * Searches the options of a model by rolling-origin validation. The defaults take part, so that what is found is never
 * worse than they are there; of equals the first is taken. Options that are refused, or find the series too short, lose.
 * Deterministic for a seed.
 *
 * @param make - Makes a forecaster of options.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or a grid has more than 100,000 to try.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there is no room for one origin.
 * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
 * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
 *
 * @example
 * ```ts
 * import { searchOptions, windowAverage } from '@novacron/ml';
 *
 * // The level jumps every ten steps: a short memory is better.
 * const values = Array.from({ length: 60 }, (_, i) => 10 * Math.floor(i / 10) + (i % 2));
 * const found = searchOptions(windowAverage, values, { space: { window: [2, 10, 40] }, defaults: { window: 20 }, horizon: 2 });
 * found.options // => { window: 2 }
 * found.error < found.defaultError // => true
 * ```
 */
export function searchOptions<Options extends object>(
  make: (options: Options) => ForecasterLike,
  values: ArrayLike<number>,
  search: SearchOptions<Options>,
): SearchResult<Options> {
  checkOptions(search);
  const check = fitBudget(search);
  const series = toValues(values);
  const { horizon } = search;
  const plan = searchPlan(search);
  let round = plan.next();
  rollingOrigin({ fit: () => nothing }, series, { horizon, origins: 1 }); // refuses a series that is too short
  const errorOf = ({ options, origins }: SearchTask<Options>): number => {
    const budget = check.rest();
    try {
      const folds = rollingOrigin(make(options), series, { ...budget, horizon, origins, forecast: { levels: [] } });
      return meanError(folds);
    } catch (error) {
      if (MlError.isInstance(error) && error.kind === 'invalid') return Infinity;
      throw error;
    }
  };
  while (round.done !== true) round = plan.next(round.value.map(errorOf));
  return round.value;
}

const nothing = { forecast: (horizon: number) => ({ mean: new Float64Array(horizon), intervals: [] }) };

function meanError(folds: ReturnType<typeof rollingOrigin>): number {
  let sum = 0;
  let count = 0;
  for (const { actual, forecast } of folds) {
    for (const [step, value] of actual.entries()) {
      const error = Math.abs(value - (forecast.mean[step] as number));
      if (error !== error) continue;
      sum += error;
      count++;
    }
  }
  return count > 0 ? sum / count : Infinity;
}
