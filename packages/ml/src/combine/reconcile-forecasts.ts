import { invalid } from '../error.ts';
import { checkLevel, forecastAround } from '../forecast/build-forecast.ts';
import type { Forecast } from '../forecast/contract.ts';
import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';
import { choleskyFactor } from '../optimise/cholesky-factor.ts';
import { normalQuantile } from '../statistics/normal-quantile.ts';
import { checkOptions } from '../values.ts';
import { hierarchyOf, type Total } from './hierarchy.ts';
import { leastMoved } from './least-moved.ts';
import { reconcile, reconcileMethod, type ReconcileOptions } from './reconcile.ts';
import { shrunkCovariance } from './shrunk-covariance.ts';

/** How forecasts with intervals are made to add up. */
export interface ReconcileForecastsOptions extends ReconcileOptions {
  /** The share of futures that each interval is to hold, each in (0, 1). @default [0.8, 0.95] */
  readonly levels?: readonly number[] | undefined;
}

/**
 * Makes forecasts of a hierarchy add up, intervals included: means as by {@link reconcile}, intervals from the covariance
 * of the reconciled errors, `S G W G' S'` (Wickramasuriya, Athanasopoulos, Hyndman 2019, equation 4). `W` of a step has
 * the spread of each forecast's own interval there and the correlations of the residuals, shrunk; without residuals
 * errors count as independent, which makes intervals of totals too narrow where machines rise and fall together.
 *
 * All intervals come from one joint normal distribution, so that they agree: the variance of a host is that of the sum of
 * its machines. Bounds themselves do not add up, as no correct ones do. Some 0.1 s for 100 series and 24 steps, 2 s for 300;
 * it grows with the cube of the number of series, and with the number of steps.
 *
 * @param forecasts - The forecast of every series, bottom ones and totals, by name; each with an interval at least.
 * @param totals - Which are sums of which.
 * @returns a forecast a name; the means add up.
 * @throws {MlError} NOVA_ML_INVALID when a series is missing, its own part or a total twice, lengths differ, a forecast has
 * no interval, a level is out of range, or there are over 1,000.
 * @throws {MlError} NOVA_ML_OVERFLOW when a number would leave the range of numbers.
 *
 * @example
 * ```ts
 * import { reconcileForecasts, windowAverage } from '@novacron/ml';
 *
 * const vm1 = [4, 6, 5, 3, 5, 6, 4, 5];
 * const vm2 = [9, 7, 8, 9, 6, 8, 9, 7];
 * const fits = new Map(
 *   Object.entries({ vm1, vm2, host: vm1.map((value, i) => value + vm2[i]!) }).map(([name, values]) => [
 *     name,
 *     windowAverage({ window: 4 }).fit(values),
 *   ]),
 * );
 * const forecasts = new Map([...fits].map(([name, fitted]) => [name, fitted.forecast(2)]));
 * const residuals = new Map([...fits].map(([name, fitted]) => [name, fitted.residuals]));
 * const sums = reconcileForecasts(forecasts, [{ name: 'host', parts: ['vm1', 'vm2'] }], { residuals, levels: [0.9] });
 * const [host, one, two] = ['host', 'vm1', 'vm2'].map((name) => sums.get(name)!);
 * Math.abs(host!.mean[0]! - one!.mean[0]! - two!.mean[0]!) < 1e-9 // => true
 * host!.intervals[0]!.upper[0]! > host!.mean[0]! // => true
 * ```
 */
export function reconcileForecasts(
  forecasts: ReadonlyMap<string, Forecast>,
  totals: readonly Total[],
  options: ReconcileForecastsOptions = {},
): Map<string, Forecast> {
  checkOptions(options);
  const { residuals, levels = [0.8, 0.95] } = options;
  if (!Array.isArray(levels)) throw invalid('levels must be a list, like [0.95]', { option: 'levels' });
  for (const level of levels) checkLevel(level);
  const names = [...forecasts.keys()];
  const means = reconcile(new Map(names.map((name) => [name, meanOf(name, forecasts)])), totals, options);
  if (names.length === 0) return new Map();
  const spreads = names.map((name) => deviationsOf(name, forecasts.get(name) as Forecast));
  const unit = powerOfTwoNear(
    Float64Array.from(spreads, (row) => row.reduce((most, spread) => Math.max(most, spread), 0)),
  );
  const { sums, bottom } = hierarchyOf(names, totals);
  const covariance = residuals === undefined ? undefined : shrunkCovariance(names, residuals);
  const shares =
    reconcileMethod(options) === 'bottom-up'
      ? names.map((name) => Float64Array.from(bottom, (other) => (other === name ? 1 : 0)))
      : sharesOf(sums, reconcileMethod(options) === 'mint' ? covariance : undefined);
  const deviations = reconciledDeviations(spreads, unit, sums, shares, covariance);
  return new Map(
    names.map((name, k) => {
      const widths = levels.map((level) => {
        const quantile = normalQuantile(0.5 + level / 2);
        return (deviations[k] as Float64Array).map((deviation) => quantile * deviation * unit);
      });
      return [name, forecastAround(means.get(name) as Float64Array, widths, { levels })];
    }),
  );
}

function meanOf(name: string, forecasts: ReadonlyMap<string, Forecast>): Float64Array {
  const mean = forecasts.get(name)?.mean;
  if (mean === undefined) throw invalid(`There must be a forecast of ${name}`, { name });
  return mean;
}

/** The standard deviation of each step that an interval stands for. */
function deviationsOf(name: string, { mean, intervals }: Forecast): Float64Array {
  const [interval] = intervals ?? [];
  if (interval === undefined || interval.lower.length !== mean.length || interval.upper.length !== mean.length) {
    throw invalid(`The forecast of ${name} must have an interval`, { name });
  }
  checkLevel(interval.level);
  const quantile = normalQuantile(0.5 + interval.level / 2);
  return interval.upper.map((upper, step) => {
    const deviation = (upper / 2 - (interval.lower[step] as number) / 2) / quantile;
    if (deviation >= 0 && deviation < Infinity) return deviation;
    throw invalid(`The interval of ${name} must be finite, its upper bound above the lower one`, { name, step });
  });
}

/** Of each series, how much its forecast counts in each bottom series: the columns of G. */
function sharesOf(sums: readonly Float64Array[], covariance: Float64Array | undefined): Float64Array[] {
  const identity = sums.map((_, k) => Float64Array.from(sums, (_row, step) => (step === k ? 1 : 0)));
  const parts = leastMoved(identity, sums, covariance);
  return sums.map((_, k) => parts(k));
}

/** Of each series and step the standard deviation of its reconciled error, in the unit. */
function reconciledDeviations(
  spreads: readonly Float64Array[],
  unit: number,
  sums: readonly Float64Array[],
  shares: readonly Float64Array[],
  covariance: Float64Array | undefined,
): Float64Array[] {
  const n = sums.length;
  const b = (sums[0] as Float64Array).length;
  const factor = covariance === undefined ? undefined : correlationFactor(covariance, n);
  const horizon = (spreads[0] as Float64Array).length;
  const deviations = spreads.map(() => new Float64Array(horizon));
  const column = new Float64Array(b);
  const weights = new Float64Array(n);
  const counted = sums.map((counts) => [...counts.keys()].filter((i) => counts[i] !== 0));
  for (let step = 0; step < horizon; step++) {
    const variances = new Float64Array(n);
    // Errors are independent ones, mixed: each of those moves the bottom series by a column, and every sum with them.
    for (let c = 0; c < n; c++) {
      for (let j = c; j < n; j++) {
        const mixed = factor === undefined ? (j === c ? 1 : 0) : (factor[j * n + c] as number);
        weights[j] = mixed * (((spreads[j] as Float64Array)[step] as number) / unit);
      }
      addWeighted(column.fill(0), shares, weights, c, factor === undefined ? c + 1 : n);
      for (let k = 0; k < n; k++) {
        const counts = sums[k] as Float64Array;
        let moved = 0;
        for (const i of counted[k] as number[]) moved += (counts[i] as number) * (column[i] as number);
        variances[k] = (variances[k] as number) + moved * moved;
      }
    }
    for (let k = 0; k < n; k++) (deviations[k] as Float64Array)[step] = Math.sqrt(variances[k] as number);
  }
  return deviations;
}

/** Adds rows from one place to another, each by its weight; four at a time, so that sums are read and written less often. */
function addWeighted(
  sums: Float64Array,
  rows: readonly Float64Array[],
  weights: Float64Array,
  from: number,
  to: number,
): void {
  let j = from;
  for (; j + 4 <= to; j += 4) {
    const [a, b, c, d] = [rows[j], rows[j + 1], rows[j + 2], rows[j + 3]] as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const wa = weights[j] as number;
    const wb = weights[j + 1] as number;
    const wc = weights[j + 2] as number;
    const wd = weights[j + 3] as number;
    for (let i = 0; i < sums.length; i++) {
      sums[i] =
        (sums[i] as number) +
        wa * (a[i] as number) +
        wb * (b[i] as number) +
        wc * (c[i] as number) +
        wd * (d[i] as number);
    }
  }
  for (; j < to; j++) {
    const row = rows[j] as Float64Array;
    const weight = weights[j] as number;
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + weight * (row[i] as number);
  }
}

/** The lower triangle L with `L L'` the correlations, so that independent errors can be mixed to correlated ones. */
function correlationFactor(covariance: Float64Array, n: number): Float64Array | undefined {
  const size = (i: number): number => Math.sqrt(covariance[i * n + i] as number);
  const correlations = covariance.map((value, place) => {
    const [row, column] = [Math.floor(place / n), place % n];
    return row === column ? 1 + 1e-9 : value / size(row) / size(column);
  });
  return choleskyFactor(correlations, n);
}
