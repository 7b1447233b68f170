import { nonzero, type ArmaModel } from './arma-model.ts';

/**
 * Covariance of the present value with each element of the state of a stationary ARMA model, the variance of the
 * innovations being 1. The autocovariances come from those of the pure autoregression, which the step-down recursion
 * of Levinson and Durbin gives in `O(p²)`; the moving average is laid over them.
 */
export function startingCovariance(model: ArmaModel): Float64Array {
  const { size, phi, theta, arLag, maLag } = model;
  const lags = size + 1;
  const gamma = arLag === 0 ? movingAverage(theta, lags) : mixed(model, lags);
  const psi = psiWeights(model, size);
  const column = new Float64Array(size);
  const past = nonzero(phi);
  const news = nonzero(theta);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (const k of past) if (k >= i) sum += (phi[k] as number) * (gamma[k + 1 - i] as number);
    for (const k of news) if (k >= i && k <= maLag) sum += (theta[k] as number) * (psi[k - i] as number);
    column[i] = sum;
  }
  column[0] = gamma[0] as number;
  return column;
}

/**
 * The whole stationary covariance of the state from its first column, row by row: the companion form gives every
 * element from the one below and to the right of it.
 */
export function stationaryCovariance({ size, phi, theta }: ArmaModel, column: Float64Array): Float64Array {
  const covariance = new Float64Array(size * size);
  const first = (i: number): number => (i < size ? (column[i] as number) : 0);
  const variance = column[0] as number;
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i; j >= 0; j--) {
      const next = i + 1 < size && j + 1 < size ? (covariance[(i + 1) * size + j + 1] as number) : 0;
      const value =
        next +
        (phi[i] as number) * first(j + 1) +
        (phi[j] as number) * first(i + 1) +
        (phi[i] as number) * (phi[j] as number) * variance +
        (theta[i] as number) * (theta[j] as number);
      covariance[i * size + j] = value;
      covariance[j * size + i] = value;
    }
  }
  return covariance;
}

/** The weights of past innovations in the present value, from 1 on. */
function psiWeights({ phi, theta, size }: ArmaModel, count: number): Float64Array {
  const psi = new Float64Array(count);
  const past = nonzero(phi);
  for (let j = 0; j < count; j++) {
    let sum = j < size ? (theta[j] as number) : 0;
    for (const k of past) if (k < j) sum += (phi[k] as number) * (psi[j - 1 - k] as number);
    psi[j] = sum;
  }
  return psi;
}

function movingAverage(theta: Float64Array, lags: number): Float64Array {
  const gamma = new Float64Array(lags);
  const news = nonzero(theta);
  for (const i of news) {
    for (const j of news)
      if (j >= i) gamma[j - i] = (gamma[j - i] as number) + (theta[i] as number) * (theta[j] as number);
  }
  return gamma;
}

function mixed({ phi, theta, arLag, maLag }: ArmaModel, lags: number): Float64Array {
  const autoregressive = autoregressiveCovariance(phi.subarray(0, arLag), lags + maLag);
  if (maLag === 0) return autoregressive.subarray(0, lags);
  const smooth = movingAverage(theta, maLag + 1);
  const places = nonzero(smooth);
  const gamma = new Float64Array(lags);
  for (let k = 0; k < lags; k++) {
    let sum = 0;
    for (const l of places) {
      const weight = smooth[l] as number;
      sum += weight * (autoregressive[Math.abs(k - l)] as number);
      if (l > 0) sum += weight * (autoregressive[k + l] as number);
    }
    gamma[k] = sum;
  }
  return gamma;
}

function autoregressiveCovariance(phi: Float64Array, lags: number): Float64Array {
  const order = phi.length;
  const rows: Float64Array[] = [phi];
  let product = 1;
  for (let j = order; j >= 1; j--) {
    const row = rows[order - j] as Float64Array;
    const partial = row[j - 1] as number;
    const rest = 1 - partial * partial;
    product *= rest;
    const shorter = new Float64Array(j - 1);
    for (let i = 0; i < j - 1; i++) shorter[i] = ((row[i] as number) + partial * (row[j - 2 - i] as number)) / rest;
    rows.push(shorter);
  }
  const gamma = new Float64Array(lags);
  gamma[0] = 1 / product;
  for (let k = 1; k < lags; k++) {
    const row = k >= order ? phi : (rows[order - k] as Float64Array);
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += (row[i] as number) * (gamma[k - 1 - i] as number);
    gamma[k] = sum;
  }
  return gamma;
}
