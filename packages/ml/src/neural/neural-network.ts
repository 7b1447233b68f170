import { fillMissing } from '../decompose/fill-missing.ts';
import { MlError } from '../error.ts';
import { fitBudget } from '../fit-budget.ts';
import type { SavedModel } from '../forecast/contract.ts';
import { withTimes, type ForecasterWithTimes } from '../forecast/timed/with-times.ts';
import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';
import { encodeFloats } from '../json/floats.ts';
import { observedCount, toValues } from '../values.ts';
import { windowsAtOnce } from './forward-in-parts.ts';
import { NeuralFitted, type TrainedNetwork } from './neural-fitted.ts';
import type { Network, NetworkShape } from './network.ts';
import { baseOf, scaleWindow, type WindowScale } from './scaled-window.ts';
import { Tape } from './tensor.ts';
import type { NeuralProgress } from './train-network.ts';

/** Origins whose errors say how wide intervals are, and that one-step predictions are kept of. */
const mostOrigins = 2_000;
/** With fewer origins of its own, a series has the errors that the network made on all. */
const enoughOrigins = 20;
/** A forecast may leave the range of the values before by this part of it. */
const reach = 0.25;

const names = { lstm: 'LSTM', gru: 'GRU', transformer: 'Transformer' } as const;

/** A network that was trained on some series and forecasts any. */
export class NeuralNetwork implements TrainedNetwork {
  /** How training went, an entry an epoch; empty for one that was saved. */
  readonly history: readonly NeuralProgress[];
  /** Steps in a season; 1 means that values are counted from the last one. */
  readonly seasonLength: number;
  readonly #network: Network;
  /** Of each step, in the spread of its window. */
  readonly #deviations: Float64Array;

  /**
   * @param network - What was learned.
   * @param seasonLength - Steps in a season.
   * @param deviations - Standard deviation of its errors at each step, in the spread of windows.
   * @param history - How training went.
   */
  constructor(network: Network, seasonLength: number, deviations: Float64Array, history: readonly NeuralProgress[]) {
    this.#network = network;
    this.seasonLength = seasonLength;
    this.#deviations = deviations;
    this.history = history;
  }

  /** `LSTM`, `GRU` or `Transformer`. */
  get name(): string {
    return names[this.#network.shape.architecture];
  }

  /** How many numbers it has, and of what. */
  get shape(): NetworkShape {
    return this.#network.shape;
  }

  /** How many weights it has. */
  get weightCount(): number {
    return this.#network.parameters.reduce((sum, { data }) => sum + data.length, 0);
  }

  /** What was learned, as a forecaster for any series, also one that was not there. Its `fit` only looks at its past. */
  forecaster(): ForecasterWithTimes<NeuralFitted> {
    return withTimes({
      name: this.name,
      fit: (values, options): NeuralFitted => {
        const check = fitBudget(options);
        return this.#fit(toValues(values), check);
      },
    });
  }

  /**
   * What follows some places of a series, all steps that it predicts at once, place by place.
   *
   * @param values - The series, without gaps.
   * @param ends - Where windows end.
   */
  predict(values: Float64Array, ends: readonly number[]): Float64Array {
    const { inputLength, outputLength } = this.shape;
    const windows = new Float32Array(ends.length * inputLength);
    const scales = ends.map((end, row) => scaleWindow(values, end, inputLength, windows, row * inputLength));
    const tape = new Tape((length) => new Float32Array(length), false);
    const { data } = this.#network.forward(tape, windows, ends.length);
    const predicted = new Float64Array(data.length);
    for (const [row, end] of ends.entries()) {
      const { spread } = scales[row] as WindowScale;
      for (let step = 0; step < outputLength; step++) {
        const place = row * outputLength + step;
        predicted[place] = baseOf(values, end, step, this.seasonLength) + (data[place] as number) * spread;
      }
    }
    return predicted;
  }

  /** Everything, versioned; {@link neuralFromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'neural-network',
      ...this.shape,
      seasonLength: this.seasonLength,
      deviations: encodeFloats(this.#deviations),
      weights: this.#network.parameters.map(({ data }) => encodeFloats(Float64Array.from(data))),
    };
  }

  #fit(known: Float64Array, check: () => void): NeuralFitted {
    const { inputLength, outputLength } = this.shape;
    if (known.length < inputLength || observedCount(known) === 0) throw tooShort(inputLength, known.length);
    const unit = powerOfTwoNear(known);
    const values = fillMissing(known, this.seasonLength).map((value) => value / unit);
    const fittedValues = new Float64Array(known.length).fill(Number.NaN);
    const residuals = fittedValues.slice();
    const squares = new Float64Array(outputLength);
    const counts = new Float64Array(outputLength);
    const first = Math.max(inputLength, known.length - mostOrigins);
    for (let end = first; end < known.length; end += windowsAtOnce) {
      check();
      const ends = Array.from({ length: Math.min(windowsAtOnce, known.length - end) }, (_, i) => end + i);
      const predicted = this.predict(values, ends);
      for (const [row, origin] of ends.entries()) {
        for (let step = 0; step < outputLength && origin + step < known.length; step++) {
          const prediction = (predicted[row * outputLength + step] as number) * unit;
          const error = (known[origin + step] as number) - prediction;
          if (step === 0) {
            fittedValues[origin] = prediction;
            residuals[origin] = error;
          }
          if (error !== error) continue;
          (squares[step] as number) += (error / unit) ** 2;
          (counts[step] as number)++;
        }
      }
    }
    const window = values.slice(values.length - inputLength);
    const { spread } = scaleWindow(window, inputLength, inputLength, new Float64Array(inputLength), 0);
    const deviations = squares.map((square, step) => {
      const count = counts[step] as number;
      return count >= enoughOrigins ? Math.sqrt(square / count) : (this.#deviations[step] as number) * spread;
    });
    const low = values.reduce((least, value) => Math.min(least, value), Infinity);
    const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
    const room = reach * (high - low);
    return new NeuralFitted(this, {
      window,
      unit,
      low: low - room,
      high: high + room,
      deviations,
      observed: observedCount(known),
      fittedValues,
      residuals,
    });
  }
}

function tooShort(needed: number, length: number): MlError {
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_TOO_SHORT',
    message: `This network looks at the last ${needed} values, and there are ${length}`,
    details: { needed, length },
  });
}
