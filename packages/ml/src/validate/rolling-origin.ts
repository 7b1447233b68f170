import { invalid, MlError } from '../error.ts';
import { fitBudget, type FitOptions } from '../fit-budget.ts';
import type { Forecast, ForecastOptions } from '../forecast/contract.ts';
import { checkedInteger, checkOptions, toValues } from '../values.ts';

/** How a forecaster is tried on the past. */
export interface RollingOriginOptions extends FitOptions {
  /** Steps to forecast from each origin. */
  readonly horizon: number;
  /** How many origins. @default 3 */
  readonly origins?: number | undefined;
  /** Steps between one origin and the next. @default the horizon */
  readonly step?: number | undefined;
  /** Values that the first origin has before it at least. @default 2 */
  readonly minimumTraining?: number | undefined;
  /** What to ask of each forecast. @default levels 0.8 and 0.95 */
  readonly forecast?: ForecastOptions | undefined;
}

/** One forecast of the past and what came of it. */
export interface RollingOriginFold {
  /** How many values the forecaster saw. */
  readonly origin: number;
  /** Those values: what a scaled metric needs. */
  readonly training: Float64Array;
  /** What came after them. */
  readonly actual: Float64Array;
  /** What was forecast. */
  readonly forecast: Forecast;
}

/** Anything that fits a series and forecasts. */
export interface ForecasterLike {
  /** Learns from values. */
  fit(values: Float64Array, options?: FitOptions): { forecast(horizon: number, options?: ForecastOptions): Forecast };
}

/**
 * Rolling-origin cross-validation (Tashman 2000): fits a forecaster to the start of a series, forecasts what follows,
 * moves on, and fits again. The forecaster is handed a copy of the values before the origin and nothing else, so that it
 * cannot see what it is judged by. The last origin leaves exactly `horizon` values. A time budget is one for all fits.
 *
 * @returns one fold for each origin, the earliest first; fewer than asked for when the series is short.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there is no room for one origin.
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
 * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
 *
 * @example
 * ```ts
 * import { mae, rollingOrigin, seasonalNaive } from '@novacron/ml';
 *
 * const folds = rollingOrigin(seasonalNaive({ seasonLength: 2 }), [1, 5, 1, 5, 1, 5, 2, 5], { horizon: 2, origins: 2 });
 * folds.map(({ actual, forecast }) => mae(actual, forecast.mean)) // => [0, 0.5]
 * ```
 */
export function rollingOrigin(
  forecaster: ForecasterLike,
  values: ArrayLike<number>,
  options: RollingOriginOptions,
): RollingOriginFold[] {
  checkOptions(options);
  const check = fitBudget(options);
  const series = toValues(values);
  const horizon = checkedInteger(options.horizon, 'horizon', 1, 1_000_000);
  const count = checkedInteger(options.origins ?? 3, 'origins', 1, 1_000_000);
  const step = checkedInteger(options.step ?? horizon, 'step', 1, 1_000_000);
  const least = checkedInteger(options.minimumTraining ?? 2, 'minimumTraining', 1, 100_000_000);
  if (typeof forecaster?.fit !== 'function') throw invalid('There must be a forecaster', { option: 'forecaster' });
  const last = series.length - horizon;
  if (last < least) {
    throw new MlError({
      kind: 'invalid',
      code: 'NOVA_ML_TOO_SHORT',
      message: `A series of ${series.length} values has no room for ${least} to learn from and ${horizon} to forecast`,
      details: { length: series.length, horizon, minimumTraining: least },
    });
  }
  const folds: RollingOriginFold[] = [];
  for (let k = Math.min(count - 1, Math.floor((last - least) / step)); k >= 0; k--) {
    const origin = last - k * step;
    const training = series.slice(0, origin);
    const fitted = forecaster.fit(training.slice(), check.rest());
    folds.push({
      origin,
      training,
      actual: series.slice(origin, origin + horizon),
      forecast: fitted.forecast(horizon, options.forecast),
    });
  }
  return folds;
}
