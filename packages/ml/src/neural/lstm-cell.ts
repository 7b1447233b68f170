import { addProduct } from './matrix-product.ts';
import { addRows, backThroughProduct } from './operations.ts';
import type { Tape, Tensor } from './tensor.ts';

/** Weights of a long short-term memory: gates stand side by side as input, forget, candidate and output. */
export interface LstmWeights {
  readonly input: Tensor;
  readonly recurrent: Tensor;
  readonly bias: Tensor;
}

/** What a memory hands on to its next step. */
export interface LstmState {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

/** One step of a long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000). */
export function lstmCell(tape: Tape, x: Tensor, { hidden, cell }: LstmState, weights: LstmWeights): LstmState {
  const { rows, columns: size } = hidden;
  const gates = tape.tensor(rows, 4 * size);
  for (let row = 0; row < rows; row++) gates.data.set(weights.bias.data, row * 4 * size);
  addProduct(gates.data, x.data, weights.input.data, [rows, x.columns, 4 * size]);
  addProduct(gates.data, hidden.data, weights.recurrent.data, [rows, size, 4 * size]);
  const nextCell = tape.tensor(rows, size);
  const nextHidden = tape.tensor(rows, size);
  const squashed = tape.allocate(rows * size);
  const { data, gradient } = gates;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < size; j++) {
      const place = row * 4 * size + j;
      const own = row * size + j;
      const input = (data[place] = sigmoid(data[place] as number));
      const forget = (data[place + size] = sigmoid(data[place + size] as number));
      const candidate = (data[place + 2 * size] = tanh(data[place + 2 * size] as number));
      const output = (data[place + 3 * size] = sigmoid(data[place + 3 * size] as number));
      const value = forget * (cell.data[own] as number) + input * candidate;
      const flat = tanh(value);
      nextCell.data[own] = value;
      squashed[own] = flat;
      nextHidden.data[own] = output * flat;
    }
  }
  tape.record(() => {
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < size; j++) {
        const place = row * 4 * size + j;
        const own = row * size + j;
        const input = data[place] as number;
        const forget = data[place + size] as number;
        const candidate = data[place + 2 * size] as number;
        const output = data[place + 3 * size] as number;
        const flat = squashed[own] as number;
        const ofHidden = nextHidden.gradient[own] as number;
        const ofCell = (nextCell.gradient[own] as number) + ofHidden * output * (1 - flat * flat);
        gradient[place] = ofCell * candidate * input * (1 - input);
        gradient[place + size] = ofCell * (cell.data[own] as number) * forget * (1 - forget);
        gradient[place + 2 * size] = ofCell * input * (1 - candidate * candidate);
        gradient[place + 3 * size] = ofHidden * flat * output * (1 - output);
        (cell.gradient[own] as number) += ofCell * forget;
      }
    }
    backThroughProduct(hidden, weights.recurrent, gates);
    backThroughProduct(x, weights.input, gates);
    addRows(weights.bias, gates);
  });
  return { hidden: nextHidden, cell: nextCell };
}

/** The logistic function. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The hyperbolic tangent, from one exponential, which is faster than `Math.tanh`; its error is below 2e-16. */
export function tanh(x: number): number {
  return 1 - 2 / (1 + Math.exp(2 * x));
}
