/** What a run of values sums up to. */
interface Summaries {
  readonly count: Float64Array;
  readonly mean: Float64Array;
  /** Root of the sum of squared distances from the mean: the sum itself could leave the range of numbers. */
  readonly spread: Float64Array;
  readonly least: Float64Array;
  readonly largest: Float64Array;
}

/**
 * Mean, deviation, least and largest of the values in the window before each step, NaN where it does not reach back or
 * a value is missing. The cost does not depend on the window: blocks as long as it are summed up from either end, so
 * that every window is the end of one and the start of the next (van Herk 1992; Chan, Golub, LeVeque 1983).
 */
export function windowColumns(series: Float64Array, window: number): Float64Array[] {
  const fromStart = summaries(series, window, 1);
  const toEnd = summaries(series, window, -1);
  const columns = Array.from({ length: 4 }, () => new Float64Array(series.length).fill(NaN));
  const [means, deviations, leasts, largests] = columns as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let t = window; t < series.length; t++) {
    const first = t - window;
    const last = t - 1;
    let mean = fromStart.mean[last] as number;
    let spread = fromStart.spread[last] as number;
    let least = fromStart.least[last] as number;
    let largest = fromStart.largest[last] as number;
    if (first % window !== 0) {
      const ours = toEnd.count[first] as number;
      const theirs = fromStart.count[last] as number;
      const distance = mean - (toEnd.mean[first] as number);
      mean = (toEnd.mean[first] as number) + (distance * theirs) / window;
      spread = Math.hypot(spread, toEnd.spread[first] as number, distance * Math.sqrt((ours * theirs) / window));
      least = Math.min(least, toEnd.least[first] as number);
      largest = Math.max(largest, toEnd.largest[first] as number);
    }
    means[t] = mean;
    deviations[t] = spread / Math.sqrt(window);
    leasts[t] = least;
    largests[t] = largest;
  }
  return columns;
}

/** Sums up each block of `size` values step by step, from its start (`direction` 1) or from its end (-1). */
function summaries(values: Float64Array, size: number, direction: 1 | -1): Summaries {
  const { length } = values;
  const made = (): Float64Array => new Float64Array(length);
  const [count, mean, spread, least, largest] = [made(), made(), made(), made(), made()];
  for (let step = 0; step < length; step++) {
    const i = direction === 1 ? step : length - 1 - step;
    const value = values[i] as number;
    const before = i - direction;
    const isFirst = before < 0 || before >= length || Math.floor(before / size) !== Math.floor(i / size);
    const seen = isFirst ? 1 : (count[before] as number) + 1;
    count[i] = seen;
    const distance = isFirst ? 0 : value - (mean[before] as number);
    mean[i] = isFirst ? value : (mean[before] as number) + distance / seen;
    const share = Math.sqrt((seen - 1) / seen);
    spread[i] = isFirst ? value - value : Math.hypot(spread[before] as number, distance * share);
    least[i] = isFirst ? value : Math.min(least[before] as number, value);
    largest[i] = isFirst ? value : Math.max(largest[before] as number, value);
  }
  return { count, mean, spread, least, largest };
}
