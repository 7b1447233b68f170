import { damaged, encodeFloats } from '../../json/floats.ts';
import type { SavedReader } from '../../json/saved-reader.ts';
import { checkValues } from '../../values.ts';
import { buildForecast } from '../build-forecast.ts';
import type { FittedForecaster, Forecast, ForecastOptions, ModelDescription, SavedModel } from '../contract.ts';
import { adidaMethod, crostonMethod, imapaMethod, sbaMethod, tsbMethod } from './intermittent-methods.ts';
import { driftMethod, meanMethod, windowMethod, type RecursiveMethod } from './recursive-method.ts';
import { simulateByForecast } from '../draw-paths.ts';
import type { SimulateOptions } from '../simulation.ts';

/** All that a fitted recursive method knows. */
export interface RecursiveFit {
  /** Which method. */
  readonly method: RecursiveMethod;
  /** Its parameters. */
  readonly parameters: Float64Array;
  /** Where it stands; taken over. */
  readonly state: Float64Array;
  /** Standard deviation of the one-step errors. */
  readonly sigma: number;
  /** Root mean square of the residuals. */
  readonly rmse: number;
  /** Observed values of the training series. */
  readonly observed: number;
  /** One-step predictions. */
  readonly fittedValues: Float64Array;
  /** Their errors. */
  readonly residuals: Float64Array;
}

/** A fitted method of a few numbers: mean, drift, window average, or one for intermittent demand. */
export class FittedRecursive implements FittedForecaster {
  readonly #fit: RecursiveFit;

  /** @param fit - What was learned. */
  constructor(fit: RecursiveFit) {
    this.#fit = fit;
  }

  /** The method's name. */
  get name(): string {
    return this.#fit.method.name;
  }

  /** Predictions of the training series; NaN where nothing could be said. */
  get fittedValues(): Float64Array {
    return this.#fit.fittedValues;
  }

  /** Value minus prediction; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#fit.residuals;
  }

  /**
   * Forecasts with normal intervals around the mean.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const { method, state, parameters, sigma } = this.#fit;
      for (let step = 0; step < horizon; step++) {
        mean[step] = method.mean(state, parameters, step + 1);
        deviation[step] = sigma * method.spread(state, parameters, step + 1);
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
   * Moves the state on.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const { method, state, parameters } = this.#fit;
    for (let i = 0; i < values.length; i++) method.step(state, parameters, values[i] as number);
  }

  /** A copy that goes its own way. */
  clone(): FittedRecursive {
    return new FittedRecursive({ ...this.#fit, state: this.#fit.state.slice() });
  }

  /** Name, parameters and spread; these methods have no likelihood. */
  describe(): ModelDescription {
    const { method, parameters, observed, rmse, sigma } = this.#fit;
    const named = method.parameterNames.map((parameter, i) => [parameter, parameters[i] as number] as const);
    return {
      name: method.name,
      parameters: Object.fromEntries(named),
      seasonLength: 1,
      observations: observed,
      rmse,
      sigma,
    };
  }

  /** Everything, versioned; {@link fittedFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { method, parameters, state, fittedValues, residuals, ...rest } = this.#fit;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'recursive',
      ...rest,
      method: method.key,
      parameters: encodeFloats(parameters),
      state: encodeFloats(state),
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }
}

const methods: ReadonlyMap<string, RecursiveMethod> = new Map(
  [meanMethod, driftMethod, windowMethod, crostonMethod, sbaMethod, tsbMethod, adidaMethod, imapaMethod].map(
    (method) => [method.key, method],
  ),
);

/**
 * Brings a saved recursive method back.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
 */
export function recursiveFromJSON(saved: SavedReader): FittedRecursive {
  const method = methods.get(saved.text('method'));
  if (method === undefined) throw damaged('method is unknown');
  const blocks = method === adidaMethod || method === imapaMethod;
  const parameters = saved.floats('parameters');
  if (!blocks && parameters.length !== method.parameterNames.length) {
    throw damaged('parameters are of another method');
  }
  if (blocks && parameters.length % 2 !== 0) throw damaged('parameters must come in pairs');
  const state = saved.floats('state', { missing: true });
  const size = method.stateSize(parameters);
  if (state.length !== size || (size > 0 && method === windowMethod && !isPlace(state[0], size - 2))) {
    throw damaged('state is of another method');
  }
  const fittedValues = saved.floats('fittedValues', { missing: true });
  return new FittedRecursive({
    method,
    parameters,
    state,
    sigma: saved.number('sigma', 0, Number.MAX_VALUE),
    rmse: saved.number('rmse', 0, Number.MAX_VALUE),
    observed: saved.integer('observed', 1, fittedValues.length),
    fittedValues,
    residuals: saved.floats('residuals', { length: fittedValues.length, missing: true }),
  });
}

function isPlace(value: number | undefined, limit: number): boolean {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value < limit;
}
