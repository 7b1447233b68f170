import { invalid, MlError } from '../error.ts';
import { checkOptions, toValues } from '../values.ts';
import { hierarchyOf, type Total } from './hierarchy.ts';
import { leastMoved } from './least-moved.ts';
import { shrunkCovariance } from './shrunk-covariance.ts';

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

/**
 * Makes forecasts of a hierarchy add up: that of the cluster is then the sum of its hosts', and each host's that of its
 * machines. Reconciled forecasts are as a rule better than those they were made of, at every level.
 * {@link reconcileForecasts} does the same with intervals.
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
  checkOptions(options);
  const { residuals } = options;
  const method = reconcileMethod(options);
  const names = [...forecasts.keys()];
  const { bottom, sums } = hierarchyOf(names, totals);
  const rows = names.map((name) => toValues(forecasts.get(name) as ArrayLike<number>));
  const horizon = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== horizon || row.some(Number.isNaN))) {
    throw invalid('Forecasts must be equally long and complete', { option: 'forecasts' });
  }
  if (names.length === 0) return new Map();
  const b = bottom.length;
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

/**
 * The method that is asked for.
 *
 * @throws {MlError} NOVA_ML_INVALID when it is unknown.
 */
export function reconcileMethod({ method, residuals }: ReconcileOptions): 'bottom-up' | 'ols' | 'mint' {
  const chosen = method ?? (residuals === undefined ? 'ols' : 'mint');
  if (['bottom-up', 'ols', 'mint'].includes(chosen)) return chosen;
  throw invalid('method must be bottom-up, ols or mint', { method });
}
