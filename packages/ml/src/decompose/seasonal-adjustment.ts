import { invalid } from '../error.ts';
import { checkOptions, toValues } from '../values.ts';
import { mstl } from './mstl.ts';

/** How a series is rid of its seasons. */
export interface SeasonalAdjustmentOptions {
  /** Steps in each of up to 20 seasons, each from 2; those longer than half of the series are left out. */
  readonly seasonLengths: readonly number[];
  /** Whether the seasons are factors and not amounts; values must be positive then. @default false */
  readonly relative?: boolean | undefined;
  /** Whether outliers are weighed down when the seasons are found. @default false */
  readonly robust?: boolean | undefined;
}

/**
 * A series without its seasons: what is left is trend and remainder, so that a change shows that the time of day hides.
 * The seasons are those of {@link mstl}. Missing values (NaN) stay missing.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range, or seasons are relative and a value is not
 * positive.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there is no observed value.
 *
 * @example
 * ```ts
 * import { seasonalAdjustment } from '@novacron/ml';
 *
 * const load = Array.from({ length: 96 }, (_, hour) => 50 + 10 * Math.sin((hour * Math.PI) / 12) + (hour >= 48 ? 5 : 0));
 * const adjusted = seasonalAdjustment(load, { seasonLengths: [24] });
 * Math.round(adjusted[80]! - adjusted[8]!) // => 5
 * ```
 */
export function seasonalAdjustment(values: ArrayLike<number>, options: SeasonalAdjustmentOptions): Float64Array {
  checkOptions(options);
  const series = toValues(values);
  const { seasonLengths, relative = false, robust } = options;
  const gone = series.findIndex((value) => value <= 0);
  if (relative && gone >= 0) {
    throw invalid(`Relative seasons need positive values, but values[${gone}] is ${series[gone]}`, { index: gone });
  }
  const scaled = relative ? series.map(Math.log) : series;
  const { seasons } = mstl(scaled, { seasonLengths, robust });
  return series.map((value, i) => {
    const season = seasons.reduce((sum, part) => sum + (part[i] as number), 0);
    return relative ? value * Math.exp(-season) : value - season;
  });
}
