/** Numbers of a network: 32 bits to learn with, 64 bits where derivatives are checked. */
export type Floats = Float32Array | Float64Array;

/** A matrix, row by row, with the derivative of the loss by each of its numbers. */
export interface Tensor {
  readonly rows: number;
  readonly columns: number;
  readonly data: Floats;
  /** As long as `data`; empty where nobody asks for it, as with what a network is given. */
  readonly gradient: Floats;
}

/** Makes arrays of zeros. */
export type Allocate = (length: number) => Floats;

/** An operation's part of the way back: adds to the gradients of what it was made from. */
export type Backward = () => void;

/** What was computed, in order, so that the derivatives can be computed in the reverse order. */
export class Tape {
  readonly allocate: Allocate;
  readonly #learns: boolean;
  readonly #steps: Backward[] = [];

  /**
   * @param allocate - Decides how many bits numbers have.
   * @param learns - Whether there will be a way back.
   */
  constructor(allocate: Allocate, learns: boolean) {
    this.allocate = allocate;
    this.#learns = learns;
  }

  /** A matrix of zeros. */
  tensor(rows: number, columns: number): Tensor {
    const length = rows * columns;
    return { rows, columns, data: this.allocate(length), gradient: this.allocate(this.#learns ? length : 0) };
  }

  /** Remembers how to go back. */
  record(step: Backward): void {
    if (this.#learns) this.#steps.push(step);
  }

  /** Goes all the way back; the gradient of the loss by itself must be there. */
  backward(): void {
    for (let i = this.#steps.length - 1; i >= 0; i--) (this.#steps[i] as Backward)();
  }
}

/** What a network is given: no gradient is wanted. */
export function constant(rows: number, columns: number, data: Floats): Tensor {
  return { rows, columns, data, gradient: data.subarray(0, 0) };
}

/** The same numbers in another form. */
export function reshaped({ data, gradient }: Tensor, rows: number, columns: number): Tensor {
  return { rows, columns, data, gradient };
}
