import { choleskySolver } from '../optimise/cholesky.ts';

/**
 * Makes a function that gives the bottom series of a step, from the forecasts of all by generalised least squares.
 *
 * @param rows - The forecasts of each series.
 * @param sums - Of each series, how often each bottom series is part of it.
 * @param covariance - Of the errors of the forecasts, row by row; without it all count alike.
 */
export function leastMoved(
  rows: readonly Float64Array[],
  sums: readonly Float64Array[],
  covariance: Float64Array | undefined,
): (step: number) => Float64Array {
  const n = rows.length;
  const b = (sums[0] as Float64Array).length;
  // How much each forecast counts in each bottom series: columns of sums, weighted by the inverse covariance.
  const columns = Array.from({ length: b }, (_, i) => Float64Array.from(sums, (row) => row[i] as number));
  const solve = covariance === undefined ? undefined : choleskySolver(covariance, n, 1e-9);
  const weighted = columns.map((column) => solve?.(column) ?? column);
  const left = new Float64Array(b * b);
  for (let i = 0; i < b; i++) {
    for (let j = 0; j <= i; j++) left[i * b + j] = product(weighted[i] as Float64Array, columns[j] as Float64Array);
  }
  const together = choleskySolver(left, b, 0);
  const base = new Float64Array(n);
  return (step) => {
    for (let k = 0; k < n; k++) base[k] = (rows[k] as Float64Array)[step] as number;
    return together(weighted.map((weights) => product(weights, base)));
  };
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
