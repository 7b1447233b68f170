import { squash } from './kernel.ts';
import { addProduct } from './matrix-product.ts';
import { addRows, backThroughProduct } from './operations.ts';
import type { Tape, Tensor } from './tensor.ts';

/** Weights of a gated recurrent unit: gates stand side by side as reset, update and candidate. */
export interface GruWeights {
  readonly input: Tensor;
  readonly recurrent: Tensor;
  readonly inputBias: Tensor;
  readonly recurrentBias: Tensor;
}

/**
 * A gated recurrent unit (Cho et al. 2014; the reset after the product, as cuDNN and PyTorch have it) along a sequence.
 *
 * @param sequence - All windows' first step, then all windows' second step, and so on.
 * @returns What is remembered after each step, in the same order.
 */
export function gruLayer(tape: Tape, sequence: Tensor, steps: number, weights: GruWeights): Tensor {
  const { input, recurrent, inputBias, recurrentBias } = weights;
  const size = recurrent.rows;
  const width = 3 * size;
  const count = sequence.rows / steps;
  const ofInput = tape.tensor(sequence.rows, width);
  const ofHidden = tape.tensor(sequence.rows, width);
  const hidden = tape.tensor(sequence.rows, size);
  const gates = tape.allocate(sequence.rows * 2 * size);
  const candidates = tape.allocate(sequence.rows * size);
  for (let row = 0; row < ofInput.rows; row++) {
    ofInput.data.set(inputBias.data, row * width);
    ofHidden.data.set(recurrentBias.data, row * width);
  }
  addProduct(ofInput.data, sequence.data, input.data, [sequence.rows, sequence.columns, width]);
  const block = count * size;
  for (let step = 0; step < steps; step++) {
    if (step > 0) {
      const now = ofHidden.data.subarray(step * block * 3, (step + 1) * block * 3);
      addProduct(now, hidden.data.subarray((step - 1) * block, step * block), recurrent.data, [count, size, width]);
    }
    for (let row = step * count; row < (step + 1) * count; row++) {
      for (let j = 0; j < 2 * size; j++) {
        const place = row * width + j;
        gates[row * 2 * size + j] = (ofInput.data[place] as number) + (ofHidden.data[place] as number);
      }
    }
    squash(gates.subarray(step * block * 2, (step + 1) * block * 2), false);
    const [from, to] = [step * block, (step + 1) * block];
    for (let own = from; own < to; own++) {
      const column = own % size;
      const place = own * 3 - 2 * column + 2 * size;
      const reset = gates[own * 2 - column] as number;
      candidates[own] = (ofInput.data[place] as number) + reset * (ofHidden.data[place] as number);
    }
    squash(candidates.subarray(from, to), true);
    for (let own = from; own < to; own++) {
      const update = gates[own * 2 - (own % size) + size] as number;
      const before = step === 0 ? 0 : (hidden.data[own - block] as number);
      hidden.data[own] = (1 - update) * (candidates[own] as number) + update * before;
    }
  }
  tape.record(() => {
    for (let step = steps - 1; step >= 0; step--) {
      for (let row = step * count; row < (step + 1) * count; row++) {
        for (let j = 0; j < size; j++) {
          const place = row * width + j;
          const own = row * size + j;
          const reset = gates[row * 2 * size + j] as number;
          const update = gates[row * 2 * size + size + j] as number;
          const candidate = candidates[own] as number;
          const gradient = hidden.gradient[own] as number;
          const before = step === 0 ? 0 : (hidden.data[own - block] as number);
          const ofCandidate = gradient * (1 - update) * (1 - candidate * candidate);
          const ofUpdate = gradient * (before - candidate) * update * (1 - update);
          const ofReset = ofCandidate * (ofHidden.data[place + 2 * size] as number) * reset * (1 - reset);
          ofInput.gradient[place] = ofHidden.gradient[place] = ofReset;
          ofInput.gradient[place + size] = ofHidden.gradient[place + size] = ofUpdate;
          ofInput.gradient[place + 2 * size] = ofCandidate;
          ofHidden.gradient[place + 2 * size] = ofCandidate * reset;
          if (step > 0) (hidden.gradient[own - block] as number) += gradient * update;
        }
      }
      if (step === 0) break;
      const now = ofHidden.gradient.subarray(step * block * 3, (step + 1) * block * 3);
      const before = hidden.gradient.subarray((step - 1) * block, step * block);
      addProduct(before, now, recurrent.data, [count, width, size], false, true);
    }
    backThroughProduct(sequence, input, ofInput);
    addRows(inputBias, ofInput);
    addRows(recurrentBias, ofHidden);
    const later = ofHidden.gradient.subarray(block * 3);
    const earlier = hidden.data.subarray(0, (steps - 1) * block);
    addProduct(recurrent.gradient, earlier, later, [size, (steps - 1) * count, width], true);
  });
  return hidden;
}
