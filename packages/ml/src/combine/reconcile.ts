import { invalid, MlError } from '../error.ts';
import { checkOptions, toValues } from '../values.ts';
import { bottomUpAdjustment, constraintsOf, gapOf, leastAdjustment, type Constraint } from './adjustment.ts';
import { hierarchyOf, type Hierarchy, type Total } from './hierarchy.ts';
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
 * {@link reconcileForecasts} does the same with intervals. Only as many equations are solved as there are totals: some 0.1 s
 * for 300 series. It grows with the square of the number of series where residuals count, and with the cube of that of
 * the totals.
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
  return reconciled(forecasts, totals, options).means;
}

/** Means that add up, and what they were made by. */
export interface Reconciled {
  /** A row a name. */
  readonly means: Map<string, Float64Array>;
  /** What has to add up. */
  readonly constraints: readonly Constraint[];
  /** How much each series gives way for each gap; a row a series. */
  readonly adjustment: Float64Array;
  /** The shrunk covariance of the residuals, where there are any that count or `always` was asked for. */
  readonly covariance: Float64Array | undefined;
}

/**
 * Makes means add up, and says how.
 *
 * @param always - Whether residuals count for more than the method.
 * @throws {MlError} NOVA_ML_INVALID and NOVA_ML_OVERFLOW as {@link reconcile} does.
 */
export function reconciled(
  forecasts: ReadonlyMap<string, ArrayLike<number>>,
  totals: readonly Total[],
  options: ReconcileOptions,
  always: boolean = false,
): Reconciled {
  const { residuals } = options;
  const method = reconcileMethod(options);
  const names = [...forecasts.keys()];
  const hierarchy = hierarchyOf(names, totals);
  const rows = names.map((name) => toValues(forecasts.get(name) as ArrayLike<number>));
  const horizon = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== horizon || row.some(Number.isNaN))) {
    throw invalid('Forecasts must be equally long and complete', { option: 'forecasts' });
  }
  if (names.length === 0) {
    return { means: new Map(), constraints: [], adjustment: new Float64Array(0), covariance: undefined };
  }
  const constraints = constraintsOf(hierarchy);
  const counts = method === 'mint' || (always && residuals !== undefined);
  const covariance = counts ? shrunkCovariance(names, residuals) : undefined;
  const adjustment =
    method === 'bottom-up'
      ? bottomUpAdjustment(constraints, names.length)
      : leastAdjustment(constraints, names.length, method === 'mint' ? covariance : undefined);
  return { means: adjusted(names, rows, hierarchy, constraints, adjustment), constraints, adjustment, covariance };
}

function adjusted(
  names: readonly string[],
  rows: readonly Float64Array[],
  { places, sums }: Hierarchy,
  constraints: readonly Constraint[],
  adjustment: Float64Array,
): Map<string, Float64Array> {
  const horizon = (rows[0] as Float64Array).length;
  const width = constraints.length;
  const values = new Float64Array(places.length);
  const base = new Float64Array(rows.length);
  const gaps = new Float64Array(width);
  const answer = rows.map(() => new Float64Array(horizon));
  for (let step = 0; step < horizon; step++) {
    for (let k = 0; k < base.length; k++) base[k] = (rows[k] as Float64Array)[step] as number;
    for (let a = 0; a < width; a++) gaps[a] = gapOf(constraints[a] as Constraint, base);
    for (let i = 0; i < values.length; i++) {
      const place = places[i] as number;
      let value = base[place] as number;
      for (let a = 0; a < width; a++) value -= (adjustment[place * width + a] as number) * (gaps[a] as number);
      values[i] = value;
    }
    for (const [k, row] of answer.entries()) {
      const counts = sums[k] as Float64Array;
      let sum = 0;
      for (let i = 0; i < values.length; i++) sum += (counts[i] as number) * (values[i] as number);
      if (!Number.isFinite(sum)) {
        throw new MlError({ kind: 'invalid', code: 'NOVA_ML_OVERFLOW', message: 'A sum leaves the range of numbers' });
      }
      row[step] = sum;
    }
  }
  return new Map(names.map((name, k) => [name, answer[k] as Float64Array]));
}

/**
 * The method that is asked for.
 *
 * @throws {MlError} NOVA_ML_INVALID when it is unknown.
 */
function reconcileMethod({ method, residuals }: ReconcileOptions): 'bottom-up' | 'ols' | 'mint' {
  const chosen = method ?? (residuals === undefined ? 'ols' : 'mint');
  if (['bottom-up', 'ols', 'mint'].includes(chosen)) return chosen;
  throw invalid('method must be bottom-up, ols or mint', { method });
}
