import type { RangeFunction } from './windows.ts';

/** `irate`. */
export const irate: RangeFunction = ofLastTwo(true);
/** `idelta`. */
export const idelta: RangeFunction = ofLastTwo(false);

function ofLastTwo(isCounter: boolean): RangeFunction {
  return ({ timesMs, values: samples, from, to }, values, present, firstStep, endStep) => {
    for (let step = firstStep; step < endStep; step++) {
      const last = (to[step] as number) - 1;
      if (last - 1 < (from[step] as number)) continue;
      const newest = samples[last] as number;
      const before = samples[last - 1] as number;
      const seconds = ((timesMs[last] as number) - (timesMs[last - 1] as number)) / 1000;
      const growth = isCounter && newest < before ? newest : newest - before;
      values[step] = isCounter ? growth / seconds : growth;
      present[step] = 1;
    }
  };
}
