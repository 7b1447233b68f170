import { invalid, MlError } from '../error.ts';
import { fitBudget, type FitOptions } from '../fit-budget.ts';
import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';
import { checkedInteger, toValues } from '../values.ts';

/** How features are chosen. */
export interface SelectFeaturesOptions extends FitOptions {
  /** The most to choose. @default all that help */
  readonly most?: number | undefined;
}

/** A feature that helps. */
export interface SelectedFeature {
  /** Its place among the columns. */
  readonly index: number;
  /** The share of the target's variance that it explains beyond those chosen before it, 0 to 1. */
  readonly gain: number;
}

/** What is left of a column by those before it, below this part of its square, is rounding. */
const rounding = 1e-12;

/**
 * Chooses the columns that together explain a target best in a linear way, the best first, each by what it adds to those
 * before (forward selection), until the Bayesian criterion says that the next would only fit noise (Schwarz 1978). Of
 * columns that say the same one is chosen. Rows with a missing value (NaN) are left out.
 *
 * Choose on the training part only. What matters in bends and jumps is told by the `importance` of
 * {@link gradientBoosting}. Cost: rows × columns × chosen; 10 ms for 1,000 rows, 50 columns and 10 of them chosen.
 *
 * @param columns - One array a column, equally long, as of {@link seriesFeatures}.
 * @param target - What is to be explained, a value a row.
 * @throws {MlError} NOVA_ML_INVALID when an option, a column or a target is out of range.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there are fewer than three whole rows.
 * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
 * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
 *
 * @example
 * ```ts
 * import { selectFeatures } from '@novacron/ml';
 *
 * const users = Array.from({ length: 60 }, (_, i) => 50 + ((i * 37) % 23));
 * const twice = users.map((user) => 2 * user);
 * const humidity = users.map((_, i) => (i * 17) % 11);
 * const load = users.map((user, i) => 10 + 0.5 * user + ((i * 7) % 5) / 5);
 * selectFeatures([humidity, users, twice], load).map(({ index }) => index) // => [1]
 * ```
 */
export function selectFeatures(
  columns: readonly ArrayLike<number>[],
  target: ArrayLike<number>,
  options: SelectFeaturesOptions = {},
): readonly SelectedFeature[] {
  const check = fitBudget(options);
  if (!Array.isArray(columns)) throw invalid('There must be a list of columns', { option: 'columns' });
  const all = [target, ...columns].map((column: ArrayLike<number>) => toValues(column));
  const length = (all[0] as Float64Array).length;
  const odd = all.findIndex((column) => column.length !== length);
  if (odd >= 0) throw invalid('Columns must be as long as the target', { index: odd - 1 });
  const most = checkedInteger(options.most ?? columns.length, 'most', 0, 1_000_000);
  const rows = Array.from({ length }, (_, t) => t).filter((t) => all.every((column) => !Number.isNaN(column[t])));
  const count = rows.length;
  if (count < 3) {
    throw new MlError({
      kind: 'invalid',
      code: 'NOVA_ML_TOO_SHORT',
      message: `Choosing features needs three rows without gaps, not ${count}`,
      details: { needed: 3, count },
    });
  }
  const [rest, ...left] = all.map((column) => centred(Float64Array.from(rows, (t) => column[t] as number)));
  const residual = rest as Float64Array;
  const sizes = left.map((column) => product(column, column));
  const whole = product(residual, residual);
  const chosen: SelectedFeature[] = [];
  let squares = whole;
  // As many as leave something to judge by.
  while (chosen.length < Math.min(most, count - 2) && squares > rounding * whole) {
    check();
    let best = -1;
    let explained = 0;
    for (const [index, column] of left.entries()) {
      const size = product(column, column);
      if (!(size > rounding * (sizes[index] as number))) continue;
      const gain = product(column, residual) ** 2 / size;
      if (gain > explained) [best, explained] = [index, gain];
    }
    const next = Math.max(squares - explained, Number.MIN_VALUE);
    if (best === -1 || count * Math.log(squares / next) <= Math.log(count)) break;
    const column = left[best] as Float64Array;
    const size = product(column, column);
    for (const other of [residual, ...left.filter((one) => one !== column)]) {
      const share = product(column, other) / size;
      for (let t = 0; t < count; t++) other[t] = (other[t] as number) - share * (column[t] as number);
    }
    column.fill(0);
    chosen.push({ index: best, gain: Math.min(1, explained / whole) });
    squares = product(residual, residual);
  }
  return chosen;
}

/** Less their mean, divided by a power of two near the largest. */
function centred(values: Float64Array): Float64Array {
  const unit = powerOfTwoNear(values);
  const scaled = values.map((value) => value / unit);
  const mean = scaled.reduce((sum, value) => sum + value / scaled.length, 0);
  const size = scaled.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // What is constant but for rounding is constant.
  return scaled.map((value) => (Math.abs(value - mean) > rounding * size ? value - mean : 0));
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
