import { fillMissing } from '../decompose/fill-missing.ts';
import { stl } from '../decompose/stl.ts';
import { invalid, MlError } from '../error.ts';
import { checkedInteger, longestSeason, observedCount, toValues } from '../values.ts';
import { smoothedSignal } from './smoothed-signal.ts';

/** How gaps are filled. */
export interface FillGapsOptions {
  /**
   * `'linear'`: on the line between the neighbours; `'seasonal'`: the mean of the same phase of the nearest seasons;
   * `'stl'`: on the line between the neighbours without their season, as R's `na.interp` does it; `'kalman'`: what a
   * structural model expects, given everything before and after. @default 'linear', or 'stl' with a season
   */
  readonly method?: 'linear' | 'seasonal' | 'stl' | 'kalman' | undefined;
  /** Steps in a season; 1 means none. @default 1 */
  readonly seasonLength?: number | undefined;
  /** Gaps of more values stay. @default Infinity */
  readonly longestGap?: number | undefined;
}

/**
 * Fills gaps (NaN) from both sides. What comes after a gap is used, so fill before a model learns, never between a
 * validation and its past: there take `'linear'` on the past alone.
 *
 * @returns a copy.
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
 * @throws {MlError} NOVA_ML_TOO_SHORT when no value is observed, or `'stl'` finds no two seasons, or `'kalman'` no more
 * values than its state has numbers.
 *
 * @example
 * ```ts
 * import { fillGaps } from '@novacron/ml';
 *
 * [...fillGaps([1, NaN, 3, NaN, NaN, NaN, 7], { longestGap: 2 })] // => [1, 2, 3, NaN, NaN, NaN, 7]
 * [...fillGaps([1, 9, 1, 9, NaN, 9, 1, 9], { method: 'seasonal', seasonLength: 2 })] // => [1, 9, 1, 9, 1, 9, 1, 9]
 * ```
 */
export function fillGaps(values: ArrayLike<number>, options: FillGapsOptions = {}): Float64Array {
  const series = toValues(values);
  const seasonLength = checkedInteger(options.seasonLength ?? 1, 'seasonLength', 1, longestSeason);
  const { method = seasonLength > 1 ? 'stl' : 'linear', longestGap = Infinity } = options;
  if (!(longestGap >= 0)) throw invalid('longestGap must be 0 or more', { longestGap });
  if (observedCount(series) === 0) {
    throw new MlError({ kind: 'invalid', code: 'NOVA_ML_TOO_SHORT', message: 'There is no observed value' });
  }
  if (!series.some(Number.isNaN)) return series;
  const filled = fill(series, method, seasonLength);
  let start = 0;
  for (let i = 0; i <= series.length; i++) {
    if (i < series.length && Number.isNaN(series[i])) continue;
    if (i - start <= longestGap) series.set(filled.subarray(start, i), start);
    start = i + 1;
  }
  return series;
}

/** @throws {MlError} NOVA_ML_INVALID when there is no such method, or it needs a season. */
function fill(series: Float64Array, method: FillGapsOptions['method'], seasonLength: number): Float64Array {
  switch (method) {
    case 'linear':
      return fillMissing(series, series.length);
    case 'seasonal':
      return fillMissing(series, seasonLength);
    case 'stl':
      return bySeason(series, checkedInteger(seasonLength, 'seasonLength', 2, longestSeason));
    case 'kalman': {
      const signal = smoothedSignal(series, seasonLength);
      return series.map((value, i) => (value === value ? value : (signal[i] as number)));
    }
    default:
      throw invalid(`method must be linear, seasonal, stl or kalman, not ${String(method)}`, { method });
  }
}

/** Lines through the series without its season, with the season put back. */
function bySeason(series: Float64Array, seasonLength: number): Float64Array {
  const { season } = stl(series, { seasonLength, robust: true });
  const adjusted = series.map((value, i) => value - (season[i] as number));
  const lines = fillMissing(adjusted, series.length);
  return series.map((value, i) => (value === value ? value : (lines[i] as number) + (season[i] as number)));
}
