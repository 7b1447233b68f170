import { quantileSorted } from '../statistics/quantile.ts';

/** How the values of one step become one; missing values don't count. */
export type Aggregate = 'mean' | 'min' | 'max' | 'sum' | 'last' | 'count' | 'p95';

/**
 * Aggregates values into steps in one pass.
 *
 * @param timesMs - Rising times of the values.
 * @param values - NaN is missing.
 * @param fromMs - Start of the first step.
 * @param stepMs - Length of a step.
 * @param steps - How many steps; values outside of them are left out.
 * @returns one value a step, NaN (for `count`: 0) where there was none.
 */
export function aggregateSteps(
  timesMs: Float64Array,
  values: Float64Array,
  { fromMs, stepMs, steps }: { fromMs: number; stepMs: number; steps: number },
  aggregate: Aggregate,
): Float64Array {
  const result = new Float64Array(steps);
  const close = closers[aggregate];
  let i = 0;
  while (i < timesMs.length && (timesMs[i] as number) < fromMs) i++;
  for (let step = 0; step < steps; step++) {
    const endMs = fromMs + (step + 1) * stepMs;
    const start = i;
    while (i < timesMs.length && (timesMs[i] as number) < endMs) i++;
    result[step] = close(values, start, i);
  }
  return result;
}

/** Each takes the values of one step, which stand together because times rise. */
const closers: Readonly<Record<Aggregate, (values: Float64Array, start: number, end: number) => number>> = {
  mean(values, start, end) {
    let sum = 0;
    let count = 0;
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (value === value) {
        sum += value;
        count++;
      }
    }
    return sum / count;
  },
  sum(values, start, end) {
    let sum = NaN;
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (value === value) sum = sum === sum ? sum + value : value;
    }
    return sum;
  },
  min(values, start, end) {
    let least = NaN;
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (!(value >= least)) least = value === value ? value : least;
    }
    return least;
  },
  max(values, start, end) {
    let most = NaN;
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (!(value <= most)) most = value === value ? value : most;
    }
    return most;
  },
  last(values, start, end) {
    for (let i = end - 1; i >= start; i--) {
      const value = values[i] as number;
      if (value === value) return value;
    }
    return NaN;
  },
  count(values, start, end) {
    let count = 0;
    for (let i = start; i < end; i++) if (values[i] === values[i]) count++;
    return count;
  },
  p95(values, start, end) {
    const sorted = values.slice(start, end).sort(); // typed arrays sort by number, NaN last
    let count = sorted.length;
    while (count > 0 && Number.isNaN(sorted[count - 1])) count--;
    return quantileSorted(sorted, 0.95, 0, count);
  },
};
