import { solveCholesky } from '../../optimise/cholesky.ts';

/** One way to regress a series on its past. */
interface Variant {
  readonly name: string;
  readonly log: boolean;
  readonly wide: boolean;
  /** Whether values count from the last one, not from their mean: safer where there are few. */
  readonly anchored: boolean;
  /** Part of the mean diagonal of the normal equations that is added to it. */
  readonly ridge: number;
}

/** What each variant forecasts at each origin. */
export interface LagForecasts {
  /** The variant's name. */
  readonly name: string;
  /** A forecast for each origin, in their order. */
  readonly means: readonly Float64Array[];
}

const variants: readonly Variant[] = [
  { name: 'lag regression of logarithms', log: true, wide: false, anchored: false, ridge: 1e-4 },
  { name: 'wide lag regression of logarithms', log: true, wide: true, anchored: false, ridge: 1e-4 },
  { name: 'wide lag regression', log: false, wide: true, anchored: false, ridge: 3e-3 },
];
const forFew: readonly Variant[] = [
  { name: 'lag regression of logarithms', log: true, wide: false, anchored: true, ridge: 3e-3 },
  { name: 'lag regression', log: false, wide: false, anchored: true, ridge: 3e-3 },
];
/** Equations for each number that is estimated. */
const rowsForEach = 6;
/** A forecast may leave the range of the values that it was learned from by this part of it. */
const reach = 0.25;

/**
 * Ridge regression of a series on some of its past values, forecast step by step: the last values, those around one
 * season ago, and, from hourly seasons on, those around a week of seasons ago. Normal equations are summed up once; an
 * origin is solved when the sum has come to it, so that nothing after it takes part.
 *
 * @param values - Without gaps.
 * @param origins - Ascending; at each, only values before it are used.
 * @param horizons - How many steps to forecast at each.
 * @param few - Whether to be careful, with few values.
 * @returns nothing where the series is too short.
 */
export function lagForecasts(
  values: Float64Array,
  seasonLength: number,
  origins: readonly number[],
  horizons: readonly number[],
  few: boolean,
  check: () => void,
): LagForecasts[] {
  const shortest = Math.min(...origins);
  const narrow = lagsFor(seasonLength, shortest, false);
  const wide = lagsFor(seasonLength, shortest, true);
  const known = values.subarray(0, shortest);
  const positive = values.every((value) => value > 0);
  const found: LagForecasts[] = [];
  for (const log of [true, false]) {
    if (log && !positive) continue;
    if (few && found.length > 0) continue;
    const kinds = (few ? forFew : variants).filter((variant) => variant.log === log);
    const affordable = kinds.filter(({ wide: wanted }) => isAffordable(wanted ? wide : narrow, shortest));
    if (affordable.length === 0) continue;
    const lags = affordable.some((variant) => variant.wide) ? wide : narrow;
    const series = log ? values.map(Math.log) : values;
    const centre = few ? NaN : average(log ? known.map(Math.log) : known);
    const means = affordable.map((): Float64Array[] => []);
    const equations = new NormalEquations(series, lags, centre);
    for (const [o, origin] of origins.entries()) {
      check();
      equations.extend(origin);
      for (const [k, variant] of affordable.entries()) {
        const used = variant.wide ? lags.length : narrow.length;
        const coefficients = equations.solve(used, variant.ridge);
        const mean = run(series, origin, lags.slice(0, used), coefficients, centre, horizons[o] as number, log);
        means[k]?.push(log ? mean.map(Math.exp) : mean);
      }
    }
    for (const [k, { name }] of affordable.entries()) found.push({ name, means: means[k] ?? [] });
  }
  return found;
}

/** The narrow lags come first in the wide ones. */
function lagsFor(seasonLength: number, length: number, wide: boolean): number[] {
  const m = seasonLength;
  const lags = new Set<number>();
  for (let lag = 1; lag <= Math.min(3, length / 8); lag++) lags.add(lag);
  const room = (lag: number, rest: number): void => {
    if (lag > 0 && length >= lag + rest) lags.add(lag);
  };
  if (m > 1) for (const lag of [m - 1, m, m + 1, 2 * m, 3 * m]) room(lag, 2 * m);
  const weekly = m >= 24 && m !== 52;
  if (weekly) for (const lag of [7 * m - 1, 7 * m, 7 * m + 1, 14 * m]) room(lag, 9 * m);
  if (!wide) return [...lags];
  for (let lag = 4; lag <= Math.min(weekly ? 6 : 8, length / 6); lag++) lags.add(lag);
  if (weekly) {
    for (const days of [4, 5, 6, 8]) room(days * m, 9 * m);
    for (const lag of [m - 2, m + 2, 2 * m - 1, 2 * m + 1, 7 * m - 2, 7 * m + 2]) room(lag, 9 * m);
  }
  return [...lags];
}

function isAffordable(lags: readonly number[], length: number): boolean {
  return lags.length > 0 && length - Math.max(...lags) >= rowsForEach * (lags.length + 1);
}

/**
 * Sums of products of the lagged values, an intercept last; rows are added as origins move on. A centre of NaN means
 * that values count from the one before.
 */
class NormalEquations {
  readonly #series: Float64Array;
  readonly #lags: readonly number[];
  readonly #centre: number;
  readonly #size: number;
  readonly #gram: Float64Array;
  readonly #right: Float64Array;
  #next: number;

  constructor(series: Float64Array, lags: readonly number[], centre: number) {
    this.#series = series;
    this.#lags = lags;
    this.#centre = centre;
    this.#size = lags.length + 1;
    this.#gram = new Float64Array(this.#size * this.#size);
    this.#right = new Float64Array(this.#size);
    this.#next = Math.max(...lags);
  }

  /** Adds the rows before an origin. */
  extend(origin: number): void {
    const size = this.#size;
    const row = new Float64Array(size);
    row[size - 1] = 1;
    const gram = this.#gram;
    for (; this.#next < origin; this.#next++) {
      const centre = Number.isNaN(this.#centre) ? (this.#series[this.#next - 1] as number) : this.#centre;
      for (let i = 0; i < size - 1; i++) {
        row[i] = (this.#series[this.#next - (this.#lags[i] as number)] as number) - centre;
      }
      const target = (this.#series[this.#next] as number) - centre;
      for (let i = 0; i < size; i++) {
        const x = row[i] as number;
        this.#right[i] = (this.#right[i] as number) + x * target;
        for (let j = 0, at = i * size; j <= i; j++, at++) gram[at] = (gram[at] as number) + x * (row[j] as number);
      }
    }
  }

  /** Coefficients of the first `used` lags, the intercept last. */
  solve(used: number, ridge: number): Float64Array {
    const size = this.#size;
    const pick = [...Array(used).keys(), size - 1];
    const gram = new Float64Array(pick.length ** 2);
    let trace = 0;
    for (let i = 0; i < used; i++) trace += this.#gram[i * size + i] as number;
    for (const [a, i] of pick.entries()) {
      for (const [b, j] of pick.entries()) {
        gram[a * pick.length + b] = this.#gram[Math.max(i, j) * size + Math.min(i, j)] as number;
      }
      if (a < used) gram[a * pick.length + a] = (gram[a * pick.length + a] as number) + (ridge * trace) / used;
    }
    return solveCholesky(
      gram,
      pick.map((i) => this.#right[i] as number),
      1e-12,
    );
  }
}

/** Forecasts step by step, each step taking part in those after it; kept near the range of the past. */
function run(
  series: Float64Array,
  origin: number,
  lags: readonly number[],
  coefficients: Float64Array,
  centre: number,
  horizon: number,
  log: boolean,
): Float64Array {
  const { low, high } = plausible(series.subarray(0, origin), log);
  const path = new Float64Array(origin + horizon);
  path.set(series.subarray(0, origin));
  for (let t = origin; t < path.length; t++) {
    const base = Number.isNaN(centre) ? (path[t - 1] as number) : centre;
    let value = base + (coefficients[lags.length] as number);
    for (let i = 0; i < lags.length; i++) {
      value += (coefficients[i] as number) * ((path[t - (lags[i] as number)] as number) - base);
    }
    path[t] = Math.min(high, Math.max(low, value));
  }
  return path.slice(origin);
}

/** Where a path may go; the range counts in the unit of the values, also for logarithms. */
function plausible(series: Float64Array, log: boolean): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of series) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!log) return { low: low - reach * (high - low), high: high + reach * (high - low) };
  const [least, most] = [Math.exp(low), Math.exp(high)];
  const room = reach * (most - least);
  return { low: Math.log(Math.max(least - room, least / 2)), high: Math.log(most + room) };
}

function average(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
