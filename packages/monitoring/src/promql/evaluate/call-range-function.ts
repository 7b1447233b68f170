import type { RangeFunction, Windows } from '../functions/windows.ts';
import type { Evaluation } from './evaluation.ts';
import type { RangeVector } from './range-vector.ts';
import { firstAfter } from './samples.ts';
import type { Steps } from './steps.ts';
import { denseVector, type Vector } from './vector.ts';

/** Samples in the windows of one series after which the function is called in parts, so that others get their turn. */
const longRow = 1_000_000;

/** A range function of all windows, at all steps. */
export async function callRangeFunction(
  evaluation: Evaluation,
  range: RangeVector,
  steps: Steps,
  call: RangeFunction,
  scalars: readonly Float64Array[],
): Promise<Vector> {
  const { metrics } = range;
  const { count } = steps;
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const isAlone = metrics.length === 1;
  const known = new Float64Array(isAlone ? 0 : range.longest);
  let windows: Writable<Windows> | undefined;
  let samples = 0;
  const windowsOf = (row: number): Windows => {
    const { timesMs, values } = range.columns(row);
    if (windows === undefined || !isSame(timesMs, windows.timesMs, known)) {
      samples = findWindows(timesMs, range, from, to);
      if (!isAlone) known.set(timesMs);
      windows = {
        timesMs,
        values,
        from,
        to,
        stepsStartMs: steps.startMs,
        stepMs: steps.stepMs,
        endsStartMs: range.looks.startMs,
        endsStepMs: range.looks.stepMs,
        rangeMs: range.rangeMs,
        scalars,
        steps: count,
        ofTimes: undefined,
      };
    }
    evaluation.countWindowSamples(samples);
    windows.timesMs = timesMs;
    windows.values = values;
    return windows;
  };
  // A sample is in a window of each step that is less than a range behind it.
  const overlap = Math.min(count, Math.floor(range.rangeMs / range.looks.stepMs) + 1);
  if (range.longest * overlap + count <= longRow) {
    return {
      metrics,
      readRow(row, values, present) {
        present.fill(0);
        call(windowsOf(row), values, present, 0, count);
      },
    };
  }
  evaluation.reserveCells(metrics.length * count);
  const result = denseVector(
    metrics,
    count,
    new Float64Array(metrics.length * count),
    new Uint8Array(metrics.length * count),
  );
  for (let row = 0; row < metrics.length; row++) {
    const windows = windowsOf(row);
    const values = result.values.subarray(row * count, (row + 1) * count);
    const present = result.present.subarray(row * count, (row + 1) * count);
    for (let step = 0; step < count;) {
      const first = step;
      let work = 0;
      for (; step < count && work < longRow; step++) work += (to[step] as number) - (from[step] as number) + 1;
      call(windows, values, present, first, step);
      const pause = evaluation.pace(work);
      if (pause !== undefined) await pause;
    }
  }
  return result;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Whether times are those of the series before, which are `known`. */
function isSame(timesMs: Float64Array, before: Float64Array, known: Float64Array): boolean {
  if (timesMs === before) return true;
  const { length } = timesMs;
  if (length !== before.length || timesMs[length - 1] !== known[length - 1]) return false;
  for (let i = 0; i < length; i++) if (timesMs[i] !== known[i]) return false;
  return true;
}

/** Finds the samples of each step's window, and tells how many there are in all windows together. */
function findWindows(timesMs: Float64Array, { looks, rangeMs }: RangeVector, from: Int32Array, to: Int32Array): number {
  const { startMs, stepMs, count } = looks;
  const length = timesMs.length;
  let first = firstAfter(timesMs, startMs - rangeMs);
  let end = firstAfter(timesMs, startMs);
  let samples = 0;
  for (let step = 0; step < count; step++) {
    const endMs = startMs + step * stepMs;
    const beforeMs = endMs - rangeMs;
    while (end < length && (timesMs[end] as number) <= endMs) end++;
    while (first < end && (timesMs[first] as number) <= beforeMs) first++;
    from[step] = first;
    to[step] = end;
    samples += end - first;
  }
  return samples;
}
