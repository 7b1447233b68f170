import { invalid } from '../error.ts';
import { checkedInteger, toValues } from '../values.ts';
import { usualStep } from './usual-step.ts';

/** How values at any times become values at equal steps. */
export interface RegulariseOptions {
  /** Milliseconds between two steps, at least 1. @default the median distance of the times */
  readonly stepMs?: number | undefined;
  /** Epoch milliseconds of a step to align to. @default 0, so that hours begin on the hour */
  readonly originMs?: number | undefined;
  /** What becomes of the values of one step. @default 'mean' */
  readonly combine?: 'mean' | 'last' | 'least' | 'largest' | 'sum' | undefined;
}

/** A series with equal steps. */
export interface RegularSeries {
  /** When the first step begins, epoch milliseconds. */
  readonly startMs: number;
  /** Milliseconds from one step to the next. */
  readonly stepMs: number;
  /** A value a step; NaN where none was measured. */
  readonly values: Float64Array;
  /** How many values each step is made of. */
  readonly counts: Uint32Array;
}

const mostSteps = 10_000_000;

/**
 * Turns values at any times into a series with equal steps, by one rule: step `k` stands for the values measured from
 * `start + k step` up to, but not at, `start + (k + 1) step`; they are combined, and where there is none the value is
 * missing (NaN). Nothing is interpolated: {@link fillGaps} does that, if you want it. Order does not matter, so falling
 * times are mended, and values at the same time are combined, for `'last'` as they were handed in.
 *
 * @param times - Epoch milliseconds.
 * @param values - One a time; NaN is left out.
 * @throws {MlError} NOVA_ML_INVALID when times and values are not equally many, no two times differ and there is no step,
 * an option is out of range, or there would be more than ten million steps.
 *
 * @example
 * ```ts
 * import { regularise } from '@novacron/ml';
 *
 * const minute = 60_000;
 * const { values, stepMs } = regularise([0, minute, minute + 2_000, 3 * minute], [1, 2, 4, 5], { stepMs: minute });
 * [...values] // => [1, 3, NaN, 5]
 * ```
 */
export function regularise(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  options: RegulariseOptions = {},
): RegularSeries {
  const series = toValues(values);
  if (times.length !== series.length) {
    throw invalid(`There must be as many times as values, but they are ${times.length} and ${series.length}`, {});
  }
  const { originMs = 0, combine = 'mean' } = options;
  const stepMs = checkedInteger(options.stepMs ?? risingStep(times), 'stepMs', 1, 1e15);
  if (!Number.isFinite(originMs)) throw invalid('originMs must be epoch milliseconds', { originMs });
  let first = Infinity;
  let last = -Infinity;
  const steps = Float64Array.from(series, (_, index) => {
    const time = times[index] as number;
    if (!(Math.abs(time) <= 8.64e15)) throw invalid('Times must be epoch milliseconds', { index });
    const step = Math.floor((time - originMs) / stepMs);
    first = Math.min(first, step);
    last = Math.max(last, step);
    return step;
  });
  const length = series.length === 0 ? 0 : last - first + 1;
  if (length > mostSteps) throw invalid(`Steps of ${stepMs} ms would be ${length}, more than ${mostSteps}`, { length });
  const counts = new Uint32Array(length);
  const combined = new Float64Array(length).fill(NaN);
  const together = combiners[combine];
  if (together === undefined) throw invalid('combine must be mean, last, least, largest or sum', { combine });
  for (const [index, value] of series.entries()) {
    if (value !== value) continue;
    const step = (steps[index] as number) - first;
    const count = (counts[step] as number) + 1;
    counts[step] = count;
    combined[step] = count === 1 ? value : together(combined[step] as number, value, count);
  }
  return { startMs: length === 0 ? originMs : originMs + first * stepMs, stepMs, values: combined, counts };
}

function risingStep(times: ArrayLike<number>): number {
  const step = usualStep(times);
  if (step === undefined) throw invalid('There must be two times that rise, or stepMs', { count: times.length });
  return Math.round(step);
}

const combiners: Readonly<
  Record<NonNullable<RegulariseOptions['combine']>, (before: number, value: number, count: number) => number>
> = {
  mean: (before, value, count) => before + (value - before) / count,
  last: (_, value) => value,
  least: Math.min,
  largest: Math.max,
  sum: (before, value) => before + value,
};
