import { detectSeasons } from '../../decompose/detect-seasons.ts';
import { fillMissing } from '../../decompose/fill-missing.ts';
import { MlError } from '../../error.ts';
import { observedCount } from '../../values.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';

/** A series as the automatic forecast looks at it. */
export interface AutoSeries {
  /** Where it begins in what was given. */
  readonly start: number;
  /** A power of two near the largest value. */
  readonly scale: number;
  /** Its values in that unit, gaps and all. */
  readonly scaled: Float64Array;
  /** The same without gaps. */
  readonly filled: Float64Array;
  /** Steps in a season; 1 means none. */
  readonly seasonLength: number;
}

/** Older values are left out; that is seven months of hours, or 17 days of 5-minute values. */
const longestHistory = 5_000;

/**
 * Takes the latest part of a series, finds its season, and fills its gaps.
 *
 * @param wanted - Steps in a season, or `'detect'`.
 * @throws {MlError} NOVA_ML_TOO_SHORT when no value is observed.
 */
export function autoSeries(all: Float64Array, wanted: number | 'detect'): AutoSeries {
  const first = all.findIndex((value) => !Number.isNaN(value));
  if (first === -1)
    throw new MlError({ kind: 'invalid', code: 'NOVA_ML_TOO_SHORT', message: 'There is no observed value' });
  const reach = Math.max(longestHistory, wanted === 'detect' ? 0 : 10 * wanted);
  let end = all.length;
  let start = Math.max(first, end - reach);
  if (observedCount(all.subarray(start)) === 0) {
    // After so long a gap the time before it is all there is.
    while (Number.isNaN(all[end - 1])) end--;
    start = Math.max(first, end - reach);
  }
  const recent = all.subarray(start, end);
  const scale = powerOfTwoNear(recent);
  const scaled = recent.map((value) => value / scale);
  const asked = wanted === 'detect' ? (detectSeasons(scaled)[0]?.length ?? 1) : wanted;
  // A season needs two of itself; a shorter series is forecast without.
  const seasonLength = 2 * asked < scaled.length ? asked : 1;
  return { start, scale, scaled, filled: fillMissing(scaled, seasonLength), seasonLength };
}
