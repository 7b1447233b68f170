import { invalid } from '../error.ts';
import { toValues } from '../values.ts';

/**
 * The covariance of residuals, shrunk towards its diagonal by the rule of Schäfer and Strimmer (2005), row by row.
 *
 * @throws {MlError} NOVA_ML_INVALID when there are not three residuals of every series in the same steps.
 */
export function shrunkCovariance(
  names: readonly string[],
  residuals: ReadonlyMap<string, ArrayLike<number>> | undefined,
): Float64Array {
  const rows = names.map((name) => toValues(residuals?.get(name) ?? []));
  const length = rows[0]?.length ?? 0;
  const known = Array.from({ length }, (_, t) => t).filter((t) => rows.every((row) => !Number.isNaN(row[t])));
  if (rows.some((row) => row.length !== length) || known.length < 3) {
    throw invalid('There must be three residuals of every series, in the same steps', { option: 'residuals' });
  }
  const n = names.length;
  const count = known.length;
  const deviations = rows.map((row) => Math.sqrt(known.reduce((sum, t) => sum + (row[t] as number) ** 2, 0) / count));
  const typical = Math.max(...deviations) || 1;
  const sizes = deviations.map((deviation) => Math.max(deviation, 1e-6 * typical));
  const covariance = new Float64Array(n * n);
  const correlations = new Float64Array(n * n);
  let doubt = 0;
  let strength = 0;
  const standard = rows.map((row, i) => Float64Array.from(known, (t) => (row[t] as number) / (sizes[i] as number)));
  for (let i = 0; i < n; i++) {
    const one = standard[i] as Float64Array;
    for (let j = 0; j < i; j++) {
      const other = standard[j] as Float64Array;
      let sum = 0;
      let squares = 0;
      for (let t = 0; t < count; t++) {
        const product = (one[t] as number) * (other[t] as number);
        sum += product;
        squares += product * product;
      }
      const correlation = sum / count;
      doubt += Math.max(0, squares - sum * correlation) / (count * (count - 1));
      strength += correlation ** 2;
      correlations[i * n + j] = correlation;
    }
  }
  const shrinkage = strength > 0 ? Math.min(1, doubt / strength) : 1;
  for (let i = 0; i < n; i++) {
    covariance[i * n + i] = (sizes[i] as number) ** 2;
    for (let j = 0; j < i; j++) {
      const value = (1 - shrinkage) * (correlations[i * n + j] as number) * (sizes[i] as number) * (sizes[j] as number);
      covariance[i * n + j] = value;
      covariance[j * n + i] = value;
    }
  }
  return covariance;
}
