import { invalid, MlError } from '../error.ts';
import { fitBudget } from '../fit-budget.ts';
import { checkedInteger, checkOptions, longestSeason, observedCount, toValues } from '../values.ts';
import { withTimes, type ForecasterWithTimes } from './timed/with-times.ts';
import { chooseEts } from './choose-ets.ts';
import { ets } from './ets.ts';
import { parametersOf, stateOf } from './ets-search.ts';
import { completeEts, latestOf } from './fit-ets.ts';
import type { FittedEts } from './ets-fitted.ts';
import { powerOfTwoNear } from './power-of-two-near.ts';

/** What automatic exponential smoothing may choose from. */
export interface AutoEtsOptions {
  /** Steps in a season, 1 (none) to 527,040. @default 1 */
  readonly seasonLength?: number | undefined;
  /** Whether models with a trend may be chosen. @default true */
  readonly trend?: boolean | undefined;
  /**
   * Whether a trend may multiply, as with `allow.multiplicative.trend` of R: for what grows by a factor, and never stops.
   * @default false
   */
  readonly multiplicativeTrend?: boolean | undefined;
  /**
   * Whether models without a finite variance are left out: additive errors with a multiplicative trend or season, and
   * a multiplicative trend with an additive season, as with `restrict` of R. @default true
   */
  readonly restrict?: boolean | undefined;
  /** Takes less time and may miss the best by a little. @default false */
  readonly quick?: boolean | undefined;
}

const fewestObserved = 4;

/**
 * Automatic exponential smoothing: of the 15 admissible models with additive trends (error additive or
 * multiplicative; trend none, additive or damped; season none, additive or multiplicative) the one with the least AICc
 * (Hyndman, Koehler, Snyder, Grose 2002; the set is that of R's `ets`). Options let in the other 15. Season and error are chosen under a damped
 * trend first, then the trend; the best few are refined with their initial states. Models with multiplicative parts
 * take part where all values are positive; below two seasons there is none.
 *
 * Missing values (NaN) have no error. Some 5 to 10 ms for 700 values and a season of 24, 50 where all values are positive,
 * so that multiplicative parts take part. Of over 20,000 values the last 20,000 are described: {@link ets} says how.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { autoEts } from '@novacron/ml';
 *
 * const fitted = autoEts({ seasonLength: 4 }).fit(Array.from({ length: 40 }, (_, i) => 10 + i + 5 * (i % 4)));
 * fitted.describe().seasonLength // => 4
 * ```
 */
export function autoEts(options: AutoEtsOptions = {}): ForecasterWithTimes<FittedEts> {
  checkOptions(options);
  for (const name of ['trend', 'multiplicativeTrend', 'restrict', 'quick'] as const) {
    if (options[name] === undefined || typeof options[name] === 'boolean') continue;
    throw invalid(`${name} must be true or false`, { option: name, value: options[name] });
  }
  const { trend = true, multiplicativeTrend = false, restrict = true, quick = false } = options;
  const seasonLength = checkedInteger(options.seasonLength ?? 1, 'seasonLength', 1, longestSeason);
  return withTimes({
    name: 'Automatic ETS',
    fit(values, fitOptions): FittedEts {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < fewestObserved) {
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_TOO_SHORT',
          message: `Automatic ETS needs at least ${fewestObserved} observed values, not ${observed}`,
          details: { needed: fewestObserved, observed },
        });
      }
      const scale = powerOfTwoNear(series);
      const scaled = series.map((value) => value / scale);
      const latest = latestOf(scaled);
      const chosen = chooseEts(latest, { seasonLength, trend, multiplicativeTrend, restrict, quick }, check);
      if (chosen === undefined) return ets({ trend: 'none' }).fit(series, check.rest()) as FittedEts;
      const { structure, point } = chosen;
      const begin = { state: stateOf(point), index: scaled.length - latest.length };
      return completeEts(series, scaled, scale, structure, parametersOf(point), begin);
    },
  });
}
