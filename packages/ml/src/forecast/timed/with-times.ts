import type { FitOptions } from '../../fit-budget.ts';
import type { FittedForecaster, Forecaster } from '../contract.ts';
import type { FittedTimed } from './timed-fitted.ts';
import { timed } from './timed.ts';

/** What a fit to values at any times takes. */
export interface FitOptionsWithTimes extends FitOptions {
  /** When each value was measured, epoch milliseconds, rising. */
  readonly times: ArrayLike<number>;
}

/**
 * A forecaster whose `fit` also takes values at any times, as every one of this package does. They become steps by the
 * rule of {@link timed}, which also takes a time zone, a step or another way to combine.
 */
export interface ForecasterWithTimes<
  Fitted extends FittedForecaster = FittedForecaster,
  Options extends FitOptions = FitOptions,
> extends Forecaster<Fitted> {
  /**
   * Learns from values at any times; forecasts say when their steps are.
   *
   * @param values - Oldest first; NaN means missing.
   * @param options - When they were measured, and a time budget.
   * @throws {MlError} NOVA_ML_INVALID when a value or a time is out of range, or a time is not after the one before it.
   * @throws {MlError} NOVA_ML_TOO_SHORT when there are too few observed values, or a single time.
   * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
   * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
   */
  fit(values: ArrayLike<number>, options: FitOptionsWithTimes): FittedTimed<Fitted>;
  /**
   * Learns from a series with equal steps.
   *
   * @param values - Oldest first; NaN means missing.
   * @param options - A time budget, and what else the model takes.
   * @throws {MlError} NOVA_ML_TOO_SHORT when there are too few observed values.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number.
   * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
   * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
   */
  fit(values: ArrayLike<number>, options?: Options): Fitted;
}

/** Lets the `fit` of a forecaster for equal steps take times too. */
export function withTimes<Fitted extends FittedForecaster, Options extends FitOptions = FitOptions>(forecaster: {
  readonly name: string;
  fit(values: ArrayLike<number>, options?: Options): Fitted;
}): ForecasterWithTimes<Fitted, Options> {
  function fit(values: ArrayLike<number>, options: FitOptionsWithTimes): FittedTimed<Fitted>;
  function fit(values: ArrayLike<number>, options?: Options): Fitted;
  function fit(values: ArrayLike<number>, options?: Options | FitOptionsWithTimes): Fitted | FittedTimed<Fitted> {
    return hasTimes(options) ? timed(forecaster).fit(values, options) : forecaster.fit(values, options);
  }
  return { name: forecaster.name, fit };
}

function hasTimes(options?: Partial<FitOptionsWithTimes>): options is FitOptionsWithTimes {
  return options?.times !== undefined;
}
