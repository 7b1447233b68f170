import type { FitOptions } from '../fit-budget.ts';
import type { SimulateOptions } from './simulation.ts';

/**
 * A forecasting method with its options, ready to be fitted to any number of series. It holds no state: the same
 * forecaster may fit many series, in any order.
 *
 * Those of this package also take values at any times, see {@link ForecasterWithTimes}; {@link timed} lifts any other.
 *
 * `fit` is synchronous because the models here take milliseconds. Code that takes anybody's forecaster should
 * `await` the result, so that it also takes slow models whose `fit` returns a promise.
 */
export interface Forecaster<Fitted extends FittedForecaster = FittedForecaster> {
  /** The method's name, for people. */
  readonly name: string;
  /**
   * Learns from a series with equal steps.
   *
   * @param values - Oldest first; NaN means missing, and every model says what it does with it. Not changed, not kept.
   * @param options - A time budget.
   * @throws {MlError} NOVA_ML_TOO_SHORT when there are too few observed values.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number.
   * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
   * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
   */
  fit(values: ArrayLike<number>, options?: FitOptions): Fitted;
}

/** A forecaster that has learned from a series. Only what is fitted can forecast. */
export interface FittedForecaster {
  /** The method's name, for people. */
  readonly name: string;
  /** What was predicted for each value of the training series from those before it; NaN where nothing could be. */
  readonly fittedValues: Float64Array;
  /** Value minus fitted value for each value of the training series; NaN where either is missing. */
  readonly residuals: Float64Array;
  /**
   * Forecasts the values that follow the last one seen.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast;
  /**
   * Possible futures: what a question needs that a mean and its intervals do not answer, such as a sum or a peak.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options?: SimulateOptions): Float64Array[];
  /**
   * Moves on by new values without another fit, in constant time a value. Parameters, the spread of the intervals,
   * `fittedValues` and `residuals` stay those of the fit. All values are checked before the first one counts.
   *
   * @param values - The values that follow, oldest first; NaN means missing.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number.
   */
  update(values: ArrayLike<number>): void;
  /** A copy that goes its own way: updates of one are not seen by the other. */
  clone(): FittedForecaster;
  /** What was learned, for people and logs. */
  describe(): ModelDescription;
  /** Everything needed to go on elsewhere, as plain versioned JSON; see {@link fittedFromJSON}. */
  toJSON(): SavedModel;
}

/** What a forecast is asked for. */
export interface ForecastOptions {
  /** The share of futures that each interval is to hold, each in (0, 1). @default [0.8, 0.95] */
  readonly levels?: readonly number[] | undefined;
  /** The smallest value that makes sense, like 0 for a load; means and intervals stop there. @default none */
  readonly minimum?: number | undefined;
  /** The largest value that makes sense, like 1 for a utilisation. @default none */
  readonly maximum?: number | undefined;
}

/** A forecast of `mean.length` steps. */
export interface Forecast {
  /** The expected values, first step first. */
  readonly mean: Float64Array;
  /** One interval a level, in the order in which the levels were asked for. */
  readonly intervals: readonly ForecastInterval[];
}

/** The band that holds the future with the given probability, if the model is right. */
export interface ForecastInterval {
  /** The probability, in (0, 1). */
  readonly level: number;
  /** Lower bound of each step. */
  readonly lower: Float64Array;
  /** Upper bound of each step. */
  readonly upper: Float64Array;
}

/** What a model learned. Criteria can be compared between models of this package fitted to the same series. */
export interface ModelDescription {
  /** The model that was used in the end, `ETS(A,A,A)`. */
  readonly name: string;
  /** The estimated or given parameters by their usual names. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Steps in a season; 1 means that the model has none. */
  readonly seasonLength: number;
  /** Observed values of the training series. */
  readonly observations: number;
  /** Root mean square of the one-step errors, in the unit of the series. */
  readonly rmse: number;
  /** Standard deviation of the one-step errors as the intervals use it, in the unit of the series. */
  readonly sigma: number;
  /** `-n/2 log(sum of squared errors)`, the Gaussian log likelihood but for a constant (as in R's `ets`). */
  readonly logLikelihood?: number | undefined;
  /** Akaike's criterion. */
  readonly aic?: number | undefined;
  /** Akaike's criterion corrected for short series. */
  readonly aicc?: number | undefined;
  /** Bayesian criterion. */
  readonly bic?: number | undefined;
  /** Why it is simpler than what was asked for. */
  readonly reduced?: string | undefined;
}

/** A fitted model as JSON. Only `format`, `version` and `model` are part of the API; the rest is the model's own. */
export interface SavedModel {
  /** Tells what kind of thing was saved. */
  readonly format: 'novacron-forecaster' | 'novacron-detector';
  /** The version of the layout. */
  readonly version: number;
  /** Which model it is. */
  readonly model: string;
  readonly [field: string]: unknown;
}
