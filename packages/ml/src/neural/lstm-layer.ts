import { squash } from './kernel.ts';
import { addProduct } from './matrix-product.ts';
import { addRows, backThroughProduct } from './operations.ts';
import type { Floats, Tape, Tensor } from './tensor.ts';

/** Weights of a long short-term memory: gates stand side by side as input, forget, candidate and output. */
export interface LstmWeights {
  readonly input: Tensor;
  readonly recurrent: Tensor;
  readonly bias: Tensor;
}

/**
 * A long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000) along a sequence.
 * What does not wait for the step before is one product for all steps: the way in, and the way back to the weights.
 *
 * @param sequence - All windows' first step, then all windows' second step, and so on.
 * @returns What is remembered after each step, in the same order.
 */
export function lstmLayer(tape: Tape, sequence: Tensor, steps: number, weights: LstmWeights): Tensor {
  const { input, recurrent, bias } = weights;
  const size = recurrent.rows;
  const width = 4 * size;
  const count = sequence.rows / steps;
  const gates = tape.tensor(sequence.rows, width);
  const hidden = tape.tensor(sequence.rows, size);
  const cells = tape.allocate(sequence.rows * size);
  const squashed = tape.allocate(sequence.rows * size);
  const { data, gradient } = gates;
  for (let row = 0; row < gates.rows; row++) data.set(bias.data, row * width);
  addProduct(data, sequence.data, input.data, [gates.rows, sequence.columns, width]);
  const block = count * size;
  for (let step = 0; step < steps; step++) {
    const now = data.subarray(step * block * 4, (step + 1) * block * 4);
    if (step > 0) {
      addProduct(now, hidden.data.subarray((step - 1) * block, step * block), recurrent.data, [count, size, width]);
    }
    // The hyperbolic tangent of the candidate is twice the logistic function of its double, less one.
    eachCandidate(now, size, (value) => value + value);
    squash(now, false);
    eachCandidate(now, size, (share) => share + share - 1);
    const [from, to] = [step * block, (step + 1) * block];
    for (let own = from; own < to; own++) {
      const place = own * 4 - 3 * (own % size);
      const before = step === 0 ? 0 : (cells[own - block] as number);
      const value = (data[place + size] as number) * before;
      cells[own] = value + (data[place] as number) * (data[place + 2 * size] as number);
    }
    const flat = squashed.subarray(from, to);
    flat.set(cells.subarray(from, to));
    squash(flat, true);
    for (let own = from; own < to; own++) {
      const place = own * 4 - 3 * (own % size);
      hidden.data[own] = (data[place + 3 * size] as number) * (squashed[own] as number);
    }
  }
  tape.record(() => {
    const ofCells = tape.allocate(block);
    for (let step = steps - 1; step >= 0; step--) {
      for (let row = step * count; row < (step + 1) * count; row++) {
        for (let j = 0; j < size; j++) {
          const place = row * width + j;
          const own = row * size + j;
          const inBlock = own - step * block;
          const letIn = data[place] as number;
          const forget = data[place + size] as number;
          const candidate = data[place + 2 * size] as number;
          const output = data[place + 3 * size] as number;
          const flat = squashed[own] as number;
          const ofHidden = hidden.gradient[own] as number;
          const ofCell = (ofCells[inBlock] as number) + ofHidden * output * (1 - flat * flat);
          const before = step === 0 ? 0 : (cells[own - block] as number);
          gradient[place] = ofCell * candidate * letIn * (1 - letIn);
          gradient[place + size] = ofCell * before * forget * (1 - forget);
          gradient[place + 2 * size] = ofCell * letIn * (1 - candidate * candidate);
          gradient[place + 3 * size] = ofHidden * flat * output * (1 - output);
          ofCells[inBlock] = ofCell * forget;
        }
      }
      if (step === 0) break;
      const now = gradient.subarray(step * block * 4, (step + 1) * block * 4);
      const before = hidden.gradient.subarray((step - 1) * block, step * block);
      addProduct(before, now, recurrent.data, [count, width, size], false, true);
    }
    backThroughProduct(sequence, input, gates);
    addRows(bias, gates);
    const later = gradient.subarray(block * 4);
    const earlier = hidden.data.subarray(0, (steps - 1) * block);
    addProduct(recurrent.gradient, earlier, later, [size, (steps - 1) * count, width], true);
  });
  return hidden;
}

/** Changes the third quarter of each row of gates. */
function eachCandidate(gates: Floats, size: number, change: (value: number) => number): void {
  for (let row = 2 * size; row < gates.length; row += 4 * size) {
    for (let place = row; place < row + size; place++) gates[place] = change(gates[place] as number);
  }
}
