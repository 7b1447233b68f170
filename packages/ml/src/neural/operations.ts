import { addProduct } from './matrix-product.ts';
import type { Tape, Tensor } from './tensor.ts';

/** `x w + bias`, the bias being one row. */
export function linear(tape: Tape, x: Tensor, w: Tensor, bias: Tensor): Tensor {
  const y = tape.tensor(x.rows, w.columns);
  for (let row = 0; row < y.rows; row++) y.data.set(bias.data, row * y.columns);
  addProduct(y.data, x.data, w.data, [x.rows, x.columns, w.columns]);
  tape.record(() => {
    backThroughProduct(x, w, y);
    addRows(bias, y);
  });
  return y;
}

/** Adds to the gradients of both factors of `y = x w`. */
export function backThroughProduct(x: Tensor, w: Tensor, y: Pick<Tensor, 'gradient' | 'columns'>): void {
  const { rows, columns } = x;
  addProduct(w.gradient, x.data, y.gradient, [columns, rows, y.columns], true);
  if (x.gradient.length > 0) addProduct(x.gradient, y.gradient, w.data, [rows, y.columns, columns], false, true);
}

/** Adds the sum of the rows of a gradient to that of a bias. */
export function addRows(bias: Tensor, { gradient, columns }: Tensor): void {
  for (let i = 0; i < gradient.length; i++) {
    (bias.gradient[i % columns] as number) += gradient[i] as number;
  }
}

/** `a + b` of equal form. */
export function sum(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const y = tape.tensor(a.rows, a.columns);
  for (let i = 0; i < y.data.length; i++) y.data[i] = (a.data[i] as number) + (b.data[i] as number);
  tape.record(() => {
    for (const part of [a, b]) {
      for (let i = 0; i < part.gradient.length; i++) (part.gradient[i] as number) += y.gradient[i] as number;
    }
  });
  return y;
}

/** `a` with the rows of `b` added again and again: where in a window a patch stands. */
export function addRepeated(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const y = tape.tensor(a.rows, a.columns);
  const period = b.data.length;
  for (let i = 0; i < y.data.length; i++) y.data[i] = (a.data[i] as number) + (b.data[i % period] as number);
  tape.record(() => {
    for (let i = 0; i < y.data.length; i++) {
      const gradient = y.gradient[i] as number;
      (a.gradient[i] as number) += gradient;
      (b.gradient[i % period] as number) += gradient;
    }
  });
  return y;
}

/** The rectified linear unit, `max(0, x)`. */
export function rectified(tape: Tape, x: Tensor): Tensor {
  const y = tape.tensor(x.rows, x.columns);
  for (let i = 0; i < y.data.length; i++) y.data[i] = Math.max(0, x.data[i] as number);
  tape.record(() => {
    for (let i = 0; i < y.data.length; i++) {
      if ((x.data[i] as number) > 0) (x.gradient[i] as number) += y.gradient[i] as number;
    }
  });
  return y;
}

const smallest = 1e-5;

/** Rows with mean 0 and variance 1, times a gain, plus a bias (Ba, Kiros, Hinton 2016). */
export function layerNorm(tape: Tape, x: Tensor, gain: Tensor, bias: Tensor): Tensor {
  const { rows, columns } = x;
  const y = tape.tensor(rows, columns);
  const normal = tape.allocate(rows * columns);
  const scales = tape.allocate(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let mean = 0;
    for (let j = 0; j < columns; j++) mean += x.data[start + j] as number;
    mean /= columns;
    let variance = 0;
    for (let j = 0; j < columns; j++) variance += ((x.data[start + j] as number) - mean) ** 2;
    const scale = 1 / Math.sqrt(variance / columns + smallest);
    scales[row] = scale;
    for (let j = 0; j < columns; j++) {
      const value = ((x.data[start + j] as number) - mean) * scale;
      normal[start + j] = value;
      y.data[start + j] = value * (gain.data[j] as number) + (bias.data[j] as number);
    }
  }
  tape.record(() => {
    for (let row = 0; row < rows; row++) {
      const start = row * columns;
      let total = 0;
      let along = 0;
      for (let j = 0; j < columns; j++) {
        const gradient = y.gradient[start + j] as number;
        const value = normal[start + j] as number;
        (gain.gradient[j] as number) += gradient * value;
        (bias.gradient[j] as number) += gradient;
        const inner = gradient * (gain.data[j] as number);
        total += inner;
        along += inner * value;
      }
      for (let j = 0; j < columns; j++) {
        const inner = (y.gradient[start + j] as number) * (gain.data[j] as number);
        const rest = inner - total / columns - ((normal[start + j] as number) * along) / columns;
        (x.gradient[start + j] as number) += rest * (scales[row] as number);
      }
    }
  });
  return y;
}
