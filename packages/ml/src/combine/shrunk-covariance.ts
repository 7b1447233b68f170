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
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const products = known.map(
        (t) =>
          (((rows[i] as Float64Array)[t] as number) / (sizes[i] as number)) *
          (((rows[j] as Float64Array)[t] as number) / (sizes[j] as number)),
      );
      const correlation = products.reduce((sum, product) => sum + product, 0) / count;
      const variance = products.reduce((sum, product) => sum + (product - correlation) ** 2, 0);
      doubt += variance / (count * (count - 1));
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
