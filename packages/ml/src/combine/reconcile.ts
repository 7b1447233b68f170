import { invalid } from '../error.ts';
import { solveCholesky } from '../optimise/cholesky.ts';
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
 * @throws {MlError} NOVA_ML_INVALID when a series is missing or its own part, lengths differ, or there are over 1,000.
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
  const bottom = names.filter((name) => !totals.some((total) => total.name === name));
  const sums = names.map((name) => sumsOf(name, totals, bottom, []));
  const n = names.length;
  const b = bottom.length;
  if (n === 0) return new Map();
  if (b === 0) throw invalid('There must be a series that is no total', { option: 'totals' });
  // The weight of a series' own forecast: the inverse covariance of all their errors.
  const precision = method === 'mint' ? inverse(shrunkCovariance(names, residuals), n) : identity(n);
  const left = new Float64Array(b * b);
  const weighted = new Float64Array(b * n);
  for (let i = 0; i < b; i++) {
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += ((sums[j] as Float64Array)[i] as number) * (precision[j * n + k] as number);
      weighted[i * n + k] = sum;
    }
    for (let j = 0; j < b; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += (weighted[i * n + k] as number) * ((sums[k] as Float64Array)[j] as number);
      left[i * b + j] = sum;
    }
  }
  const answer = new Map(names.map((name) => [name, new Float64Array(horizon)]));
  for (let step = 0; step < horizon; step++) {
    const base = rows.map((row) => row[step] as number);
    const right = bottom.map((_, i) =>
      base.reduce((sum, value, k) => sum + (weighted[i * n + k] as number) * value, 0),
    );
    const parts =
      method === 'bottom-up'
        ? bottom.map((name) => base[names.indexOf(name)] as number)
        : solveCholesky(left, right, 0);
    for (const [k, name] of names.entries()) {
      const row = answer.get(name) as Float64Array;
      for (let i = 0; i < b; i++)
        row[step] = (row[step] as number) + ((sums[k] as Float64Array)[i] as number) * (parts[i] as number);
    }
  }
  return answer;
}

/** How often each bottom series is part of one. */
function sumsOf(
  name: string,
  totals: readonly Total[],
  bottom: readonly string[],
  above: readonly string[],
): Float64Array {
  if (above.includes(name)) throw invalid(`${name} must not be a part of itself`, { name });
  const row = new Float64Array(bottom.length);
  const place = bottom.indexOf(name);
  const total = totals.find((one) => one.name === name);
  if (place !== -1) row[place] = 1;
  else if (total === undefined) throw invalid(`There is no forecast of ${name}`, { name });
  for (const part of total?.parts ?? []) {
    for (const [i, count] of sumsOf(part, totals, bottom, [...above, name]).entries())
      row[i] = (row[i] as number) + count;
  }
  return row;
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
  return matrix;
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

function inverse(matrix: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const unit = new Float64Array(n);
    unit[j] = 1;
    for (const [i, x] of solveCholesky(matrix, unit, 1e-9).entries()) out[i * n + j] = x;
  }
  return out;
}
