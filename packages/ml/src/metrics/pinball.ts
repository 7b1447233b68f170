import { invalid } from '../error.ts';
import { sumOverPairs } from './forecast-pairs.ts';

/**
 * Mean pinball loss of forecasts of one quantile, in the unit of the values: too low costs `quantile`, too high
 * `1 - quantile` a unit (Koenker and Bassett 1978). Missing actual values (NaN) are left out.
 *
 * @param quantile - In (0, 1).
 * @throws {MlError} NOVA_ML_INVALID when the quantile is out of range, the lengths differ, a forecast is NaN, or a value
 * is infinite.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when no actual value is observed.
 *
 * @example
 * ```ts
 * import { pinball } from '@novacron/ml';
 *
 * pinball([5, 5], [4, 7], 0.75) // => (0.75 + 0.5) / 2
 * ```
 */
export function pinball(actual: ArrayLike<number>, forecast: ArrayLike<number>, quantile: number): number {
  checkQuantile(quantile);
  const { sum, count } = sumOverPairs(actual, forecast, (value, predicted) =>
    value >= predicted ? quantile * (value - predicted) : (1 - quantile) * (predicted - value),
  );
  return sum / count;
}

/** @throws {MlError} NOVA_ML_INVALID when it is not between 0 and 1, both excluded. */
function checkQuantile(quantile: unknown): void {
  if (typeof quantile === 'number' && quantile > 0 && quantile < 1) return;
  throw invalid(`A quantile must be between 0 and 1, both excluded, not ${String(quantile)}`, { quantile });
}
