import type { Extrapolation, RangeFunction, Windows } from './windows.ts';

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
    const { values: samples, from, to } = windows;
    const seconds = perSecond ? windows.rangeMs / 1000 : 1;
    const { sampled, toStart, toEnd, factors } = (windows.ofTimes ??= extrapolationOf(windows, seconds));
    const resets = isCounter && hasResets(windows, firstStep, endStep);
    for (let step = firstStep; step < endStep; step++) {
      const first = from[step] as number;
      const last = (to[step] as number) - 1;
      if (last <= first) continue;
      const begin = samples[first] as number;
      let growth = (samples[last] as number) - begin;
      if (resets) growth += resetsWithin(samples, first, last);
      let factor = factors[step] as number;
      // A counter does not begin below zero. It can't where it was above its growth: the window begins nearer to it than
      // the last sample, unless there are only two.
      if (isCounter && growth > 0 && begin >= 0 && (begin < growth || last - first === 1)) {
        const length = sampled[step] as number;
        const toZero = length * (begin / growth);
        if (toZero < (toStart[step] as number)) {
          factor = (length + toZero + (toEnd[step] as number)) / length / seconds;
        }
      }
      values[step] = growth * factor;
      present[step] = 1;
    }
  };
}

/** What the times of a series' windows tell, without its values. */
function extrapolationOf(
  { timesMs, from, to, endsStartMs, endsStepMs, rangeMs, steps }: Windows,
  seconds: number,
): Extrapolation {
  const found: Extrapolation = {
    sampled: new Float64Array(steps),
    toStart: new Float64Array(steps),
    toEnd: new Float64Array(steps),
    factors: new Float64Array(steps),
  };
  for (let step = 0; step < steps; step++) {
    const first = from[step] as number;
    const last = (to[step] as number) - 1;
    if (last <= first) continue;
    const firstMs = timesMs[first] as number;
    const lastMs = timesMs[last] as number;
    const endMs = endsStartMs + step * endsStepMs;
    let toStart = (firstMs - (endMs - rangeMs)) / 1000;
    let toEnd = (endMs - lastMs) / 1000;
    const sampled = (lastMs - firstMs) / 1000;
    const between = sampled / (last - first);
    const threshold = between * 1.1;
    if (toStart >= threshold) toStart = between / 2;
    if (toEnd >= threshold) toEnd = between / 2;
    found.sampled[step] = sampled;
    found.toStart[step] = toStart;
    found.toEnd[step] = toEnd;
    found.factors[step] = (sampled + toStart + toEnd) / sampled / seconds;
  }
  return found;
}

/** Whether a counter goes down anywhere in the windows: mostly it does not, and then no sample between must be seen. */
function hasResets({ values, from, to }: Windows, firstStep: number, endStep: number): boolean {
  const end = to[endStep - 1] as number;
  let previous = -Infinity;
  for (let i = from[firstStep] as number; i < end; i++) {
    const value = values[i] as number;
    if (value < previous) return true;
    previous = value;
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
