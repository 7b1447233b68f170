import { checkedInteger, checkOptions, longestSeason } from '../values.ts';
import type { ForecasterWithTimes } from './timed/with-times.ts';
import { ets, type EtsOptions } from './ets.ts';

/** Options of Holt-Winters' method. */
export interface HoltWintersOptions extends Omit<EtsOptions, 'trend' | 'seasonLength'> {
  /** Steps in a season, 2 to 527,040: 24 for hourly values with a daily pattern. */
  readonly seasonLength: number;
  /** Whether the trend dies away; safer far ahead. @default false */
  readonly damped?: boolean | undefined;
}

/**
 * Holt and Winters' additive method as a state space model, ETS(A,A,A), or ETS(A,Ad,A) when damped (Winters 1960;
 * Hyndman et al. 2008). See {@link ets} for missing values, cost and short series.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { holtWinters } from '@novacron/ml';
 *
 * const load = Array.from({ length: 96 }, (_, hour) => 0.4 + 0.2 * Math.sin((hour * Math.PI) / 12) + hour / 1000);
 * const fitted = holtWinters({ seasonLength: 24 }).fit(load);
 * const { mean, intervals } = fitted.forecast(24, { levels: [0.95], minimum: 0, maximum: 1 });
 * fitted.describe().name // => 'ETS(A,A,A)'
 * mean.length // => 24
 * intervals[0]!.level // => 0.95
 * ```
 */
export function holtWinters(options: HoltWintersOptions): ForecasterWithTimes {
  checkOptions(options);
  const { damped = false, ...rest } = options;
  checkedInteger(options.seasonLength, 'seasonLength', 2, longestSeason);
  return {
    ...ets({ ...rest, trend: damped ? 'damped' : 'additive' }),
    name: damped ? 'Damped Holt-Winters' : 'Holt-Winters',
  };
}
