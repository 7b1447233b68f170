import type { ForecasterWithTimes } from './timed/with-times.ts';
import { ets, type EtsOptions } from './ets.ts';

/** Options of Holt's method. */
export interface HoltOptions extends Omit<EtsOptions, 'trend' | 'seasonLength'> {
  /** Whether the trend dies away; safer far ahead. @default false */
  readonly damped?: boolean | undefined;
}

/**
 * Holt's linear trend as a state space model, ETS(A,A,N), or ETS(A,Ad,N) when damped (Holt 1957, Gardner and
 * McKenzie 1985). See {@link ets} for missing values, cost and short series.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { holt } from '@novacron/ml';
 *
 * const fitted = holt().fit([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
 * Math.round(fitted.forecast(5).mean[4]!) // => 15
 * ```
 */
export function holt(options: HoltOptions = {}): ForecasterWithTimes {
  const { damped = false, ...rest } = options;
  return { ...ets({ ...rest, trend: damped ? 'damped' : 'additive' }), name: damped ? 'Damped Holt' : 'Holt' };
}
