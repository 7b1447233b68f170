import { invalid } from '../error.ts';
import { toValues } from '../values.ts';

/**
 * Weights by the inverse of errors, which sum to 1: what a method with half the error gets is twice as much, four times
 * with a power of 2. A method without error gets all.
 *
 * @param errors - One a method, from a validation such as {@link rollingOrigin}; 0 or more.
 * @param power - How strongly errors count. @default 1
 * @throws {MlError} NOVA_ML_INVALID when there is no error, or one is out of range.
 *
 * @example
 * ```ts
 * import { inverseErrorWeights } from '@novacron/ml';
 *
 * inverseErrorWeights([1, 3]) // => [0.75, 0.25]
 * ```
 */
export function inverseErrorWeights(errors: readonly number[], power: number = 1): number[] {
  if (
    errors.length === 0 ||
    !errors.every((error) => error >= 0 && error < Infinity) ||
    !(power >= 0 && power <= 100)
  ) {
    throw invalid('There must be errors from 0, and a power from 0 to 100', { option: 'errors' });
  }
  const least = errors.reduce((a, b) => Math.min(a, b));
  const shares = errors.map((error) => (least === 0 ? Number(error === 0) : (least / error) ** power));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}

const rounds = 500;

/**
 * Weights from 0 that sum to 1 with which forecasts of the past together came closest to what happened, in squares
 * (Breiman 1996, "Stacked regressions"), by exponentiated gradient from equal weights: what cannot be told apart stays
 * equal.
 *
 * @param forecasts - What each method forecast, a row a method, out of sample.
 * @param actual - What came; NaN is passed over.
 * @throws {MlError} NOVA_ML_INVALID when rows and actual are not equally long, or there is nothing.
 *
 * @example
 * ```ts
 * import { stackingWeights } from '@novacron/ml';
 *
 * const [good, bad] = stackingWeights([[1, 2, 3, 4], [9, 1, 7, 0]], [1, 2, 3, 4]);
 * good! > 0.99 && bad! < 0.01 // => true
 * ```
 */
export function stackingWeights(forecasts: readonly ArrayLike<number>[], actual: ArrayLike<number>): number[] {
  const truth = toValues(actual);
  const rows = forecasts.map((row) => toValues(row));
  const known = [...truth.keys()].filter((t) => [truth, ...rows].every((row) => !Number.isNaN(row[t])));
  if (rows.length === 0 || known.length === 0 || rows.some((row) => row.length !== truth.length)) {
    throw invalid('There must be forecasts, each as long as what came', { option: 'forecasts' });
  }
  const errors = rows.map((row) => known.map((t) => (row[t] as number) - (truth[t] as number)));
  const scale = errors.flat().reduce((most, error) => Math.max(most, Math.abs(error)), 0);
  let weights = rows.map(() => 1 / rows.length);
  if (scale === 0) return weights;
  // All that a round needs of the errors: how they go together.
  const products = errors.map((a) =>
    errors.map((b) => a.reduce((sum, error, k) => sum + (error / scale) * ((b[k] as number) / scale), 0) / a.length),
  );
  for (let round = 0; round < rounds; round++) {
    const slopes = products.map((row) => 2 * row.reduce((sum, one, j) => sum + one * (weights[j] as number), 0));
    const least = slopes.reduce((a, b) => Math.min(a, b));
    const grown = weights.map((weight, i) => weight * Math.exp(-(((slopes[i] as number) - least) * 10)));
    const sum = grown.reduce((total, share) => total + share, 0);
    weights = grown.map((share) => share / sum);
  }
  return weights;
}
