/**
 * The quantile of sorted values, interpolated between neighbours (type 7 of Hyndman and Fan 1996, the default of R and
 * NumPy).
 *
 * @param sorted - Rising, without NaN.
 * @param probability - In [0, 1].
 * @param start - Where the values begin in the array. @default 0
 * @param end - Where they end, exclusive. @default the length
 * @returns NaN when there are none.
 */
export function quantileSorted(
  sorted: Float64Array,
  probability: number,
  start: number = 0,
  end: number = sorted.length,
): number {
  if (end <= start) return NaN;
  const place = (end - start - 1) * probability;
  const below = Math.floor(place);
  const lower = sorted[start + below] as number;
  const upper = sorted[Math.min(start + below + 1, end - 1)] as number;
  const part = place - below;
  return part === 0 ? lower : lower + part * (upper - lower);
}
