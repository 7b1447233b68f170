import type { RangeFunction } from './windows.ts';

let scratch = new Float64Array(256);

/** Room for as many numbers, the same every time; what stands in it is overwritten by the next who asks. */
export function scratchOf(length: number): Float64Array {
  if (scratch.length < length) scratch = new Float64Array(length * 2);
  return scratch.subarray(0, length);
}

/**
 * A quantile of some numbers, which are sorted by it; NaNs are the smallest. It lies between two of them in proportion,
 * is -Inf below 0 and +Inf above 1.
 */
export function quantileOf(quantile: number, numbers: Float64Array): number {
  const count = numbers.length;
  if (count === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  numbers.sort(); // NaNs last
  let nans = 0;
  while (nans < count && Number.isNaN(numbers[count - 1 - nans])) nans++;
  const rank = quantile * (count - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  const at = (index: number): number => (index < nans ? Number.NaN : (numbers[index - nans] as number));
  return at(lower) * (1 - weight) + at(upper) * weight;
}

/** `quantile_over_time`. */
export const quantileOverTime: RangeFunction = (windows, values, present, firstStep, endStep) => {
  const { values: samples, from, to, scalars } = windows;
  const quantiles = scalars[0] as Float64Array;
  for (let step = firstStep; step < endStep; step++) {
    const first = from[step] as number;
    const end = to[step] as number;
    if (first >= end) continue;
    const numbers = scratchOf(end - first);
    numbers.set(samples.subarray(first, end));
    values[step] = quantileOf(quantiles[step] as number, numbers);
    present[step] = 1;
  }
};

/** `mad_over_time`: the median of the distances from the median. */
export const madOverTime: RangeFunction = ({ values: samples, from, to }, values, present, firstStep, endStep) => {
  for (let step = firstStep; step < endStep; step++) {
    const first = from[step] as number;
    const end = to[step] as number;
    if (first >= end) continue;
    const numbers = scratchOf(end - first);
    numbers.set(samples.subarray(first, end));
    const median = quantileOf(0.5, numbers);
    for (let i = first; i < end; i++) numbers[i - first] = Math.abs((samples[i] as number) - median);
    values[step] = quantileOf(0.5, numbers);
    present[step] = 1;
  }
};
