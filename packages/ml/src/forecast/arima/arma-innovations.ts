import { startingCovariance } from './arma-covariance.ts';
import { nonzero, type ArmaModel } from './arma-model.ts';

/** Relative change of the innovations' variance below which it counts as settled. */
const settled = 1e-10;

/** Where the filter of a column ends. */
export interface InnovationsEnd {
  /** Gets the prediction of every value. */
  readonly predictions: Float64Array;
  /** Gets the expected state after the last value. */
  readonly expected: Float64Array;
  /** The stationary covariance of the state; the changes are added to it. */
  readonly covariance: Float64Array;
}

/**
 * The innovations of stationary ARMA columns, each divided by its standard deviation in units of the model's: what
 * the exact Gaussian likelihood is made of. The gains come from the recursions of Chandrasekhar (Morf, Sidhu, Kailath
 * 1974; Pearlman 1980), which carry one vector where the Kalman filter carries a matrix: `O(size)` a value. Once the
 * variance has settled, only the lags with a weight are looked at.
 *
 * @param columns - Series without gaps and of one length: the values, and regressors that share their filter.
 * @param out - Gets the innovations of each column.
 * @param end - Gets what a filter knows after the last value of the first column, for `O(size²)` a value more.
 * @returns the sum of the logarithms of the innovations' variances.
 */
export function exactInnovations(
  model: ArmaModel,
  columns: readonly Float64Array[],
  out: readonly Float64Array[],
  end?: InnovationsEnd,
): number {
  const { size, phi, theta } = model;
  const count = (columns[0] as Float64Array).length;
  const start = startingCovariance(model);
  const gain = new Float64Array(size); // not yet divided by the variance
  const first = start[0] as number;
  for (let i = 0; i < size; i++) gain[i] = (i + 1 < size ? (start[i + 1] as number) : 0) + (phi[i] as number) * first;
  const change = new Float64Array(size + 1);
  change.set(gain);
  const states = columns.map(() => new Float64Array(size + 1));
  const shares = new Float64Array(columns.length);
  let variance = first;
  let sign = -1 / first; // of the change of the covariance
  let logarithms = 0;
  let quiet = 0;
  const patience = end === undefined ? size : Infinity;
  let t = 0;
  for (; t < count && quiet <= patience; t++) {
    logarithms += Math.log(variance);
    const root = Math.sqrt(variance);
    for (let c = 0; c < columns.length; c++) {
      const state = states[c] as Float64Array;
      const error = ((columns[c] as Float64Array)[t] as number) - (state[0] as number);
      (out[c] as Float64Array)[t] = error / root;
      if (c === 0 && end !== undefined) end.predictions[t] = state[0] as number;
      shares[c] = error / variance;
      if (c > 0) moveState(state, phi, gain, shares[c] as number);
    }
    const now = change[0] as number;
    const step = sign * now;
    const next = variance + now * step;
    if (end !== undefined) addOuter(end.covariance, change, size, sign);
    moveGain(states[0] as Float64Array, shares[0] as number, change, gain, phi, now / variance, step);
    sign *= variance / next;
    quiet = Math.abs(next - variance) < settled && Math.abs(next - 1) < settled ? quiet + 1 : 0;
    variance = next;
  }
  end?.expected.set((states[0] as Float64Array).subarray(0, size));
  if (t < count) {
    for (let c = 0; c < columns.length; c++) {
      conditional(columns[c] as Float64Array, out[c] as Float64Array, t, phi, theta);
    }
  }
  return logarithms;
}

/**
 * The errors of the recursion that takes innovations before the first value, and before the longest autoregressive
 * lag, as 0: those of the conditional sum of squares (Box and Jenkins 1970). `O(number of coefficients)` a value.
 *
 * @returns 0, the sum of the logarithms of variances that are all 1.
 */
export function conditionalInnovations(
  model: ArmaModel,
  columns: readonly Float64Array[],
  out: readonly Float64Array[],
): number {
  const { phi, theta, arLag } = model;
  for (let c = 0; c < columns.length; c++) {
    const errors = out[c] as Float64Array;
    errors.fill(0, 0, arLag);
    conditional(columns[c] as Float64Array, errors, arLag, phi, theta);
  }
  return 0;
}

function moveState(state: Float64Array, phi: Float64Array, gain: Float64Array, share: number): void {
  const now = state[0] as number;
  for (let i = 0; i < gain.length; i++) {
    state[i] = (state[i + 1] as number) + (phi[i] as number) * now + (gain[i] as number) * share;
  }
}

function addOuter(covariance: Float64Array, change: Float64Array, size: number, sign: number): void {
  for (let i = 0; i < size; i++) {
    const weight = sign * (change[i] as number);
    const row = i * size;
    for (let j = 0; j < size; j++)
      covariance[row + j] = (covariance[row + j] as number) + weight * (change[j] as number);
  }
}

/** Moves the state of the first column, the change of the covariance and the gain in one pass over the memory. */
function moveGain(
  state: Float64Array,
  stateShare: number,
  change: Float64Array,
  gain: Float64Array,
  phi: Float64Array,
  share: number,
  step: number,
): void {
  const now = change[0] as number;
  const first = state[0] as number;
  for (let i = 0; i < gain.length; i++) {
    const weight = phi[i] as number;
    const before = gain[i] as number;
    state[i] = (state[i + 1] as number) + weight * first + before * stateShare;
    const moved = (change[i + 1] as number) + weight * now;
    change[i] = moved - before * share;
    gain[i] = before + moved * step;
  }
}

function conditional(
  values: Float64Array,
  errors: Float64Array,
  from: number,
  phi: Float64Array,
  theta: Float64Array,
): void {
  const past = nonzero(phi);
  const news = nonzero(theta).subarray(1);
  for (let t = from; t < values.length; t++) {
    let error = values[t] as number;
    for (let i = 0; i < past.length; i++) {
      const k = past[i] as number;
      if (k < t) error -= (phi[k] as number) * (values[t - 1 - k] as number);
    }
    for (let i = 0; i < news.length; i++) {
      const k = news[i] as number;
      if (k <= t) error -= (theta[k] as number) * (errors[t - k] as number);
    }
    errors[t] = error;
  }
}
