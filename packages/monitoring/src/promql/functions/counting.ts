import type { RangeFunction } from './windows.ts';

/** `changes`: how often the value became another. */
export const changes: RangeFunction = counted(
  (value, previous) => value !== previous && !(Number.isNaN(value) && Number.isNaN(previous)),
);
/** `resets`: how often the value went down. */
export const resets: RangeFunction = counted((value, previous) => value < previous);

function counted(counts: (value: number, previous: number) => boolean): RangeFunction {
  return ({ values: samples, from, to }, values, present, firstStep, endStep) => {
    for (let step = firstStep; step < endStep; step++) {
      const first = from[step] as number;
      const end = to[step] as number;
      if (first >= end) continue;
      let count = 0;
      for (let i = first + 1; i < end; i++) {
        if (counts(samples[i] as number, samples[i - 1] as number)) count++;
      }
      values[step] = count;
      present[step] = 1;
    }
  };
}
