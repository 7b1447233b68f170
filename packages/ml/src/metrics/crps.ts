import { invalid } from '../error.ts';
import { pinball } from './pinball.ts';

/** Forecasts of one quantile. */
export interface QuantileForecast {
  /** In (0, 1). */
  readonly quantile: number;
  /** One value for each actual value. */
  readonly values: ArrayLike<number>;
}

/**
 * Continuous ranked probability score from quantile forecasts, in the unit of the values: twice the mean of the pinball
 * losses, which comes near the score itself when the quantiles are many and evenly spread (Gneiting and Ranjan 2011).
 * Missing actual values (NaN) are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when there is no quantile, one is out of range, the lengths differ, a forecast is NaN,
 * or a value is infinite.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when no actual value is observed.
 *
 * @example
 * ```ts
 * import { crps } from '@novacron/ml';
 *
 * crps([3], [{ quantile: 0.25, values: [1] }, { quantile: 0.5, values: [3] }, { quantile: 0.75, values: [5] }]) // => 2 / 3
 * ```
 */
export function crps(actual: ArrayLike<number>, quantiles: readonly QuantileForecast[]): number {
  if (quantiles.length === 0) throw invalid('There must be at least one quantile', { option: 'quantiles' });
  let sum = 0;
  for (const { quantile, values } of quantiles) sum += pinball(actual, values, quantile);
  return (2 * sum) / quantiles.length;
}
