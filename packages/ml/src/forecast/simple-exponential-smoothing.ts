import type { ForecasterWithTimes } from './timed/with-times.ts';
import { ets, type EtsOptions } from './ets.ts';

/**
 * Simple exponential smoothing as a state space model, ETS(A,N,N) (Brown 1956): a level that follows the series, and
 * a flat forecast. See {@link ets} for missing values, cost and short series.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { simpleExponentialSmoothing } from '@novacron/ml';
 *
 * const fitted = simpleExponentialSmoothing().fit([5, 5, 5, 5, 5, 5]);
 * [...fitted.forecast(2).mean] // => [5, 5]
 * ```
 */
export function simpleExponentialSmoothing(
  options: Omit<EtsOptions, 'trend' | 'seasonLength'> = {},
): ForecasterWithTimes {
  return { ...ets({ ...options, trend: 'none' }), name: 'Simple exponential smoothing' };
}
