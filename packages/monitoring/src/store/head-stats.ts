import type { HeadStats } from './metric-store.ts';

/** How much series hold in memory, by the first and last time of each that has samples. */
export function headStats(ranges: Iterable<readonly [fromMs: number, toMs: number]>): HeadStats {
  let [chunks, first, last] = [0, Infinity, -Infinity];
  for (const [fromMs, toMs] of ranges) {
    chunks++;
    first = Math.min(first, fromMs);
    last = Math.max(last, toMs);
  }
  return chunks === 0 ? { chunks, fromMs: undefined, toMs: undefined } : { chunks, fromMs: first, toMs: last };
}
