import type { ArimaStructure } from './arima-structure.ts';

/** The stationary part of an ARIMA model, its seasonal factors multiplied out. */
export interface ArmaModel {
  /** Size of the state: the longest lag, at least 1. */
  readonly size: number;
  /** Weight of the value `k + 1` steps ago at `k`; `size` numbers. */
  readonly phi: Float64Array;
  /** Weight of the innovation `k` steps ago at `k`, that of the present being 1; `size` numbers. */
  readonly theta: Float64Array;
  /** The longest autoregressive lag. */
  readonly arLag: number;
  /** The longest moving average lag. */
  readonly maLag: number;
}

/**
 * The coefficients of a stationary autoregression from its partial autocorrelations, each within -1 to 1
 * (Barndorff-Nielsen and Schou 1973, Monahan 1984).
 */
export function fromPartials(partials: Float64Array): Float64Array {
  const coefficients = partials.slice();
  const before = new Float64Array(partials.length);
  for (let j = 1; j < partials.length; j++) {
    const partial = partials[j] as number;
    before.set(coefficients.subarray(0, j));
    for (let k = 0; k < j; k++) {
      coefficients[k] = (before[k] as number) - partial * (before[j - 1 - k] as number);
    }
  }
  return coefficients;
}

/** Coefficients as `describe` gives them, from the partials that are searched over. */
export function toCoefficients(structure: ArimaStructure, point: Float64Array): Float64Array {
  const coefficients = new Float64Array(point.length);
  let from = 0;
  for (const [count, sign] of parts(structure)) {
    const part = fromPartials(point.subarray(from, from + count));
    for (let i = 0; i < count; i++) coefficients[from + i] = sign * (part[i] as number);
    from += count;
  }
  return coefficients;
}

/** Multiplies out `(1 - Σ ar)(1 - Σ sar)` and `(1 + Σ ma)(1 + Σ sma)`. */
export function armaModel(structure: ArimaStructure, coefficients: Float64Array): ArmaModel {
  const { order, seasonal, seasonLength } = structure;
  const [p, , q] = order;
  const [P, , Q] = seasonal;
  const arLag = p + P * seasonLength;
  const maLag = q + Q * seasonLength;
  const size = Math.max(arLag, maLag + 1);
  const phi = new Float64Array(size);
  const theta = new Float64Array(size);
  const ar = coefficients.subarray(0, p);
  const ma = coefficients.subarray(p, p + q);
  const sar = coefficients.subarray(p + q, p + q + P);
  const sma = coefficients.subarray(p + q + P);
  phi.set(ar);
  for (let s = 0; s < P; s++) {
    const weight = sar[s] as number;
    const lag = (s + 1) * seasonLength;
    phi[lag - 1] = (phi[lag - 1] as number) + weight;
    for (let k = 0; k < p; k++) phi[lag + k] = (phi[lag + k] as number) - weight * (ar[k] as number);
  }
  theta[0] = 1;
  theta.set(ma, 1);
  for (let s = 0; s < Q; s++) {
    const weight = sma[s] as number;
    const lag = (s + 1) * seasonLength;
    theta[lag] = (theta[lag] as number) + weight;
    for (let k = 0; k < q; k++) theta[lag + k + 1] = (theta[lag + k + 1] as number) + weight * (ma[k] as number);
  }
  return { size, phi, theta, arLag, maLag };
}

/** Weights of the past values in the next one that the differences of a model make: `y(t) = w(t) + Σ δ(k) y(t - k)`. */
export function differenceWeights({ order, seasonal, seasonLength }: ArimaStructure): Float64Array {
  let polynomial = [1];
  const multiply = (lag: number): void => {
    const product = Array.from({ length: polynomial.length + lag }, (_, i) => polynomial[i] ?? 0);
    for (const [i, weight] of polynomial.entries()) product[i + lag] = (product[i + lag] as number) - weight;
    polynomial = product;
  };
  for (let i = 0; i < order[1]; i++) multiply(1);
  for (let i = 0; i < seasonal[1]; i++) multiply(seasonLength);
  return Float64Array.from(polynomial.slice(1), (weight) => -weight + 0);
}

/** The places of the weights that are not 0. */
export function nonzero(weights: Float64Array): Int32Array {
  const places: number[] = [];
  for (let i = 0; i < weights.length; i++) if (weights[i] !== 0) places.push(i);
  return Int32Array.from(places);
}

function parts({ order, seasonal }: ArimaStructure): readonly (readonly [number, 1 | -1])[] {
  return [
    [order[0], 1],
    [order[2], -1],
    [seasonal[0], 1],
    [seasonal[2], -1],
  ];
}
