import { mae } from './mae.ts';
import { scaleOf, type ScaleOptions } from './scale-of.ts';

/** What the errors are compared with. */
export type MaseOptions = ScaleOptions;

/**
 * Mean absolute scaled error: the mean absolute error by that of the seasonal naive method over the training series
 * (Hyndman and Koehler 2006). Below 1 is better than that. Missing actual values (NaN) are left out.
 *
 * @throws {MlError} NOVA_ML_INVALID when the lengths differ, a forecast is NaN, a value is infinite, or the season is
 * out of range.
 * @throws {MlError} NOVA_ML_UNDEFINED_METRIC when the training series repeats itself exactly or is not longer than a
 * season, or no actual value is observed.
 *
 * @example
 * ```ts
 * import { mase } from '@novacron/ml';
 *
 * mase([5, 6], [4, 6], { training: [1, 3, 2, 4] }) // => 0.5 / (5 / 3)
 * ```
 */
export function mase(actual: ArrayLike<number>, forecast: ArrayLike<number>, options: MaseOptions): number {
  return mae(actual, forecast) / scaleOf(options, 1);
}
