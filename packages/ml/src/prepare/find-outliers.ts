import { stl } from '../decompose/stl.ts';
import { invalid } from '../error.ts';
import { robustScale } from '../statistics/robust-scale.ts';
import { SortedWindow } from '../statistics/sorted-window.ts';
import { checkedInteger, longestSeason, observedCount, toValues } from '../values.ts';
import { fillGaps } from './fill-gaps.ts';

/** How outliers are told. */
export interface OutlierOptions {
  /**
   * `'hampel'`: far from the median of the values around it (Hampel 1974); `'stl'`: a remainder of the robust
   * decomposition far outside of its quartiles, as R's `tsoutliers` does it; needs a season. @default 'hampel'
   */
  readonly method?: 'hampel' | 'stl' | undefined;
  /** Steps in a season, from 2; only for `'stl'`. @default none */
  readonly seasonLength?: number | undefined;
  /** How many values on either side the median is of; only for `'hampel'`. @default 12 */
  readonly reach?: number | undefined;
  /** How far is too far: deviations for `'hampel'`, ranges between the quartiles for `'stl'`. @default 5, or 3 */
  readonly limit?: number | undefined;
}

/** A value that does not belong to its neighbours. */
export interface Outlier {
  /** Where it stands. */
  readonly index: number;
  /** The value. */
  readonly value: number;
  /** What would stand there by the values around it. */
  readonly replacement: number;
}

/**
 * Finds values that do not belong to their neighbours. Missing values (NaN) are none.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
 * @throws {MlError} NOVA_ML_TOO_SHORT when a decomposition is asked for and there are no two seasons.
 *
 * @example
 * ```ts
 * import { findOutliers } from '@novacron/ml';
 *
 * const load = Array.from({ length: 40 }, (_, i) => 10 + (i % 3));
 * findOutliers(load.with(20, 90)).map(({ index, value }) => [index, value]) // => [[20, 90]]
 * ```
 */
export function findOutliers(values: ArrayLike<number>, options: OutlierOptions = {}): readonly Outlier[] {
  const series = toValues(values);
  const { method = 'hampel' } = options;
  if (method !== 'hampel' && method !== 'stl') {
    throw invalid(`method must be hampel or stl, not ${String(method)}`, { method });
  }
  const { limit = method === 'stl' ? 3 : 5 } = options;
  if (!(limit > 0)) throw invalid('limit must be above 0', { limit });
  const reach = checkedInteger(options.reach ?? 12, 'reach', 1, 100_000);
  if (observedCount(series) === 0) return [];
  return method === 'stl' ? byRemainder(series, options.seasonLength, limit) : byNeighbours(series, reach, limit);
}

/**
 * The series with its outliers replaced by what stands around them, or marked as missing.
 *
 * @param to - What takes their place. @default 'replacement'
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
 * @throws {MlError} NOVA_ML_TOO_SHORT when a decomposition is asked for and there are no two seasons.
 */
export function replaceOutliers(
  values: ArrayLike<number>,
  options: OutlierOptions = {},
  to: 'replacement' | 'missing' = 'replacement',
): Float64Array {
  const copy = toValues(values);
  for (const { index, replacement } of findOutliers(values, options)) {
    copy[index] = to === 'missing' ? NaN : replacement;
  }
  return copy;
}

/** A window of observed values moves along; at either end it stands still. */
function byNeighbours(series: Float64Array, reach: number, limit: number): Outlier[] {
  const places = Array.from(series.keys()).filter((i) => !Number.isNaN(series[i]));
  const width = Math.min(2 * reach + 1, places.length);
  if (width < 3) return [];
  const window = new SortedWindow(width);
  const found: Outlier[] = [];
  let next = 0;
  const judge = (until: number): void => {
    const replacement = window.median();
    const room = limit * robustScale(window);
    for (; next < until; next++) {
      const index = places[next] as number;
      const value = series[index] as number;
      if (Math.abs(value - replacement) > room) found.push({ index, value, replacement });
    }
  };
  for (const [pushed, place] of places.entries()) {
    window.push(series[place] as number);
    if (pushed + 1 >= width) judge(pushed + 1 - (width >> 1));
  }
  judge(places.length);
  return found;
}

function byRemainder(series: Float64Array, seasonLength: number | undefined, limit: number): Outlier[] {
  const season = checkedInteger(seasonLength, 'seasonLength', 2, longestSeason);
  const { remainder } = stl(series, { seasonLength: season, robust: true });
  const sorted = remainder.filter((value) => value === value).sort();
  const quartile = (share: number): number => {
    const place = share * (sorted.length - 1);
    const low = sorted[Math.floor(place)] as number;
    return low + (place % 1) * ((sorted[Math.ceil(place)] as number) - low);
  };
  const [low, high] = [quartile(0.25), quartile(0.75)];
  const largest = series.reduce((most, value) => (value === value ? Math.max(most, Math.abs(value)) : most), 0);
  // What differs by rounding only is no outlier.
  const room = Math.max(limit * (high - low), largest * 1e-9);
  const isFar = (rest: number): boolean => rest < low - room || rest > high + room;
  const places = Array.from(remainder.keys()).filter((i) => isFar(remainder[i] as number));
  if (places.length === 0) return [];
  const without = series.slice();
  for (const index of places) without[index] = NaN;
  const filled = fillGaps(without, { method: 'stl', seasonLength: season });
  return places.map((index) => ({ index, value: series[index] as number, replacement: filled[index] as number }));
}
