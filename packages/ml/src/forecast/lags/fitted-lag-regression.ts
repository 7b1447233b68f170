import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { checkValues, longestSeason } from '../../values.ts';
import { rootMeanSquare } from '../root-mean-square.ts';
import { buildForecast } from '../build-forecast.ts';
import type { FittedForecaster, Forecast, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';

/** All that a fitted regression on lags knows. Values count in logarithms where `log` says so. */
export interface LagFit {
  /** How many steps back each regressor lies. */
  readonly lags: Float64Array;
  /** A coefficient a lag, the intercept last. */
  readonly coefficients: Float64Array;
  /** What values count from; NaN means from the one before. */
  readonly centre: number;
  /** Whether logarithms are regressed. */
  readonly log: boolean;
  /** A path is kept above this. */
  readonly low: number;
  /** A path is kept below this. */
  readonly high: number;
  /** The latest values, as many as the longest lag, oldest first; taken over. */
  readonly history: Float64Array;
  /** Steps in a season. */
  readonly seasonLength: number;
  /** Standard deviation of the one-step errors. */
  readonly sigma: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** One-step predictions, in the unit of the series. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** Beyond so many steps, or two seasons, the season is repeated with its growth, and every step widens as the last did. */
const exactSteps = 10_000;
/** The most lags that a regression may have. */
export const mostLags = 1_000;

/** A fitted regression of a series on its own past. */
export class FittedLagRegression implements FittedForecaster {
  readonly #fit: LagFit;
  #history: Float64Array;

  /** @param fit - What was learned. */
  constructor(fit: LagFit) {
    this.#fit = fit;
    this.#history = fit.history;
  }

  /** `Lag regression`, and whether of logarithms. */
  get name(): string {
    return this.#fit.log ? 'Lag regression of logarithms' : 'Lag regression';
  }

  /** One-step predictions of the training series; NaN for the first values, which have no past. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Forecasts step by step, each step taking part in those after it; kept near the range of the past. Intervals are
   * normal, as wide as the errors of the steps before add up to.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const { log, sigma } = this.#fit;
      mean.set(this.#path(horizon));
      if (options?.levels?.length !== 0) deviation.set(this.#growth(horizon));
      for (let step = 0; step < horizon; step++) {
        if (log) mean[step] = Math.exp(mean[step] as number);
        deviation[step] = (deviation[step] as number) * sigma;
      }
    });
  }

  /**
   * Possible futures, drawn from the intervals of the forecast.
   *
   * @param horizon - How many steps; 1 to 1,000,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   */
  simulate(horizon: number, options?: SimulateOptions): Float64Array[] {
    return simulateByForecast(this, horizon, options);
  }

  /**
   * Moves the past on; a missing value is taken as predicted.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const history = this.#history;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const usable = this.#fit.log ? value > 0 : value === value;
      const next = usable ? (this.#fit.log ? Math.log(value) : value) : (this.#path(1)[0] as number);
      history.copyWithin(0, 1);
      history[history.length - 1] = next;
    }
  }

  /** A copy that goes its own way. */
  clone(): FittedLagRegression {
    return new FittedLagRegression({ ...this.#fit, history: this.#history.slice() });
  }

  /** Name, coefficients and spread. */
  describe(): ModelDescription {
    const { lags, coefficients, seasonLength, observed, sigma, residuals } = this.#fit;
    const named = Array.from(lags, (lag, i) => [`lag${lag}`, coefficients[i] as number] as const);
    return {
      name: this.name,
      parameters: { ...Object.fromEntries(named), intercept: coefficients[lags.length] as number },
      seasonLength,
      observations: observed,
      rmse: rootMeanSquare(residuals),
      sigma,
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { lags, coefficients, centre, log, low, high, seasonLength, sigma, observed } = this.#fit;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'lag-regression',
      lags: encodeFloats(lags),
      coefficients: encodeFloats(coefficients),
      bounds: encodeFloats(Float64Array.of(centre, low, high)),
      log: Number(log),
      seasonLength,
      sigma,
      observed,
      history: encodeFloats(this.#history),
      fittedValues: encodeFloats(this.#fit.fittedValues),
      residuals: encodeFloats(this.#fit.residuals),
    };
  }

  #path(horizon: number): Float64Array {
    const { lags, coefficients, centre, low, high } = this.#fit;
    const start = this.#history.length;
    const path = new Float64Array(start + horizon);
    path.set(this.#history);
    const season = this.#fit.seasonLength;
    const exact = Math.min(path.length, start + Math.max(exactSteps, 2 * season));
    for (let t = start; t < exact; t++) {
      const value = predicted(path, t, lags, coefficients, centre);
      path[t] = Math.min(high, Math.max(low, value));
    }
    const growth = (path[exact - 1] as number) - (path[Math.max(0, exact - 1 - season)] as number);
    for (let t = exact; t < path.length; t++) {
      path[t] = Math.min(high, Math.max(low, (path[t - season] as number) + growth));
    }
    return path.subarray(start);
  }

  /** How many times the spread of one step a step ahead has: the impulse response, summed up. */
  #growth(horizon: number): Float64Array {
    const { lags, coefficients, centre } = this.#fit;
    const exact = Math.min(horizon, exactSteps);
    const response = new Float64Array(exact);
    const growth = new Float64Array(horizon);
    let squares = 0;
    for (let step = 0; step < exact; step++) {
      let value = step === 0 ? 1 : 0;
      let sum = 0;
      for (let i = 0; i < lags.length; i++) {
        const lag = lags[i] as number;
        const coefficient = coefficients[i] as number;
        sum += coefficient;
        if (lag <= step) value += coefficient * (response[step - lag] as number);
      }
      if (centre !== centre && step > 0) value += (1 - sum) * (response[step - 1] as number);
      // A response that explodes belongs to a path that is held by its bounds.
      response[step] = Math.max(-10, Math.min(10, value));
      squares += (response[step] as number) ** 2;
      growth[step] = Math.sqrt(squares);
    }
    const each = (response[exact - 1] as number) ** 2;
    for (let step = exact; step < horizon; step++) growth[step] = Math.sqrt(squares + (step - exact + 1) * each);
    return growth;
  }
}

/** What the values before `t` say about it. */
export function predicted(
  path: Float64Array,
  t: number,
  lags: ArrayLike<number>,
  coefficients: Float64Array,
  centre: number,
): number {
  const base = centre === centre ? centre : (path[t - 1] as number);
  let value = base + (coefficients[lags.length] as number);
  for (let i = 0; i < lags.length; i++) {
    value += (coefficients[i] as number) * ((path[t - (lags[i] as number)] as number) - base);
  }
  return value;
}

/**
 * Brings a saved regression on lags back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function lagRegressionFromJSON(saved: SavedReader): FittedLagRegression {
  const lags = saved.floats('lags');
  const longest = Math.max(1, ...lags.subarray(0, mostLags));
  if (lags.length > mostLags || lags.some((lag) => !Number.isInteger(lag) || lag < 1 || lag > 8 * longestSeason)) {
    throw damaged('lags must be whole steps back');
  }
  const [centre = NaN, low = NaN, high = NaN] = saved.floats('bounds', { length: 3, missing: true });
  if (!(low <= high)) throw damaged('bounds must be in order');
  const fittedValues = saved.floats('fittedValues', { missing: true });
  return new FittedLagRegression({
    lags,
    coefficients: saved.floats('coefficients', { length: lags.length + 1 }),
    centre,
    log: saved.integer('log', 0, 1) === 1,
    low,
    high,
    history: saved.floats('history', { length: longest }),
    seasonLength: saved.integer('seasonLength', 1, longestSeason),
    sigma: saved.number('sigma', 0, Number.MAX_VALUE),
    observed: saved.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}
