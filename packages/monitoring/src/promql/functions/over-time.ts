import { KahanSum } from './kahan-sum.ts';
import type { RangeFunction } from './windows.ts';

/** Works out one window that is not empty. */
type OfWindow = (samples: Float64Array, from: number, to: number, timesMs: Float64Array) => number;

/** A range function that gives a value for every window that is not empty. */
function overTime(ofWindow: OfWindow): RangeFunction {
  return ({ timesMs, values: samples, from, to }, values, present, firstStep, endStep) => {
    for (let step = firstStep; step < endStep; step++) {
      const first = from[step] as number;
      const end = to[step] as number;
      if (first >= end) continue;
      values[step] = ofWindow(samples, first, end, timesMs);
      present[step] = 1;
    }
  };
}

const scratch = new KahanSum();
const squares = new KahanSum();

/** `sum_over_time`. */
export const sumOverTime: RangeFunction = overTime((samples, from, to) => {
  scratch.reset();
  for (let i = from; i < to; i++) scratch.add(samples[i] as number);
  return scratch.total;
});

/** `avg_over_time`: the sum by the count, and a running mean once the sum is too large for a float. */
export const avgOverTime: RangeFunction = overTime((samples, from, to) => {
  scratch.reset();
  scratch.sum = samples[from] as number;
  for (let i = from + 1; i < to; i++) {
    const { sum, compensation } = scratch;
    scratch.add(samples[i] as number);
    if (Math.abs(scratch.sum) === Infinity) return runningMean(samples, from, i, to, sum, compensation);
  }
  const count = to - from;
  return scratch.sum / count + scratch.compensation / count;
});

function runningMean(
  samples: Float64Array,
  from: number,
  next: number,
  to: number,
  sum: number,
  compensation: number,
): number {
  scratch.sum = sum / (next - from);
  scratch.compensation = compensation / (next - from);
  for (let i = next; i < to; i++) {
    const count = i - from + 1;
    const weight = (count - 1) / count;
    scratch.sum *= weight;
    scratch.compensation *= weight;
    scratch.add((samples[i] as number) / count);
  }
  return scratch.total;
}

/** `max_over_time`. */
export const maxOverTime: RangeFunction = overTime((samples, from, to) => {
  let best = samples[from] as number;
  for (let i = from + 1; i < to; i++) {
    const value = samples[i] as number;
    if (value > best || Number.isNaN(best)) best = value;
  }
  return best;
});

/** `min_over_time`. */
export const minOverTime: RangeFunction = overTime((samples, from, to) => {
  let best = samples[from] as number;
  for (let i = from + 1; i < to; i++) {
    const value = samples[i] as number;
    if (value < best || Number.isNaN(best)) best = value;
  }
  return best;
});

/** `count_over_time`. */
export const countOverTime: RangeFunction = overTime((_, from, to) => to - from);
/** `present_over_time`. */
export const presentOverTime: RangeFunction = overTime(() => 1);
/** `last_over_time`. */
export const lastOverTime: RangeFunction = overTime((samples, _, to) => samples[to - 1] as number);
/** `first_over_time`. */
export const firstOverTime: RangeFunction = overTime((samples, from) => samples[from] as number);
/** `ts_of_first_over_time`. */
export const timeOfFirst: RangeFunction = overTime((_, from, _to, timesMs) => (timesMs[from] as number) / 1000);
/** `ts_of_last_over_time`. */
export const timeOfLast: RangeFunction = overTime((_, _from, to, timesMs) => (timesMs[to - 1] as number) / 1000);
/** `ts_of_max_over_time`: the last one, when there are several. */
export const timeOfMax: RangeFunction = overTime(timeOfExtreme((value, best) => value >= best));
/** `ts_of_min_over_time`: the last one, when there are several. */
export const timeOfMin: RangeFunction = overTime(timeOfExtreme((value, best) => value <= best));

function timeOfExtreme(isBetter: (value: number, best: number) => boolean): OfWindow {
  return (samples, from, to, timesMs) => {
    let best = from;
    for (let i = from + 1; i < to; i++) {
      const known = samples[best] as number;
      if (isBetter(samples[i] as number, known) || Number.isNaN(known)) best = i;
    }
    return (timesMs[best] as number) / 1000;
  };
}

function variance(samples: Float64Array, from: number, to: number): number {
  const mean = scratch;
  mean.reset();
  squares.reset();
  for (let i = from; i < to; i++) {
    const value = samples[i] as number;
    const difference = value - mean.total;
    mean.add(difference / (i - from + 1));
    squares.add(difference * (value - mean.total));
  }
  return squares.total / (to - from);
}

/** `stdvar_over_time`. */
export const stdvarOverTime: RangeFunction = overTime(variance);
/** `stddev_over_time`. */
export const stddevOverTime: RangeFunction = overTime((samples, from, to) => Math.sqrt(variance(samples, from, to)));
