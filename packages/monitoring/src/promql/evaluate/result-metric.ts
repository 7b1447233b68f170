import type { Binary, VectorMatching } from '../ast/expression.ts';
import { isComparison } from './arithmetic.ts';
import { dropLabels, keepLabels, labelOf, withLabel, withoutName, type Metric } from './metric.ts';

/** The labels of what an operator makes of two series; `many` is the series of the side that may match more often. */
export function resultMetric(many: Metric, one: Metric, { op, bool, matching }: Binary): Metric {
  const { cardinality, on, labels, include } = matching as VectorMatching;
  let metric = isComparison(op) && !bool ? many : withoutName(many);
  if (cardinality === 'one-to-one' && (on || labels.length > 0)) {
    metric = on ? keepLabels(metric, labels) : dropLabels(metric, new Set(labels));
  }
  for (const label of include) metric = withLabel(metric, label, labelOf(one, label));
  return bool ? withoutName(metric) : metric;
}
