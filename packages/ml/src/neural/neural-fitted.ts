import { encodeFloats } from '../json/floats.ts';
import { checkValues } from '../values.ts';
import { buildForecast } from '../forecast/build-forecast.ts';
import { rootMeanSquare } from '../forecast/root-mean-square.ts';
import type {
  FittedForecaster,
  Forecast,
  ForecastOptions,
  ModelDescription,
  SavedModel,
} from '../forecast/contract.ts';
import type { NetworkShape } from './network.ts';
import { simulateByForecast } from '../forecast/draw-paths.ts';
import type { SimulateOptions } from '../forecast/simulation.ts';

/** What a trained network can say. */
export interface TrainedNetwork {
  readonly name: string;
  readonly shape: NetworkShape;
  readonly seasonLength: number;
  readonly weightCount: number;
  /** What follows some places of a series without gaps, all steps that it predicts at once, place by place. */
  predict(values: Float64Array, ends: readonly number[]): Float64Array;
  toJSON(): SavedModel;
}

/** What a network knows of one series. */
export interface NeuralState {
  /** Its latest values, as many as a window has, in `unit`s. */
  readonly window: Float64Array;
  /** A power of two near the series' size. */
  readonly unit: number;
  /** Where forecasts are kept, in units. */
  readonly low: number;
  readonly high: number;
  /** Standard deviation of the errors of each step that is predicted at once, in units. */
  readonly deviations: Float64Array;
  readonly observed: number;
  readonly fittedValues: Float64Array;
  readonly residuals: Float64Array;
}

/** Beyond so many steps the last ones are repeated. */
const exactSteps = 2_000;

/** A trained network that looks at one series. */
export class NeuralFitted implements FittedForecaster {
  readonly #network: TrainedNetwork;
  readonly #state: NeuralState;
  readonly #window: Float64Array;

  /**
   * @param network - What was learned.
   * @param state - What it knows of the series; the window is taken over.
   */
  constructor(network: TrainedNetwork, state: NeuralState) {
    this.#network = network;
    this.#state = state;
    this.#window = state.window;
  }

  /** `LSTM`, `GRU` or `Transformer`. */
  get name(): string {
    return this.#network.name;
  }

  /** One-step predictions of the last 2,000 training values; NaN before. */
  get fittedValues(): Float64Array {
    return this.#state.fittedValues;
  }

  /** Value minus prediction; NaN where either is missing. */
  get residuals(): Float64Array {
    return this.#state.residuals;
  }

  /**
   * Forecasts as many steps at once as the network was trained for, then goes on from what it forecast; kept near the
   * range of the past. Intervals are normal, as wide as the errors that the network made on this series at each step;
   * where it goes on from its own forecasts their variances add up.
   *
   * @throws {MlError} NOVA_ML_INVALID when the horizon or a level is out of range.
   * @throws {MlError} NOVA_ML_OVERFLOW when a forecast would leave the range of numbers.
   */
  forecast(horizon: number, options?: ForecastOptions): Forecast {
    return buildForecast(horizon, options, (mean, deviation) => {
      const { unit, deviations } = this.#state;
      const { outputLength } = this.#network.shape;
      const path = this.#path(Math.ceil(Math.min(horizon, exactSteps) / outputLength) * outputLength);
      const last = deviations[outputLength - 1] as number;
      for (let start = 0; start < horizon; start += outputLength) {
        const blocks = start / outputLength;
        const length = Math.min(outputLength, horizon - start);
        const from = Math.min(start, path.length - outputLength); // beyond the path its last outputs are repeated
        for (let i = 0; i < length; i++) {
          const own = deviations[i] as number;
          mean[start + i] = (path[from + i] as number) * unit;
          deviation[start + i] = Math.sqrt(blocks * last * last + own * own) * unit;
        }
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
   * Moves the window on; a missing value is taken as predicted.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number; nothing has changed then.
   */
  update(values: ArrayLike<number>): void {
    checkValues(values);
    for (let i = 0; i < values.length; i++) {
      const value = (values[i] as number) / this.#state.unit;
      const next = value === value ? value : (this.#path(1)[0] as number);
      this.#window.copyWithin(0, 1);
      this.#window[this.#window.length - 1] = next;
    }
  }

  /** A copy that goes its own way. */
  clone(): NeuralFitted {
    return new NeuralFitted(this.#network, { ...this.#state, window: this.#window.slice() });
  }

  /** Name, form and spread. */
  describe(): ModelDescription {
    const { observed, residuals, deviations, unit } = this.#state;
    const { inputLength, outputLength, hidden, layers, heads, patchLength } = this.#network.shape;
    return {
      name: this.name,
      parameters: { inputLength, outputLength, hidden, layers, heads, patchLength, weights: this.#network.weightCount },
      seasonLength: this.#network.seasonLength,
      observations: observed,
      rmse: rootMeanSquare(residuals),
      sigma: (deviations[0] as number) * unit,
    };
  }

  /** Everything, the network included, versioned; {@link neuralFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { unit, low, high, deviations, observed, fittedValues, residuals } = this.#state;
    return {
      ...this.#network.toJSON(),
      model: 'neural-fitted',
      window: encodeFloats(this.#window),
      scale: encodeFloats(Float64Array.of(unit, low, high)),
      ownDeviations: encodeFloats(deviations),
      observed,
      fittedValues: encodeFloats(fittedValues),
      residuals: encodeFloats(residuals),
    };
  }

  #path(horizon: number): Float64Array {
    const { low, high } = this.#state;
    const { inputLength, outputLength } = this.#network.shape;
    const known = new Float64Array(inputLength + horizon + outputLength);
    known.set(this.#window);
    for (let done = 0; done < horizon; done += outputLength) {
      const next = this.#network.predict(known, [inputLength + done]);
      for (let step = 0; step < outputLength; step++) {
        known[inputLength + done + step] = Math.min(high, Math.max(low, next[step] as number));
      }
    }
    return known.subarray(inputLength, inputLength + horizon);
  }
}
