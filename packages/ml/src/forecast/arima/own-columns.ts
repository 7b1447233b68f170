import type { ArimaStructure } from './arima-structure.ts';
import { fourierColumns, fourierNames, harmonicAngle } from './fourier-columns.ts';

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

/** What those regressors add to the value of a step. */
export function ownEffect({ constant, fourier }: ArimaStructure, weights: Float64Array, step: number): number {
  let next = constant === 'none' ? 0 : 1;
  let sum = next === 0 ? 0 : (weights[0] as number) * (constant === 'mean' ? 1 : step + 1);
  for (const { seasonLength, harmonics } of fourier) {
    for (let k = 1; k <= harmonics; k++) {
      const angle = harmonicAngle(k, step, seasonLength);
      if (2 * k < seasonLength) sum += (weights[next++] as number) * Math.sin(angle);
      sum += (weights[next++] as number) * Math.cos(angle);
    }
  }
  return sum;
}
