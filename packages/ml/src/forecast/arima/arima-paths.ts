import { nonzero, type ArmaModel } from './arma-model.ts';
import type { ArimaState } from './arima-filter.ts';

/**
 * The values that follow from a state without, or with given, new innovations.
 *
 * @param expected - State of the stationary part at the first step.
 * @param history - The values before it, the latest first.
 * @param out - Gets the values; its length is the horizon.
 * @param innovations - One a step; the first is part of the state already.
 */
export function followingValues(
  { phi, theta, size }: ArmaModel,
  delta: Float64Array,
  { expected, history }: Pick<ArimaState, 'expected' | 'history'>,
  out: Float64Array,
  innovations?: Float64Array,
): void {
  const past = nonzero(phi);
  const news = nonzero(theta);
  const differences = nonzero(delta);
  const stationary = delta.length === 0 ? out : new Float64Array(out.length);
  // Once all that the model looks back at lies within the path, there is nothing to ask at a step.
  const within = innovations === undefined ? Math.min(out.length, Math.max(size, delta.length)) : out.length;
  for (let i = 0; i < within; i++) {
    let value = i < size ? (expected[i] as number) : 0;
    for (let p = 0; p < past.length; p++) {
      const k = past[p] as number;
      if (k < i) value += (phi[k] as number) * (stationary[i - 1 - k] as number);
    }
    if (innovations !== undefined) {
      for (const k of news) if (k < i) value += (theta[k] as number) * (innovations[i - k] as number);
    }
    stationary[i] = value;
    for (let p = 0; p < differences.length; p++) {
      const k = differences[p] as number;
      const before = k < i ? (out[i - 1 - k] as number) : (history[k - i] as number);
      value += (delta[k] as number) * before;
    }
    out[i] = value;
  }
  for (let i = within; i < out.length; i++) {
    let value = 0;
    for (let p = 0; p < past.length; p++) {
      const k = past[p] as number;
      value += (phi[k] as number) * (stationary[i - 1 - k] as number);
    }
    stationary[i] = value;
    for (let p = 0; p < differences.length; p++) {
      const k = differences[p] as number;
      value += (delta[k] as number) * (out[i - 1 - k] as number);
    }
    out[i] = value;
  }
}

/** What a unit innovation does to each step from its own on. */
export function innovationResponse(model: ArmaModel, delta: Float64Array, horizon: number): Float64Array {
  const response = new Float64Array(horizon);
  const state = { expected: model.theta, history: new Float64Array(delta.length) };
  followingValues(model, delta, state, response);
  return response;
}

/**
 * States whose outer products add up to the covariance: a pivoted Cholesky decomposition that stops where the rest is
 * rounding.
 */
export function covarianceRoots(covariance: Float64Array, size: number): Float64Array[] {
  const rest = covariance.slice();
  const roots: Float64Array[] = [];
  let first = 0;
  while (roots.length < size) {
    let pivot = 0;
    for (let i = 1; i < size; i++) {
      if ((rest[i * size + i] as number) > (rest[pivot * size + pivot] as number)) pivot = i;
    }
    const variance = rest[pivot * size + pivot] as number;
    first = Math.max(first, variance);
    if (!(variance > 1e-10 * first)) break;
    const scale = Math.sqrt(variance);
    const root = new Float64Array(size);
    for (let i = 0; i < size; i++) root[i] = (rest[i * size + pivot] as number) / scale;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        rest[i * size + j] = (rest[i * size + j] as number) - (root[i] as number) * (root[j] as number);
      }
    }
    roots.push(root);
  }
  return roots;
}
