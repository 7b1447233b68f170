import type { VectorSelector } from '../ast/expression.ts';
import type { Evaluation } from './evaluation.ts';
import { isStale } from '../../wire/stale-marker.ts';
import { firstAfter, type Columns } from './samples.ts';
import { lastLook, looksOf, type Looks } from './shift.ts';
import type { Steps } from './steps.ts';
import type { Vector } from './vector.ts';

/**
 * An instant vector selector at all steps: the newest sample of each series that is less than the lookback old.
 *
 * @param times - Give the samples' times, in seconds, instead of their values.
 */
export async function selectInstant(
  evaluation: Evaluation,
  selector: VectorSelector,
  steps: Steps,
  times = false,
): Promise<Vector> {
  const looks = looksOf(selector, steps, evaluation);
  const tierMs = looks.count > 1 && !looks.fixed ? evaluation.bucketsFor(looks.stepMs) : 0;
  // The last sample of the bucket before may be a bucket older than the newest there is.
  const lookbackMs = evaluation.lookbackMs + tierMs;
  const buckets = { tierMs, aggregate: 'last' } as const;
  const series = await evaluation.read(selector, looks.startMs - lookbackMs, lastLook(looks), buckets);
  return {
    metrics: series.map(({ metric, labels }) => ({ name: metric, labels })),
    readRow(row, values, present) {
      newestAt(series[row] as Columns, looks, lookbackMs, values, present, times);
    },
  };
}

function newestAt(
  { timesMs, values }: Columns,
  { startMs, stepMs, count, fixed }: Looks,
  lookbackMs: number,
  out: Float64Array,
  present: Uint8Array,
  times: boolean,
): void {
  const length = timesMs.length;
  let next = count === 1 || fixed ? firstAfter(timesMs, startMs) : 0;
  for (let step = 0; step < count; step++) {
    const lookMs = startMs + step * stepMs;
    while (next < length && (timesMs[next] as number) <= lookMs) next++;
    const timeMs = next === 0 ? -Infinity : (timesMs[next - 1] as number);
    if (timeMs > lookMs - lookbackMs && !isStale(values, next - 1)) {
      out[step] = times ? timeMs / 1000 : (values[next - 1] as number);
      present[step] = 1;
    } else present[step] = 0;
  }
}
