import { isStale } from '../../wire/stale-marker.ts';

/** Times and values of one series, oldest first. */
export interface Columns {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** The samples without staleness markers; the columns themselves when there are none. */
export function withoutStale({ timesMs, values }: Columns): Columns {
  let stale = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // eslint-disable-next-line no-self-compare -- the fastest way to find a NaN, and this loop sees every sample
    if (value !== value && isStale(values, i)) stale++;
  }
  if (stale === 0) return { timesMs, values };
  const kept = { timesMs: new Float64Array(values.length - stale), values: new Float64Array(values.length - stale) };
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (isStale(values, i)) continue;
    kept.timesMs[count] = timesMs[i] as number;
    kept.values[count] = values[i] as number;
    count++;
  }
  return kept;
}

/** Index of the first time after `timeMs`; as many as there are when none is. */
export function firstAfter(timesMs: Float64Array, timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] as number) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
