import {
  checkedNumber,
  forecastPaths,
  overflow,
  quantileOf,
  type ForecastSource,
  type PathOptions,
} from './forecast-paths.ts';
import { checkOptions } from '../values.ts';

/** What is known of a budget. */
export interface ForecastBudgetOptions extends PathOptions {
  /** What may be spent in the whole period. */
  readonly budget: number;
  /** What has been spent in it so far. @default 0 */
  readonly spent?: number | undefined;
}

/** What a period will cost. */
export interface BudgetForecast {
  /** The median of the total, with what has been spent. */
  readonly expected: number;
  /** The total stays between these with a probability of 90 %. */
  readonly low: number;
  readonly high: number;
  /** The probability that the total is above the budget. */
  readonly overspend: number;
  /** The step by which it is used up in half of all futures, from 1; undefined when it lasts. */
  readonly usedUpBy: number | undefined;
}

/**
 * What will the month cost, and will the budget last? Adds up possible futures of a series of costs, one a step.
 *
 * @param source - A model fitted to costs, with `minimum: 0` where nothing is ever paid back.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or the source gives numbers that are no forecast.
 * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
 *
 * @example
 * ```ts
 * import { forecastBudget, holtWinters } from '@novacron/ml';
 *
 * // Costs a day; weekends are cheap. Ten days of the month are over and have cost 1,000.
 * const costs = Array.from({ length: 56 }, (_, day) => (day % 7 < 5 ? 120 : 50) + ((day * 3) % 4));
 * const { expected, overspend } = forecastBudget(holtWinters({ seasonLength: 7 }).fit(costs), {
 *   horizon: 20,
 *   spent: 1_000,
 *   budget: 4_000,
 *   minimum: 0,
 * });
 * Math.abs(expected - 3_090) < 60 && overspend === 0 // => true
 * ```
 */
export function forecastBudget(source: ForecastSource, options: ForecastBudgetOptions): BudgetForecast {
  checkOptions(options);
  const budget = checkedNumber(options.budget, 'budget');
  const spent = checkedNumber(options.spent ?? 0, 'spent');
  const paths = forecastPaths(source, options);
  const usedUp = new Float64Array(paths.length).fill(Infinity);
  const totals = Float64Array.from(paths, (path, p) => {
    let total = spent;
    for (const [step, cost] of path.entries()) {
      total += cost;
      if (total > budget && usedUp[p] === Infinity) usedUp[p] = step + 1;
    }
    if (!Number.isFinite(total)) throw overflow();
    return total;
  });
  const step = quantileOf(usedUp, 0.5);
  return {
    expected: quantileOf(totals, 0.5),
    low: quantileOf(totals, 0.05),
    high: quantileOf(totals, 0.95),
    overspend: totals.filter((total) => total > budget).length / totals.length,
    usedUpBy: Number.isFinite(step) ? Math.ceil(step) : undefined,
  };
}
