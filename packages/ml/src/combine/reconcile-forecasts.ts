import { invalid } from '../error.ts';
import { checkLevel, forecastAround } from '../forecast/build-forecast.ts';
import type { Forecast } from '../forecast/contract.ts';
import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';
import { normalQuantile } from '../statistics/normal-quantile.ts';
import { checkOptions } from '../values.ts';
import { gapOf, type Constraint } from './adjustment.ts';
import type { Total } from './hierarchy.ts';
import { reconciled, type ReconcileOptions } from './reconcile.ts';

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
 * its machines. Bounds themselves do not add up, as no correct ones do. Only as many equations are solved as there are
 * totals: some 0.2 s for 300 machines on 30 hosts and 24 steps, 2 s for 900 on 90. It grows with the square of the number of
 * series, and a step with the series times the square of the totals.
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
  const { levels = [0.8, 0.95] } = options;
  if (!Array.isArray(levels)) throw invalid('levels must be a list, like [0.95]', { option: 'levels' });
  for (const level of levels) checkLevel(level);
  const names = [...forecasts.keys()];
  const bases = new Map(names.map((name) => [name, meanOf(name, forecasts)]));
  const { means, constraints, adjustment, covariance } = reconciled(bases, totals, options, true);
  if (names.length === 0) return new Map();
  const spreads = names.map((name) => deviationsOf(name, forecasts.get(name) as Forecast));
  const unit = powerOfTwoNear(
    Float64Array.from(spreads, (row) => row.reduce((most, spread) => Math.max(most, spread), 0)),
  );
  const deviations = reconciledDeviations(
    spreads,
    unit,
    constraints,
    adjustment,
    covariance && correlationsOf(covariance),
  );
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

/**
 * Of each series and step the standard deviation of its reconciled error, in the unit: the diagonal of `P W P'` with
 * `P = I - A C`, A the adjustment and C the constraints, so that no matrix of all series is multiplied with another.
 */
function reconciledDeviations(
  spreads: readonly Float64Array[],
  unit: number,
  constraints: readonly Constraint[],
  adjustment: Float64Array,
  correlations: Float64Array | undefined,
): Float64Array[] {
  const n = spreads.length;
  const width = constraints.length;
  const horizon = (spreads[0] as Float64Array).length;
  const deviations = spreads.map(() => new Float64Array(horizon));
  const sizes = new Float64Array(n);
  const together = new Float64Array(width * width);
  for (let step = 0; step < horizon; step++) {
    for (let k = 0; k < n; k++) sizes[k] = ((spreads[k] as Float64Array)[step] as number) / unit;
    const shared = constraints.map((constraint) => sharedErrors(constraint, sizes, correlations));
    for (const [a, row] of shared.entries()) {
      for (const [b, constraint] of constraints.entries()) together[a * width + b] = gapOf(constraint, row);
    }
    for (let k = 0; k < n; k++) {
      let variance = (sizes[k] as number) ** 2;
      for (let a = 0; a < width; a++) {
        const moved = adjustment[k * width + a] as number;
        if (moved === 0) continue;
        let both = -2 * ((shared[a] as Float64Array)[k] as number);
        for (let b = 0; b < width; b++) {
          both += (together[a * width + b] as number) * (adjustment[k * width + b] as number);
        }
        variance += moved * both;
      }
      (deviations[k] as Float64Array)[step] = Math.sqrt(Math.max(0, variance));
    }
  }
  return deviations;
}

/** The covariance of the error of a gap with that of each series. */
function sharedErrors(
  { total, parts, counts }: Constraint,
  sizes: Float64Array,
  correlations: Float64Array | undefined,
): Float64Array {
  const n = sizes.length;
  const shared = new Float64Array(n);
  const add = (place: number, weight: number): void => {
    const size = weight * (sizes[place] as number);
    if (correlations === undefined) {
      shared[place] = (shared[place] as number) + size * (sizes[place] as number);
      return;
    }
    for (let k = 0; k < n; k++) {
      shared[k] = (shared[k] as number) + size * (correlations[place * n + k] as number) * (sizes[k] as number);
    }
  };
  add(total, 1);
  for (let i = 0; i < parts.length; i++) add(parts[i] as number, -(counts[i] as number));
  return shared;
}

function correlationsOf(covariance: Float64Array): Float64Array {
  const n = Math.sqrt(covariance.length);
  const size = (i: number): number => Math.sqrt(covariance[i * n + i] as number);
  return covariance.map((value, place) => {
    const [row, column] = [Math.floor(place / n), place % n];
    return row === column ? 1 : value / size(row) / size(column);
  });
}
