import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { checkValues, longestSeason } from '../../values.ts';
import { buildForecast } from '../build-forecast.ts';
import type { Forecast, FittedForecaster, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { cesParameters, cesPrediction, cesSize, cesStep, type CesSeason, type CesShape } from './ces-recursion.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';

/** All that a fitted complex exponential smoothing knows. */
export interface CesFit {
  /** Which model. */
  readonly shape: CesShape;
  /** The smoothing parameters. */
  readonly parameters: Float64Array;
  /** Where the recursion stands, in the unit of the series; taken over. */
  readonly state: Float64Array;
  /** How many steps the model has seen. */
  readonly seen: number;
  /** Standard deviation of the errors. */
  readonly sigma: number;
  /** `-n/2 log(sum of squared errors)`. */
  readonly logLikelihood: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** One-step predictions. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** Beyond so many steps every season adds what the last one did. */
const exactSteps = 1_000;

/** A fitted complex exponential smoothing, made by {@link ces}. */
export class FittedCes implements FittedForecaster {
  readonly #fit: CesFit;
  #seen: number;

  /** @param fit - What was learned. */
  constructor(fit: CesFit) {
    this.#fit = fit;
    this.#seen = fit.seen;
  }

  /** The model by its season, `CES(partial)`. */
  get name(): string {
    return `CES(${this.#fit.shape.season})`;
  }

  /** One-step predictions of the training series. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where the value is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Carries the recursion on. Intervals are normal, as wide as the errors of the steps before add up to.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const { shape, parameters, state, sigma } = this.#fit;
      this.#follow(state.slice(), mean);
      if (options?.levels?.length === 0) return;
      // What an error of 1 in the first step does to those after it.
      const shock = new Float64Array(state.length);
      cesStep(shape, parameters, shock, this.#phase(0), 1);
      const response = new Float64Array(horizon);
      this.#follow(shock, response.subarray(1), 1);
      let squares = 1;
      for (let step = 0; step < horizon; step++) {
        squares += (response[step] as number) ** 2;
        deviation[step] = sigma * Math.sqrt(squares);
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
   * One step of the recursion a value; a missing one is taken as predicted.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const { shape, parameters, state } = this.#fit;
    for (let i = 0; i < values.length; i++) {
      const phase = this.#phase(0);
      const error = (values[i] as number) - cesPrediction(shape, state, phase);
      cesStep(shape, parameters, state, phase, error === error ? error : 0);
      this.#seen++;
    }
  }

  /** A copy that goes its own way. */
  clone(): FittedCes {
    return new FittedCes({ ...this.#fit, state: this.#fit.state.slice(), seen: this.#seen });
  }

  /** Parameters, likelihood and criteria; starts are found by running backwards and are not counted as estimated. */
  describe(): ModelDescription {
    const { shape, parameters, sigma, observed, logLikelihood } = this.#fit;
    const count = parameters.length + 1;
    const aic = 2 * count - 2 * logLikelihood;
    return {
      name: this.name,
      parameters: Object.fromEntries(cesParameters(shape).map((name, i) => [name, parameters[i] as number])),
      seasonLength: shape.seasonLength,
      observations: observed,
      rmse: sigma,
      sigma,
      logLikelihood,
      aic,
      aicc: observed > count + 1 ? aic + (2 * count * (count + 1)) / (observed - count - 1) : undefined,
      bic: aic + count * (Math.log(observed) - 2),
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { shape, parameters, state, sigma, logLikelihood, observed, fittedValues, residuals } = this.#fit;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'ces',
      season: shape.season,
      seasonLength: shape.seasonLength,
      parameters: encodeFloats(parameters),
      state: encodeFloats(state),
      seen: this.#seen,
      sigma,
      logLikelihood,
      observed,
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }

  #phase(step: number): number {
    return (this.#seen + step) % this.#fit.shape.seasonLength;
  }

  /** Fills a path without errors from a state that stands `ahead` steps after the latest value. */
  #follow(state: Float64Array, path: Float64Array, ahead: number = 0): void {
    const { shape, parameters } = this.#fit;
    const m = shape.seasonLength;
    const exact = Math.min(path.length, Math.max(exactSteps, 2 * m));
    for (let step = 0; step < exact; step++) {
      const phase = this.#phase(step + ahead);
      path[step] = cesPrediction(shape, state, phase);
      cesStep(shape, parameters, state, phase, 0);
    }
    for (let step = exact; step < path.length; step++) {
      path[step] = 2 * (path[step - m] as number) - (path[step - 2 * m] as number);
    }
  }
}

const seasons: readonly CesSeason[] = ['none', 'simple', 'partial', 'full'];

/**
 * Brings a saved complex exponential smoothing back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function cesFromJSON(saved: SavedReader): FittedCes {
  const season = seasons.find((known) => known === saved.text('season'));
  if (season === undefined) throw damaged(`season must be one of ${seasons.join(', ')}`);
  const shape = { season, seasonLength: saved.integer('seasonLength', season === 'none' ? 1 : 2, longestSeason) };
  if (season === 'none' && shape.seasonLength !== 1) throw damaged('there is no season');
  const fittedValues = saved.floats('fittedValues');
  return new FittedCes({
    shape,
    parameters: saved.floats('parameters', { length: cesParameters(shape).length }),
    state: saved.floats('state', { length: cesSize(shape) }),
    seen: saved.integer('seen', 1, Number.MAX_SAFE_INTEGER),
    sigma: saved.number('sigma', 0, Number.MAX_VALUE),
    logLikelihood: saved.number('logLikelihood', -Number.MAX_VALUE, Number.MAX_VALUE),
    observed: saved.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}
