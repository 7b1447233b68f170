const smallSegment = 10;

/**
 * The two middle values (one and the same twice for an odd count), found as R's `stl` finds them: by the partial sort of
 * netlib's `psort` (Singleton 1969, ACM algorithm 347) that gets its two places in falling order. Where a cut falls
 * between the two, it follows the shorter side only and the other place holds some value near the middle.
 *
 * @param values - From 1 value; left in another order.
 */
export function middlePair(values: Float64Array): readonly [lower: number, upper: number] {
  const lower = (values.length - 1) >> 1;
  const upper = values.length >> 1;
  let from = 0;
  let to = values.length - 1;
  while (from === 0 ? to > 0 : to - from > smallSegment) {
    const [low, high] = cut(values, from, to);
    const lowerIsShorter = low - from <= to - high;
    if (lowerIsShorter ? lower <= low : upper < high) to = low;
    else from = high;
  }
  if (from > 0) values.subarray(from, to + 1).sort();
  return [values[lower] as number, values[upper] as number];
}

/** Puts what is small before what is large, by the median of three; the ends of the two parts. */
function cut(values: Float64Array, from: number, to: number): readonly [low: number, high: number] {
  const middle = (from + to) >> 1;
  order(values, from, middle);
  if ((values[to] as number) < (values[middle] as number)) {
    order(values, middle, to);
    order(values, from, middle);
  }
  const pivot = values[middle] as number;
  let low = to;
  let high = from;
  for (;;) {
    do low--;
    while ((values[low] as number) > pivot);
    do high++;
    while ((values[high] as number) < pivot);
    if (high > low) return [low, high];
    order(values, high, low);
  }
}

/** Swaps the two values unless they stand in order. */
function order(values: Float64Array, first: number, second: number): void {
  const kept = values[first] as number;
  if (kept <= (values[second] as number)) return;
  values[first] = values[second] as number;
  values[second] = kept;
}
