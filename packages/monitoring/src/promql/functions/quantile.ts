import type { RangeFunction } from './windows.ts';

/** So many rounds of selecting, for numbers that were made to be slow, and they are sorted. */
const manyRounds = 64;

let scratch = new Float64Array(256);

/** Room for as many numbers, the same every time; what stands in it is overwritten by the next who asks. */
export function scratchOf(length: number): Float64Array {
  if (scratch.length < length) scratch = new Float64Array(length * 2);
  return scratch.subarray(0, length);
}

/**
 * A quantile of some numbers, whose order it changes; NaNs are the smallest. It lies between two of them in proportion,
 * is -Inf below 0 and +Inf above 1.
 */
export function quantileOf(quantile: number, numbers: Float64Array): number {
  const count = numbers.length;
  if (count === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const nans = nansFirst(numbers);
  const rank = quantile * (count - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  if (upper >= nans) selectPlace(numbers, Math.max(lower, nans), nans);
  let above = numbers[upper] as number;
  // Behind the place there are only greater numbers, in no order.
  if (upper > lower && upper > nans)
    for (let i = upper + 1; i < count; i++) if ((numbers[i] as number) < above) above = numbers[i] as number;
  return (numbers[lower] as number) * (1 - weight) + above * weight;
}

/** Puts NaNs in front; tells how many there are. */
function nansFirst(numbers: Float64Array): number {
  let nans = 0;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number;
    if (!Number.isNaN(number)) continue;
    numbers[i] = numbers[nans] as number;
    numbers[nans++] = number;
  }
  return nans;
}

/**
 * Puts the number that would be at a place were all from `start` on sorted there, smaller ones before and greater ones
 * behind it.
 *
 * Source: C. A. R. Hoare, "Algorithm 65: Find", CACM 1961, with the median of three as pivot.
 */
function selectPlace(numbers: Float64Array, place: number, start: number): void {
  let low = start;
  let high = numbers.length - 1;
  for (let rounds = 0; low < high; rounds++) {
    if (rounds === manyRounds) {
      numbers.subarray(low, high + 1).sort();
      return;
    }
    const pivot = medianOfThree(numbers[low] as number, numbers[(low + high) >>> 1] as number, numbers[high] as number);
    let left = low;
    let right = high;
    while (left <= right) {
      while ((numbers[left] as number) < pivot) left++;
      while ((numbers[right] as number) > pivot) right--;
      if (left > right) break;
      const number = numbers[left] as number;
      numbers[left++] = numbers[right] as number;
      numbers[right--] = number;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else return;
  }
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
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
