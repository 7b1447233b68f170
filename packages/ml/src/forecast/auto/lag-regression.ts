import { completeLagFit } from '../lags/complete-lag-fit.ts';
import type { FittedLagRegression } from '../lags/fitted-lag-regression.ts';
import { LagEquations } from '../lags/lag-equations.ts';

/** One way to regress a series on its past. */
interface Variant {
  readonly name: string;
  readonly log: boolean;
  readonly wide: boolean;
  /** Part of the mean diagonal of the normal equations that is added to it. */
  readonly ridge: number;
}

/** A variant, fitted at each origin. */
export interface LagFits {
  /** The variant's name. */
  readonly name: string;
  /** A model for each origin, in their order. */
  readonly fits: readonly FittedLagRegression[];
}

const variants: readonly Variant[] = [
  { name: 'lag regression of logarithms', log: true, wide: false, ridge: 1e-4 },
  { name: 'wide lag regression', log: false, wide: true, ridge: 3e-3 },
];
const forFew: readonly Variant[] = [
  { name: 'lag regression of logarithms', log: true, wide: false, ridge: 3e-3 },
  { name: 'lag regression', log: false, wide: false, ridge: 3e-3 },
];
/** Equations for each number that is estimated. */
const rowsForEach = 6;

/**
 * Ridge regressions of a series on some of its past values: the last values, those around one season ago, and, from
 * hourly seasons on, those around a week of seasons ago. Normal equations are summed up once; an origin is solved when
 * the sum has come to it, so that nothing after it takes part.
 *
 * @param values - Without gaps.
 * @param origins - Ascending; at each, only values before it are used.
 * @param few - Whether to be careful, with few values.
 * @returns nothing where the series is too short.
 */
export function lagFits(
  values: Float64Array,
  seasonLength: number,
  origins: readonly number[],
  few: boolean,
  check: () => void,
): LagFits[] {
  const shortest = Math.min(...origins);
  const narrow = lagsFor(seasonLength, shortest, false);
  const wide = lagsFor(seasonLength, shortest, true);
  const known = values.subarray(0, shortest);
  const positive = values.every((value) => value > 0);
  const found: LagFits[] = [];
  for (const { name, log, wide: wanted, ridge } of few ? forFew : variants) {
    const lags = wanted ? wide : narrow;
    if ((log && !positive) || (few && found.length > 0) || !isAffordable(lags, shortest)) continue;
    const series = log ? values.map(Math.log) : values;
    // With few values it is safer to count from the last one than from their mean.
    const centre = few ? NaN : average(log ? known.map(Math.log) : known);
    const equations = new LagEquations(series, lags, centre);
    const fits = origins.map((origin) => {
      check();
      equations.extend(origin);
      const coefficients = equations.solve(lags.length, ridge);
      return completeLagFit(series.subarray(0, origin), { lags, coefficients, centre, log, seasonLength });
    });
    found.push({ name, fits });
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

function average(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
