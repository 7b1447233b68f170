import { attention } from './attention.ts';
import { gruLayer, type GruWeights } from './gru-layer.ts';
import { lstmLayer, type LstmWeights } from './lstm-layer.ts';
import { addRepeated, layerNorm, linear, rectified, sum } from './operations.ts';
import { constant, reshaped, type Allocate, type Floats, type Tape, type Tensor } from './tensor.ts';

/** A network that learns from windows: two that remember, and one that looks at all of a window at once. */
export type Architecture = 'lstm' | 'gru' | 'transformer';

/** All of them. */
export const architectures: readonly Architecture[] = ['lstm', 'gru', 'transformer'];

/** Everything that says how many numbers a network has. */
export interface NetworkShape {
  readonly architecture: Architecture;
  /** Values of a window; a multiple of `patchLength`. */
  readonly inputLength: number;
  /** Values that are predicted at once. */
  readonly outputLength: number;
  /** Numbers that a step, or a patch, is told in; a multiple of `heads`. */
  readonly hidden: number;
  readonly layers: number;
  /** Parts that look at a window each in its own way. Transformer only. */
  readonly heads: number;
  /** Values that make one step or token. */
  readonly patchLength: number;
}

/** Predicts what follows windows. */
export class Network {
  readonly shape: NetworkShape;
  /** All that is learned, in a fixed order. */
  readonly parameters: readonly Tensor[];
  readonly #forward: (tape: Tape, windows: Floats, count: number) => Tensor;

  /**
   * @param allocate - Decides how many bits the parameters have.
   * @param random - Where they begin; uniform in [0, 1).
   */
  constructor(shape: NetworkShape, allocate: Allocate, random: () => number) {
    this.shape = shape;
    const maker = new ParameterMaker(allocate, random);
    this.#forward = builders[shape.architecture](shape, maker);
    this.parameters = maker.parameters;
  }

  /**
   * What follows each window.
   *
   * @param windows - `count` windows, one behind the other.
   * @returns A row for each window.
   */
  forward(tape: Tape, windows: Floats, count: number): Tensor {
    return this.#forward(tape, windows, count);
  }
}

class ParameterMaker {
  readonly parameters: Tensor[] = [];
  readonly #allocate: Allocate;
  readonly #random: () => number;

  constructor(allocate: Allocate, random: () => number) {
    this.#allocate = allocate;
    this.#random = random;
  }

  /** Weights that leave the size of what goes through as it is. */
  weights(rows: number, columns: number, limit = Math.sqrt(3 / rows)): Tensor {
    return this.#make(rows, columns, () => (2 * this.#random() - 1) * limit);
  }

  /** One row of equal numbers. */
  row(columns: number, value = 0): Tensor {
    return this.#make(1, columns, () => value);
  }

  #make(rows: number, columns: number, begin: () => number): Tensor {
    const data = this.#allocate(rows * columns);
    for (let i = 0; i < data.length; i++) data[i] = begin();
    const tensor = { rows, columns, data, gradient: this.#allocate(rows * columns) };
    this.parameters.push(tensor);
    return tensor;
  }
}

type Builder = (shape: NetworkShape, make: ParameterMaker) => (tape: Tape, windows: Floats, count: number) => Tensor;

/** The last layer begins small, so that learning begins at what windows are counted from. */
const lastLimit = 0.01;

const builders: Readonly<Record<Architecture, Builder>> = {
  lstm: ({ inputLength, outputLength, hidden, layers, patchLength }, make) => {
    const cells = Array.from({ length: layers }, (_, layer): LstmWeights => {
      const bias = make.row(4 * hidden);
      bias.data.fill(1, hidden, 2 * hidden); // remembers to begin with
      const input = make.weights(layer === 0 ? patchLength : hidden, 4 * hidden, 1 / Math.sqrt(hidden));
      return { input, recurrent: make.weights(hidden, 4 * hidden, 1 / Math.sqrt(hidden)), bias };
    });
    const [weights, bias] = [make.weights(hidden, outputLength, lastLimit), make.row(outputLength)];
    return (tape, windows, count) => {
      const steps = inputLength / patchLength;
      let sequence = sequenceOf(tape, windows, count, inputLength, patchLength);
      for (const cell of cells) sequence = lstmLayer(tape, sequence, steps, cell);
      return linear(tape, lastRows(sequence, count), weights, bias);
    };
  },
  gru: ({ inputLength, outputLength, hidden, layers, patchLength }, make) => {
    const limit = 1 / Math.sqrt(hidden);
    const cells = Array.from({ length: layers }, (_, layer): GruWeights => ({
      input: make.weights(layer === 0 ? patchLength : hidden, 3 * hidden, limit),
      recurrent: make.weights(hidden, 3 * hidden, limit),
      inputBias: make.row(3 * hidden),
      recurrentBias: make.row(3 * hidden),
    }));
    const [weights, bias] = [make.weights(hidden, outputLength, lastLimit), make.row(outputLength)];
    return (tape, windows, count) => {
      const steps = inputLength / patchLength;
      let sequence = sequenceOf(tape, windows, count, inputLength, patchLength);
      for (const cell of cells) sequence = gruLayer(tape, sequence, steps, cell);
      return linear(tape, lastRows(sequence, count), weights, bias);
    };
  },
  transformer: ({ inputLength, outputLength, hidden, layers, heads, patchLength }, make) => {
    const tokens = inputLength / patchLength;
    const dense = (rows: number, columns: number) => [make.weights(rows, columns), make.row(columns)] as const;
    const norm = () => [make.row(hidden, 1), make.row(hidden)] as const;
    const [embedding, embeddingBias] = dense(patchLength, hidden);
    const positions = make.weights(tokens, hidden, 0.02);
    const blocks = Array.from({ length: layers }, () => ({
      before: norm(),
      query: dense(hidden, hidden),
      key: dense(hidden, hidden),
      value: dense(hidden, hidden),
      mix: dense(hidden, hidden),
      between: norm(),
      wide: dense(hidden, 2 * hidden),
      narrow: dense(2 * hidden, hidden),
    }));
    const last = norm();
    const [weights, bias] = [make.weights(tokens * hidden, outputLength, lastLimit), make.row(outputLength)];
    return (tape, windows, count) => {
      const patches = constant(count * tokens, patchLength, windows);
      let x = addRepeated(tape, linear(tape, patches, embedding, embeddingBias), positions);
      for (const { before, query, key, value, mix, between, wide, narrow } of blocks) {
        const seen = layerNorm(tape, x, ...before);
        const [q, k, v] = [query, key, value].map((part) => linear(tape, seen, ...part)) as [Tensor, Tensor, Tensor];
        x = sum(tape, x, linear(tape, attention(tape, q, k, v, tokens, heads), ...mix));
        const inner = rectified(tape, linear(tape, layerNorm(tape, x, ...between), ...wide));
        x = sum(tape, x, linear(tape, inner, ...narrow));
      }
      const whole = reshaped(layerNorm(tape, x, ...last), count, tokens * hidden);
      return linear(tape, whole, weights, bias);
    };
  },
};

/** All windows' first step, then all windows' second step, and so on. */
function sequenceOf(tape: Tape, windows: Floats, count: number, inputLength: number, patchLength: number): Tensor {
  const data = tape.allocate(count * inputLength);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < inputLength; i++) {
      const step = Math.floor(i / patchLength);
      data[(step * count + row) * patchLength + (i % patchLength)] = windows[row * inputLength + i] as number;
    }
  }
  return constant((count * inputLength) / patchLength, patchLength, data);
}

/** What is remembered after the last step. */
function lastRows({ columns, data, gradient }: Tensor, count: number): Tensor {
  const length = count * columns;
  const from = (values: Floats): Floats => values.subarray(Math.max(0, values.length - length));
  return { rows: count, columns, data: from(data), gradient: from(gradient) };
}
