import { KahanSum } from './kahan-sum.ts';
import type { RangeFunction } from './windows.ts';

const sumX = new KahanSum();
const sumY = new KahanSum();
const sumXY = new KahanSum();
const sumXX = new KahanSum();

/** A line through samples by least squares, with its value at a time; kept and overwritten, so that nothing is made. */
const line = { slope: 0, intercept: 0 };

function fitLine(timesMs: Float64Array, samples: Float64Array, from: number, to: number, atMs: number): void {
  for (const sum of [sumX, sumY, sumXY, sumXX]) sum.reset();
  const first = samples[from] as number;
  let constant = true;
  for (let i = from; i < to; i++) {
    const y = samples[i] as number;
    const x = ((timesMs[i] as number) - atMs) / 1000;
    if (y !== first && i > from) constant = false;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumXX.add(x * x);
  }
  if (constant) {
    line.slope = Math.abs(first) === Infinity ? Number.NaN : 0;
    line.intercept = Math.abs(first) === Infinity ? Number.NaN : first;
    return;
  }
  const count = to - from;
  const x = sumX.total;
  const y = sumY.total;
  line.slope = (sumXY.total - (x * y) / count) / (sumXX.total - (x * x) / count);
  line.intercept = y / count - (line.slope * x) / count;
}

/** `deriv`: the slope per second. */
export const deriv: RangeFunction = ({ timesMs, values: samples, from, to }, values, present, firstStep, endStep) => {
  for (let step = firstStep; step < endStep; step++) {
    const first = from[step] as number;
    const end = to[step] as number;
    if (end - first < 2) continue;
    fitLine(timesMs, samples, first, end, timesMs[first] as number);
    values[step] = line.slope;
    present[step] = 1;
  }
};

/** `predict_linear`: where the line will be in some seconds. */
export const predictLinear: RangeFunction = (windows, values, present, firstStep, endStep) => {
  const { timesMs, values: samples, from, to, stepsStartMs, stepMs, scalars } = windows;
  const seconds = scalars[0] as Float64Array;
  for (let step = firstStep; step < endStep; step++) {
    const first = from[step] as number;
    const end = to[step] as number;
    if (end - first < 2) continue;
    fitLine(timesMs, samples, first, end, stepsStartMs + step * stepMs);
    values[step] = line.slope * (seconds[step] as number) + line.intercept;
    present[step] = 1;
  }
};
