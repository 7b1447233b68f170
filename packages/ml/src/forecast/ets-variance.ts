import { hasRelativeError, hasRelativeSeason, type EtsParameters, type EtsStructure } from './ets-structure.ts';

/**
 * Variances of an ETS forecast, step by step, in closed form: class 1 (additive error: exact), class 2 (relative
 * error, additive season: exact) and class 3 (relative error and season: the usual approximation for small errors) of
 * Hyndman, Koehler, Ord, Snyder (2008), chapter 6. The convolution of class 2 is kept as a few running sums, so that
 * a step costs a constant.
 *
 * @param sigma - Standard deviation of the one-step errors; a ratio where the error is relative.
 * @returns a function that takes the mean of the next step (without a relative season) and its seasonal index, and
 * gives the variance.
 */
export function etsVariance(
  structure: EtsStructure,
  parameters: EtsParameters,
  sigma: number,
): (mean: number, index: number) => number {
  const { alpha, beta, gamma, phi } = parameters;
  const { seasonLength } = structure;
  if (!hasRelativeError(structure)) {
    let variance = 1;
    let damping = 0;
    let power = 1;
    let step = 0;
    return () => {
      if (step > 0) {
        power *= phi;
        damping += power;
        const response = alpha + beta * damping + (step % seasonLength === 0 ? gamma : 0);
        variance += response * response;
      }
      step++;
      return sigma * sigma * variance;
    };
  }
  const relative = hasRelativeSeason(structure);
  const plain = new Convolution(1, parameters);
  const seasonal = relative || seasonLength === 1 ? undefined : phases(seasonLength, parameters);
  const noise = sigma * sigma;
  const growth = 1 + gamma * gamma * noise;
  let step = 0;
  let seasonGrowth = 1;
  return (mean, index) => {
    const phase = step % seasonLength;
    if (relative && step > 0 && phase === 0) seasonGrowth *= growth;
    const local = seasonal?.[phase];
    const spread =
      plain.squares() + (local === undefined ? 0 : 2 * gamma * local.responses() + gamma * gamma * local.total());
    const second = mean * mean + noise * spread; // of the state's part of the value
    plain.push(second);
    local?.push(second);
    step++;
    return (second * (1 + noise) * seasonGrowth - mean * mean) * index * index;
  };
}

function phases(seasonLength: number, parameters: EtsParameters): Convolution[] {
  return Array.from({ length: seasonLength }, () => new Convolution(seasonLength, parameters));
}

/**
 * Running sums over the steps `j` back, `stride` apart, of what was pushed, weighed by the response
 * `c(j) = alpha + beta (phi + ... + phi^j)` and by its square. The response is a constant plus a geometric series
 * (or a line when phi is 1), so each sum follows from the one before.
 */
class Convolution {
  readonly #stride: number;
  readonly #constant: number;
  readonly #rest: number;
  readonly #ratio: number;
  readonly #linear: boolean;
  #sum0 = 0;
  #sum1 = 0;
  #sum2 = 0;

  constructor(stride: number, { alpha, beta, phi }: EtsParameters) {
    this.#stride = stride;
    this.#linear = phi === 1;
    this.#ratio = phi ** stride;
    const slope = this.#linear ? beta : (beta * phi) / (1 - phi);
    this.#constant = this.#linear ? alpha : alpha + slope;
    this.#rest = this.#linear ? beta : -slope;
  }

  total(): number {
    return this.#sum0;
  }

  responses(): number {
    return this.#constant * this.#sum0 + this.#rest * this.#sum1;
  }

  squares(): number {
    const c = this.#constant;
    const r = this.#rest;
    return c * c * this.#sum0 + 2 * c * r * this.#sum1 + r * r * this.#sum2;
  }

  push(value: number): void {
    const d = this.#stride;
    if (this.#linear) {
      this.#sum0 += value;
      this.#sum2 += 2 * d * this.#sum1 + d * d * this.#sum0;
      this.#sum1 += d * this.#sum0;
    } else {
      this.#sum0 += value;
      this.#sum1 = this.#ratio * (this.#sum1 + value);
      this.#sum2 = this.#ratio * this.#ratio * (this.#sum2 + value);
    }
  }
}
