import type { RangeFunction, Windows } from './windows.ts';

/** `rate`. */
export const rate: RangeFunction = extrapolated(true, true);
/** `increase`. */
export const increase: RangeFunction = extrapolated(true, false);
/** `delta`. */
export const delta: RangeFunction = extrapolated(false, false);

/**
 * The growth over a window, taken on to the window's edges where the samples come near enough to them.
 *
 * Source: Prometheus, "Query functions", rate().
 */
function extrapolated(isCounter: boolean, perSecond: boolean): RangeFunction {
  return (windows, values, present, firstStep, endStep) => {
    const { timesMs, values: samples, from, to, endsStartMs, endsStepMs, rangeMs } = windows;
    const resets = isCounter && hasResets(windows, firstStep, endStep);
    for (let step = firstStep; step < endStep; step++) {
      const first = from[step] as number;
      const last = (to[step] as number) - 1;
      if (last <= first) continue;
      const firstMs = timesMs[first] as number;
      const lastMs = timesMs[last] as number;
      let growth = (samples[last] as number) - (samples[first] as number);
      if (resets) growth += resetsWithin(samples, first, last);
      const endMs = endsStartMs + step * endsStepMs;
      let toStart = (firstMs - (endMs - rangeMs)) / 1000;
      let toEnd = (endMs - lastMs) / 1000;
      const sampled = (lastMs - firstMs) / 1000;
      const between = sampled / (last - first);
      const threshold = between * 1.1;
      if (toStart >= threshold) toStart = between / 2;
      if (isCounter && growth > 0 && (samples[first] as number) >= 0) {
        // A counter does not begin below zero.
        const toZero = sampled * ((samples[first] as number) / growth);
        if (toZero < toStart) toStart = toZero;
      }
      if (toEnd >= threshold) toEnd = between / 2;
      let factor = (sampled + toStart + toEnd) / sampled;
      if (perSecond) factor /= rangeMs / 1000;
      values[step] = growth * factor;
      present[step] = 1;
    }
  };
}

/** Whether a counter goes down anywhere in the windows: mostly it does not, and then no sample between must be seen. */
function hasResets({ values, from, to }: Windows, firstStep: number, endStep: number): boolean {
  const end = to[endStep - 1] as number;
  for (let i = (from[firstStep] as number) + 1; i < end; i++) {
    if ((values[i] as number) < (values[i - 1] as number)) return true;
  }
  return false;
}

function resetsWithin(samples: Float64Array, first: number, last: number): number {
  let lost = 0;
  let previous = samples[first] as number;
  for (let i = first + 1; i <= last; i++) {
    const value = samples[i] as number;
    if (value < previous) lost += previous;
    previous = value;
  }
  return lost;
}
