import type { Evaluation } from '../evaluate/evaluation.ts';
import { labelOf, metricKey, type Metric } from '../evaluate/metric.ts';
import { materialize, type Vector } from '../evaluate/vector.ts';

/** `sort` and `sort_desc`, at one step; NaNs come last. Series of a range query have no order. */
export async function sortByValue(
  evaluation: Evaluation,
  vector: Vector,
  steps: number,
  descending: boolean,
): Promise<Vector> {
  if (steps > 1) return vector;
  const { values } = await materialize(evaluation, vector, 1);
  const sign = descending ? -1 : 1;
  return ordered(vector, (a, b) => {
    const [x, y] = [values[a] as number, values[b] as number];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return x === y ? 0 : sign * (x < y ? -1 : 1);
  });
}

/** `sort_by_label` and `sort_by_label_desc`, at one step: numbers within the values count as numbers. */
export function sortByLabels(vector: Vector, steps: number, labels: readonly string[], descending: boolean): Vector {
  if (steps > 1) return vector;
  const collator = new Intl.Collator('en', { numeric: true });
  const sign = descending ? -1 : 1;
  const { metrics } = vector;
  return ordered(vector, (a, b) => {
    const [x, y] = [metrics[a] as Metric, metrics[b] as Metric];
    for (const label of labels) {
      const order = collator.compare(labelOf(x, label), labelOf(y, label));
      if (order !== 0) return sign * order;
    }
    return sign * (metricKey(x) < metricKey(y) ? -1 : 1);
  });
}

function ordered(vector: Vector, compare: (a: number, b: number) => number): Vector {
  const order = Array.from(vector.metrics, (_, row) => row).sort(compare);
  return {
    metrics: order.map((row) => vector.metrics[row] as Metric),
    readRow: (row, values, present) => vector.readRow(order[row] as number, values, present),
  };
}
