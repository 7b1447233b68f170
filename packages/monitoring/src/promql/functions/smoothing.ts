import { executionError } from '../error.ts';
import type { RangeFunction } from './windows.ts';

/** `double_exponential_smoothing`: a smoothed value that follows a trend (Holt's method). */
export const doubleExponentialSmoothing: RangeFunction = (windows, values, present, firstStep, endStep) => {
  const { values: samples, from, to, scalars } = windows;
  const [smoothing, trending] = scalars as readonly [Float64Array, Float64Array];
  for (let step = firstStep; step < endStep; step++) {
    const first = from[step] as number;
    const end = to[step] as number;
    if (first >= end) continue;
    const alpha = factorOf(smoothing[step] as number, 'smoothing factor', 'sf');
    const beta = factorOf(trending[step] as number, 'trend factor', 'tf');
    if (end - first < 2) continue;
    let before = 0;
    let smoothed = samples[first] as number;
    let trend = (samples[first + 1] as number) - smoothed;
    for (let i = first + 1; i < end; i++) {
      if (i > first + 1) trend = beta * (smoothed - before) + (1 - beta) * trend;
      before = smoothed;
      smoothed = alpha * (samples[i] as number) + (1 - alpha) * (smoothed + trend);
    }
    values[step] = smoothed;
    present[step] = 1;
  }
};

function factorOf(value: number, name: string, short: string): number {
  if (!(value <= 0 || value >= 1)) return value;
  throw executionError(`invalid ${name}. Expected: 0 < ${short} < 1, got: ${value.toFixed(6)}`);
}
