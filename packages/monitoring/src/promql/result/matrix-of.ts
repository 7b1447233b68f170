import type { Series } from '@novacron/core';
import type { Expression } from '../ast/expression.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import type { Metric } from '../evaluate/metric.ts';
import { selectRange } from '../evaluate/range-vector.ts';
import { oneStep } from '../evaluate/steps.ts';
import { vectorOf } from '../evaluate/value.ts';
import { sortSeries } from './collect-result.ts';
import type { MatrixResult } from './query-result.ts';

/** The samples of a range vector at one moment. */
export async function matrixOf(evaluation: Evaluation, expression: Expression, timeMs: number): Promise<MatrixResult> {
  const range = await selectRange(evaluation, expression, oneStep(timeMs), async (inner, steps) =>
    vectorOf(await evaluate(evaluation, inner, steps)),
  );
  const endMs = range.looks.startMs;
  const series: Series[] = [];
  for (let row = 0; row < range.metrics.length; row++) {
    const { timesMs, values } = range.columns(row);
    let from = 0;
    while (from < timesMs.length && (timesMs[from] as number) <= endMs - range.rangeMs) from++;
    let to = timesMs.length;
    while (to > from && (timesMs[to - 1] as number) > endMs) to--;
    const { name, labels } = range.metrics[row] as Metric;
    if (to > from)
      series.push({ metric: name, labels, timesMs: timesMs.slice(from, to), values: values.slice(from, to) });
    const pause = evaluation.pace(to - from);
    if (pause !== undefined) await pause;
  }
  return { type: 'matrix', series: sortSeries(series) };
}
