import type { Tensor } from './tensor.ts';

const [decay1, decay2, small] = [0.9, 0.999, 1e-8] as const;

/** Adam (Kingma and Ba 2015), with the gradient's length held below a limit. */
export class Adam {
  readonly #parameters: readonly Tensor[];
  readonly #means: readonly Float64Array[];
  readonly #squares: readonly Float64Array[];
  readonly #longest: number;
  #step = 0;

  /**
   * @param parameters - What is learned; their gradients are set to zero after each step.
   * @param longest - The greatest length of the gradient.
   */
  constructor(parameters: readonly Tensor[], longest = 1) {
    this.#parameters = parameters;
    this.#means = parameters.map(({ data }) => new Float64Array(data.length));
    this.#squares = parameters.map(({ data }) => new Float64Array(data.length));
    this.#longest = longest;
  }

  /** Moves all parameters against their gradients. */
  step(learningRate: number): void {
    this.#step++;
    let square = 0;
    for (const { gradient } of this.#parameters) {
      for (let i = 0; i < gradient.length; i++) square += (gradient[i] as number) ** 2;
    }
    const factor = Math.min(1, this.#longest / (Math.sqrt(square) || 1));
    const rate = (learningRate * Math.sqrt(1 - decay2 ** this.#step)) / (1 - decay1 ** this.#step);
    for (const [k, { data, gradient }] of this.#parameters.entries()) {
      const means = this.#means[k] as Float64Array;
      const squares = this.#squares[k] as Float64Array;
      for (let i = 0; i < data.length; i++) {
        const g = (gradient[i] as number) * factor;
        const mean = (means[i] = decay1 * (means[i] as number) + (1 - decay1) * g);
        const spread = (squares[i] = decay2 * (squares[i] as number) + (1 - decay2) * g * g);
        (data[i] as number) -= (rate * mean) / (Math.sqrt(spread) + small);
      }
      gradient.fill(0);
    }
  }
}
