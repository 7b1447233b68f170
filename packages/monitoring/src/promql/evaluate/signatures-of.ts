import type { VectorMatching } from '../ast/expression.ts';
import { labelsKey, valuesKey, type Metric } from './metric.ts';

/** A text for each metric that is the same for those that match each other. */
export function signaturesOf(metrics: readonly Metric[], { on, labels }: VectorMatching): string[] {
  if (on) return metrics.map((metric) => valuesKey(metric, labels));
  const ignored = new Set([...labels, '__name__']);
  return metrics.map((metric) => labelsKey(metric.labels, ignored));
}

/** The rows of each signature. */
export function rowsBySignature(signatures: readonly string[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  signatures.forEach((signature, row) => {
    const known = rows.get(signature);
    if (known === undefined) rows.set(signature, [row]);
    else known.push(row);
  });
  return rows;
}
