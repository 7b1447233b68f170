import { rmse } from './rmse.ts';
import { scaleOf, type ScaleOptions } from './scale-of.ts';

/**
 * Root mean squared scaled error, the measure of the M5 competition: the root mean square error by that of the
 * seasonal naive method over the training series (Makridakis et al. 2022). Missing actual values (NaN) are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when the lengths differ, a forecast is NaN, a value is infinite, or the season is
 * out of range.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when the training series repeats itself exactly or is not longer than a
 * season, or no actual value is observed.
 *
 * @example
 * ```ts
 * import { rmsse } from '@novacron/ml';
 *
 * rmsse([5, 6], [3, 4], { training: [1, 2, 1, 2] }) // => 2
 * ```
 */
export function rmsse(actual: ArrayLike<number>, forecast: ArrayLike<number>, options: ScaleOptions): number {
  return rmse(actual, forecast) / scaleOf(options, 2);
}
