import type { Aggregation } from '../ast/expression.ts';
import { executionError } from '../error.ts';
import { isLabelName } from '../parse/build-matching.ts';
import { formatFloat } from '../result/format-float.ts';
import type { Evaluation } from './evaluation.ts';
import { dropLabels, keepLabels, metricKey, withLabel, type Metric } from './metric.ts';
import type { Value } from './value.ts';
import { denseVector, joinSame, type Vector } from './vector.ts';

/**
 * `count_values`: how many series of each group have each value, which becomes a label.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_FAILED when the label's name is none.
 */
export async function countValues(
  evaluation: Evaluation,
  vector: Vector,
  { grouping, without }: Aggregation,
  label: Value,
  steps: number,
): Promise<Vector> {
  const name = label.kind === 'string' ? label.value : '';
  if (!isLabelName(name)) throw executionError(`invalid label name ${JSON.stringify(name)}`);
  const dropped = new Set([...grouping, '__name__']);
  const groupOf = (metric: Metric, text: string): Metric =>
    without ? withLabel(dropLabels(metric, dropped), name, text) : withLabel(keepLabels(metric, grouping), name, text);
  const rows = new Map<string, { readonly metric: Metric; readonly counts: Float64Array }>();
  const values = new Float64Array(steps);
  const present = new Uint8Array(steps);
  for (let row = 0; row < vector.metrics.length; row++) {
    vector.readRow(row, values, present);
    for (let step = 0; step < steps; step++) {
      if (present[step] === 0) continue;
      const metric = groupOf(vector.metrics[row] as Metric, formatFloat(values[step] as number));
      const key = metricKey(metric);
      let found = rows.get(key);
      if (found === undefined) {
        evaluation.reserveCells(steps);
        rows.set(key, (found = { metric, counts: new Float64Array(steps) }));
      }
      found.counts[step] = (found.counts[step] as number) + 1;
    }
    const pause = evaluation.pace(steps * 10);
    if (pause !== undefined) await pause;
  }
  const found = [...rows.values()];
  const all = denseVector(
    found.map(({ metric }) => metric),
    steps,
    new Float64Array(found.length * steps),
    new Uint8Array(found.length * steps),
  );
  found.forEach(({ counts }, row) => {
    all.values.set(counts, row * steps);
    all.present.set(
      counts.map((count) => Math.min(1, count)),
      row * steps,
    );
  });
  return joinSame(evaluation, all, steps);
}
