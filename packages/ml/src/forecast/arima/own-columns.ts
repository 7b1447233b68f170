import type { ArimaStructure } from './arima-structure.ts';
import { fourierColumns, fourierNames } from './fourier-columns.ts';

/** Names of the regressors that a model makes by itself: its constant and its Fourier terms. */
export function ownNames({ constant, fourier }: ArimaStructure): string[] {
  const first = { none: [], mean: ['intercept'], drift: ['drift'] }[constant];
  return [...first, ...fourierNames(fourier)];
}

/** Those regressors as columns, from a step on; the first step of the series is 0. */
export function ownColumns({ constant, fourier }: ArimaStructure, length: number, from: number): Float64Array[] {
  const columns = fourierColumns(fourier, length, from);
  if (constant === 'mean') columns.unshift(new Float64Array(length).fill(1));
  if (constant === 'drift') columns.unshift(Float64Array.from({ length }, (_, i) => from + i + 1));
  return columns;
}

/** What those regressors add to the values of some steps. */
export function ownEffect(
  { constant, fourier }: ArimaStructure,
  weights: Float64Array,
  length: number,
  from: number,
): Float64Array {
  const sum = new Float64Array(length);
  const [first = 0] = weights;
  if (constant === 'mean') sum.fill(first);
  if (constant === 'drift') for (let i = 0; i < length; i++) sum[i] = first * (from + i + 1);
  let next = constant === 'none' ? 0 : 1;
  for (const term of fourier) {
    // One round says all that follows.
    const columns = fourierColumns([term], Math.min(length, term.seasonLength), from);
    for (const column of columns) addRound(sum, column, weights[next++] as number);
  }
  return sum;
}

function addRound(sum: Float64Array, round: Float64Array, weight: number): void {
  let position = 0;
  for (let i = 0; i < sum.length; i++) {
    sum[i] = (sum[i] as number) + weight * (round[position] as number);
    if (++position === round.length) position = 0;
  }
}
