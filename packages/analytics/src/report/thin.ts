/** A point of a line; no value is a gap. */
export interface LinePoint {
  /** Epoch milliseconds. */
  readonly time: number;
  /** The value. */
  readonly value: number | null;
}

/**
 * At most about `limit` points of a line that look like all of them: of each stretch the lowest and the highest, so
 * that no peak is lost.
 *
 * @param timesMs - Rising.
 * @param values - What is not finite is a gap.
 */
export function thinLine(timesMs: ArrayLike<number>, values: ArrayLike<number>, limit: number): LinePoint[] {
  const count = Math.min(timesMs.length, values.length);
  const point = (i: number): LinePoint => {
    const value = values[i] as number;
    return { time: timesMs[i] as number, value: Number.isFinite(value) ? value : null };
  };
  if (count <= limit) return Array.from({ length: count }, (_, i) => point(i));
  const stretch = Math.ceil((2 * count) / limit);
  const points: LinePoint[] = [];
  for (let start = 0; start < count; start += stretch) {
    const end = Math.min(start + stretch, count);
    let low = start;
    let high = start;
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (!((values[low] as number) <= value)) low = Number.isFinite(value) ? i : low;
      if (!((values[high] as number) >= value)) high = Number.isFinite(value) ? i : high;
    }
    points.push(point(Math.min(low, high)));
    if (low !== high) points.push(point(Math.max(low, high)));
  }
  return points;
}
