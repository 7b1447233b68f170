import { invalid, MlError } from '../error.ts';
import { choleskySolver } from '../optimise/cholesky.ts';
import { toValues } from '../values.ts';

/** A series that is the sum of others: a host of its machines, a cluster of its hosts. */
export interface Total {
  /** Its name. */
  readonly name: string;
  /** Names of its parts: bottom series or other totals. */
  readonly parts: readonly string[];
}

/** How forecasts are made to add up. */
export interface ReconcileOptions {
  /**
   * `'bottom-up'` sums the bottom series; `'ols'` moves all by as little as needed (Hyndman et al. 2011); `'mint'` moves
   * those most whose errors are largest, by the shrunk covariance of the residuals (Wickramasuriya, Athanasopoulos,
   * Hyndman 2019). @default 'mint' with residuals, otherwise 'ols'
   */
  readonly method?: 'bottom-up' | 'ols' | 'mint' | undefined;
  /** One-step errors of each series, equally long, for `'mint'`; NaN is passed over. */
  readonly residuals?: ReadonlyMap<string, ArrayLike<number>> | undefined;
}

const mostSeries = 1_000;

/**
 * Makes forecasts of a hierarchy add up: that of the cluster is then the sum of its hosts', and each host's that of its
 * machines. Reconciled forecasts are as a rule better than those they were made of, at every level.
 *
 * @param forecasts - The forecast of every series, bottom ones and totals, by name.
 * @param totals - Which are sums of which.
 * @returns a forecast a name, which add up.
 * @throws {MlError} NOVA_ML_INVALID when a series is missing, its own part or a total twice, lengths differ, or there are
 * over 1,000.
 * @throws {MlError} NOVA_ML_OVERFLOW when a sum would leave the range of numbers.
 *
 * @example
 * ```ts
 * import { reconcile } from '@novacron/ml';
 *
 * const forecasts = new Map([['host', [12]], ['vm1', [4]], ['vm2', [5]]]);
 * const sums = reconcile(forecasts, [{ name: 'host', parts: ['vm1', 'vm2'] }]);
 * [...sums.values()].map(([value]) => Math.round(value! * 100) / 100) // => [11, 5, 6]
 * ```
 */
export function reconcile(
  forecasts: ReadonlyMap<string, ArrayLike<number>>,
  totals: readonly Total[],
  options: ReconcileOptions = {},
): Map<string, Float64Array> {
  const { residuals } = options;
  const method = options.method ?? (residuals === undefined ? 'ols' : 'mint');
  if (!['bottom-up', 'ols', 'mint'].includes(method))
    throw invalid('method must be bottom-up, ols or mint', { method });
  if (forecasts.size > mostSeries) throw invalid(`There are more than ${mostSeries} series`, { count: forecasts.size });
  const names = [...forecasts.keys()];
  const rows = names.map((name) => toValues(forecasts.get(name) as ArrayLike<number>));
  const horizon = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== horizon || row.some(Number.isNaN))) {
    throw invalid('Forecasts must be equally long and complete', { option: 'forecasts' });
  }
  if (totals.length > mostSeries) throw invalid(`There are more than ${mostSeries} totals`, { count: totals.length });
  const partsOf = new Map(totals.map(({ name, parts }) => [name, parts]));
  if (partsOf.size < totals.length) throw invalid('Totals must differ in name', { option: 'totals' });
  const bottom = names.filter((name) => !partsOf.has(name));
  const sums = sumsOf(names, partsOf, bottom);
  const n = names.length;
  const b = bottom.length;
  if (n === 0) return new Map();
  if (b === 0) throw invalid('There must be a series that is no total', { option: 'totals' });
  const bases = bottom.map((name) => rows[names.indexOf(name)] as Float64Array);
  const parts =
    method === 'bottom-up'
      ? (step: number) => Float64Array.from(bases, (row) => row[step] as number)
      : leastMoved(rows, sums, method === 'mint' ? shrunkCovariance(names, residuals) : undefined);
  const answer = new Map(names.map((name) => [name, new Float64Array(horizon)]));
  for (let step = 0; step < horizon; step++) {
    const values = parts(step);
    for (const [k, row] of [...answer.values()].entries()) {
      const counts = sums[k] as Float64Array;
      let sum = 0;
      for (let i = 0; i < b; i++) sum += (counts[i] as number) * (values[i] as number);
      if (!Number.isFinite(sum)) {
        throw new MlError({ kind: 'invalid', code: 'NOVA_ML_OVERFLOW', message: 'A sum leaves the range of numbers' });
      }
      row[step] = sum;
    }
  }
  return answer;
}

/** The bottom series of a step, from the forecasts of all by generalised least squares. */
function leastMoved(
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

/** How often each bottom series is part of each series. */
function sumsOf(
  names: readonly string[],
  partsOf: ReadonlyMap<string, readonly string[]>,
  bottom: readonly string[],
): Float64Array[] {
  const places = new Map(bottom.map((name, place) => [name, place]));
  const known = new Map<string, Float64Array>();
  const above = new Set<string>();
  const sumOf = (name: string): Float64Array => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (above.has(name)) throw invalid(`${name} must not be a part of itself`, { name });
    above.add(name);
    const row = new Float64Array(bottom.length);
    const place = places.get(name);
    const parts = partsOf.get(name);
    if (place !== undefined) row[place] = 1;
    else if (parts === undefined) throw invalid(`There is no forecast of ${name}`, { name });
    for (const part of parts ?? []) {
      const counts = sumOf(part);
      for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) + (counts[i] as number);
    }
    above.delete(name);
    known.set(name, row);
    return row;
  };
  return names.map(sumOf);
}

/** The covariance of residuals, shrunk towards its diagonal by the rule of Schäfer and Strimmer (2005). */
function shrunkCovariance(names: readonly string[], residuals: ReconcileOptions['residuals']): Float64Array {
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
