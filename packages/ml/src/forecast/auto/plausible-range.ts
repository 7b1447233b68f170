/** A forecast may leave the range of the history by this part of it, at either end. */
const reach = 1.5;
/** A range tells its history to within rounding. */
const rounding = 1e-9;

/** The least and the largest value that a forecast may have. */
export interface PlausibleRange {
  readonly low: number;
  readonly high: number;
}

/** @param series - Without gaps; at least one value. */
export function plausibleRange(series: Float64Array): PlausibleRange {
  let low = Infinity;
  let high = -Infinity;
  for (const value of series) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = reach * (high - low);
  return { low: low - room, high: high + room };
}

/** Whether the history of a range had no value below 0, like loads, counts and sizes. */
export function neverNegative({ low, high }: PlausibleRange): boolean {
  const span = (high - low) / (1 + 2 * reach);
  return low + reach * span >= -rounding * span;
}
