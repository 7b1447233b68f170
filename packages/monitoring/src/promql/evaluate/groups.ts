import { dropLabels, keepLabels, labelsKey, noMetric, valuesKey, type Metric } from './metric.ts';

/** Which rows of a vector belong together. */
export interface Groups {
  /** What the groups are called. */
  readonly metrics: readonly Metric[];
  /** The group of each row. */
  readonly groupOf: Int32Array;
}

/** Puts rows into the groups of `by` or `without`. */
export function groupRows(
  metrics: readonly Metric[],
  { grouping, without }: { readonly grouping: readonly string[]; readonly without: boolean },
): Groups {
  const groupOf = new Int32Array(metrics.length);
  if (!without && grouping.length === 0) return { metrics: metrics.length === 0 ? [] : [noMetric], groupOf };
  const dropped = new Set([...grouping, '__name__']);
  const keyOf = (metric: Metric): string => (without ? labelsKey(metric.labels, dropped) : valuesKey(metric, grouping));
  const groups = new Map<string, number>();
  const found: Metric[] = [];
  metrics.forEach((metric, row) => {
    const key = keyOf(metric);
    let group = groups.get(key);
    if (group === undefined) {
      groups.set(key, (group = found.length));
      found.push(without ? dropLabels(metric, dropped) : keepLabels(metric, grouping));
    }
    groupOf[row] = group;
  });
  return { metrics: found, groupOf };
}
