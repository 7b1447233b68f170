import { addProduct } from './matrix-product.ts';
import { sigmoid, tanh } from './lstm-cell.ts';
import { addRows, backThroughProduct } from './operations.ts';
import type { Tape, Tensor } from './tensor.ts';

/** Weights of a gated recurrent unit: gates stand side by side as reset, update and candidate. */
export interface GruWeights {
  readonly input: Tensor;
  readonly recurrent: Tensor;
  readonly inputBias: Tensor;
  readonly recurrentBias: Tensor;
}

/** One step of a gated recurrent unit (Cho et al. 2014; the reset after the product, as cuDNN and PyTorch have it). */
export function gruCell(tape: Tape, x: Tensor, hidden: Tensor, weights: GruWeights): Tensor {
  const { rows, columns: size } = hidden;
  const ofInput = tape.tensor(rows, 3 * size);
  const ofHidden = tape.tensor(rows, 3 * size);
  for (let row = 0; row < rows; row++) {
    ofInput.data.set(weights.inputBias.data, row * 3 * size);
    ofHidden.data.set(weights.recurrentBias.data, row * 3 * size);
  }
  addProduct(ofInput.data, x.data, weights.input.data, [rows, x.columns, 3 * size]);
  addProduct(ofHidden.data, hidden.data, weights.recurrent.data, [rows, size, 3 * size]);
  const next = tape.tensor(rows, size);
  const gates = tape.allocate(rows * 3 * size);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < size; j++) {
      const place = row * 3 * size + j;
      const own = row * size + j;
      const reset = sigmoid((ofInput.data[place] as number) + (ofHidden.data[place] as number));
      const update = sigmoid((ofInput.data[place + size] as number) + (ofHidden.data[place + size] as number));
      const inner = (ofInput.data[place + 2 * size] as number) + reset * (ofHidden.data[place + 2 * size] as number);
      const candidate = tanh(inner);
      gates[place] = reset;
      gates[place + size] = update;
      gates[place + 2 * size] = candidate;
      next.data[own] = (1 - update) * candidate + update * (hidden.data[own] as number);
    }
  }
  tape.record(() => {
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < size; j++) {
        const place = row * 3 * size + j;
        const own = row * size + j;
        const reset = gates[place] as number;
        const update = gates[place + size] as number;
        const candidate = gates[place + 2 * size] as number;
        const gradient = next.gradient[own] as number;
        const ofCandidate = gradient * (1 - update) * (1 - candidate * candidate);
        const ofUpdate = gradient * ((hidden.data[own] as number) - candidate) * update * (1 - update);
        const ofReset = ofCandidate * (ofHidden.data[place + 2 * size] as number) * reset * (1 - reset);
        ofInput.gradient[place] = ofHidden.gradient[place] = ofReset;
        ofInput.gradient[place + size] = ofHidden.gradient[place + size] = ofUpdate;
        ofInput.gradient[place + 2 * size] = ofCandidate;
        ofHidden.gradient[place + 2 * size] = ofCandidate * reset;
        (hidden.gradient[own] as number) += gradient * update;
      }
    }
    backThroughProduct(hidden, weights.recurrent, ofHidden);
    backThroughProduct(x, weights.input, ofInput);
    addRows(weights.inputBias, ofInput);
    addRows(weights.recurrentBias, ofHidden);
  });
  return next;
}
