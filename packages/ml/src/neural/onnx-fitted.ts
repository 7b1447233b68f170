import type { CallOptions } from '@novacron/core';
import { buildForecast, checkForecast } from '../forecast/build-forecast.ts';
import type {
  Forecast,
  ForecastInterval,
  ForecastOptions,
  ModelDescription,
  SavedModel,
} from '../forecast/contract.ts';
import { drawnLevel, drawPaths } from '../forecast/draw-paths.ts';
import { rootMeanSquare } from '../forecast/root-mean-square.ts';
import { checkedPath, checkedSimulation, type SimulateOptions } from '../forecast/simulation.ts';
import { encodeFloats } from '../json/floats.ts';
import { checkedInteger, checkValues } from '../values.ts';
import { inRounds } from './onnx-deadline.ts';
import type { OnnxModel } from './onnx-model.ts';

/** What a model knows of one series. */
export interface OnnxState {
  /** Its latest values without gaps: as many as a window and a season have. */
  readonly window: Float64Array;
  /** Standard deviation of the model's errors at each step that it predicts at once. */
  readonly deviations: Float64Array;
  readonly observed: number;
  readonly fittedValues: Float64Array;
  readonly residuals: Float64Array;
}

const longestHorizon = 100_000;

/**
 * Somebody's model that looks at one series, made by {@link onnxForecaster}: what a fitted forecaster can do, but that
 * `forecast` and `simulate` give promises, since onnxruntime does.
 */
export class FittedOnnx {
  readonly #model: OnnxModel;
  readonly #state: OnnxState;
  #window: Float64Array;

  /**
   * @param model - The loaded model.
   * @param state - What it knows of the series.
   */
  constructor(model: OnnxModel, state: OnnxState) {
    this.#model = model;
    this.#state = state;
    this.#window = state.window;
  }

  /** The model's path, name or hash. */
  get name(): string {
    return this.#model.shape.source;
  }

  /** One-step predictions of the last 100 training values; NaN before. */
  get fittedValues(): Float64Array {
    return this.#state.fittedValues;
  }

  /** Value minus prediction; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#state.residuals;
  }

  /**
   * Forecasts the values that follow the last one seen. Beyond `outputLength` steps the model goes on from its own forecasts.
   * Intervals are normal, as wide as the errors that it made at each step from the last places of the training series.
   *
   * @param horizon - How many steps; 1 to 100,000.
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range, or when the model answers with something
   * else than `outputLength` numbers.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   * @throws {MlError} NOVA_ML_INTERNAL when the session fails; its error is the cause.
   * @throws {MlError} NOVA_ML_ABORTED when the signal fires.
   * @throws {MlError} NOVA_ML_TIMEOUT when `timeoutMs` has passed.
   */
  forecast(horizon: number, options: ForecastOptions & CallOptions = {}): Promise<Forecast> {
    return inRounds(options, 'The forecasts', (turn) => this.#forecast(horizon, options, turn));
  }

  /**
   * Possible futures, drawn from the intervals of the forecast.
   *
   * @param horizon - How many steps; 1 to 100,000.
   * @param options - How many paths, and the seed.
   * @returns one array a path.
   * @throws {MlError} NOVA_ML_INVALID when the horizon, the number of paths, both together or the seed is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a future leaves ±1e300.
   * @throws {MlError} NOVA_ML_INTERNAL when the session fails; its error is the cause.
   * @throws {MlError} NOVA_ML_ABORTED when the signal fires.
   * @throws {MlError} NOVA_ML_TIMEOUT when `timeoutMs` has passed.
   */
  simulate(horizon: number, options: SimulateOptions & CallOptions = {}): Promise<Float64Array[]> {
    return inRounds(options, 'The simulations', async (turn) => {
      const { paths: count, seed } = checkedSimulation(horizon, options);
      const { mean, intervals } = await this.#forecast(horizon, { levels: [drawnLevel] }, turn);
      const paths: Float64Array[] = [];
      for (const path of drawPaths(mean, intervals[0] as ForecastInterval, count, seed)) {
        await turn();
        paths.push(checkedPath(path));
      }
      return paths;
    });
  }

  /**
   * Appends new values to what the model looks at; it is asked at the next forecast. A missing value is taken from the
   * season before.
   *
   * @param values - The values that follow, oldest first; NaN means missing.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    const { seasonLength } = this.#model.shape;
    const known = this.#window.length;
    const joined = new Float64Array(known + values.length);
    joined.set(this.#window);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      joined[known + i] = value === value ? value : (joined[known + i - seasonLength] as number);
    }
    this.#window = joined.slice(values.length);
  }

  /** A copy that goes its own way. */
  clone(): FittedOnnx {
    return new FittedOnnx(this.#model, { ...this.#state, window: this.#window });
  }

  /** Name, form and spread. */
  describe(): ModelDescription {
    const { observed, residuals, deviations } = this.#state;
    const { inputLength, outputLength, seasonLength } = this.#model.shape;
    return {
      name: this.name,
      parameters: { inputLength, outputLength },
      seasonLength,
      observations: observed,
      rmse: rootMeanSquare(residuals),
      sigma: deviations[0] as number,
    };
  }

  /** What it knows of the series, and which model it is, not the model itself; `fromJSON` of the forecaster reads it. */
  toJSON(): SavedModel {
    const { deviations, observed, fittedValues, residuals } = this.#state;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'onnx',
      ...this.#model.shape,
      window: encodeFloats(this.#window),
      deviations: encodeFloats(deviations),
      observed,
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }

  async #forecast(horizon: number, options: ForecastOptions, turn: () => Promise<void>): Promise<Forecast> {
    checkForecast(horizon, options);
    checkedInteger(horizon, 'horizon', 1, longestHorizon);
    const path = await this.#model.path(this.#window, horizon, turn);
    const { deviations } = this.#state;
    const { outputLength } = this.#model.shape;
    return buildForecast(horizon, options, (mean, deviation) => {
      const lastVariance = (deviations[outputLength - 1] as number) ** 2;
      for (let step = 0; step < horizon; step++) {
        mean[step] = path[step] as number;
        const own = deviations[step % outputLength] as number;
        deviation[step] = Math.sqrt(Math.floor(step / outputLength) * lastVariance + own * own);
      }
    });
  }
}
