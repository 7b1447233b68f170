import type { Binary, SetOperator, VectorMatching } from '../ast/expression.ts';
import type { Evaluation } from './evaluation.ts';
import { rowsBySignature, signaturesOf } from './signatures-of.ts';
import { joinSame, materialize, type DenseVector, type Vector } from './vector.ts';

/** `and`, `or` and `unless`. */
export async function combineSets(
  evaluation: Evaluation,
  { matching }: Binary,
  op: SetOperator,
  left: Vector,
  right: Vector,
  steps: number,
): Promise<Vector> {
  const how = matching as VectorMatching;
  if (op === 'or') {
    const known = await materialize(evaluation, left, steps);
    const all: Vector = {
      metrics: [...known.metrics, ...right.metrics],
      readRow(row, values, present) {
        if (row < known.metrics.length) known.readRow(row, values, present);
        else added.readRow(row - known.metrics.length, values, present);
      },
    };
    const added = filtered(right, known, how, steps, false);
    return joinSame(evaluation, all, steps);
  }
  return filtered(left, await materialize(evaluation, right, steps), how, steps, op === 'and');
}

/** The rows where there is, or is not, a row of the same signature in the other vector at the same step. */
function filtered(
  vector: Vector,
  other: DenseVector,
  matching: VectorMatching,
  steps: number,
  wanted: boolean,
): Vector {
  const signatures = signaturesOf(vector.metrics, matching);
  const others = rowsBySignature(signaturesOf(other.metrics, matching));
  const unmatched = wanted ? 0 : 1;
  return {
    metrics: vector.metrics,
    readRow(row, values, present) {
      vector.readRow(row, values, present);
      const rows = others.get(signatures[row] as string);
      if (rows === undefined) {
        if (unmatched === 0) present.fill(0);
        return;
      }
      for (let step = 0; step < steps; step++) {
        if (present[step] === 0) continue;
        if (hasValue(other, rows, steps, step) !== wanted) present[step] = 0;
      }
    },
  };
}

function hasValue({ present }: DenseVector, rows: readonly number[], steps: number, step: number): boolean {
  for (const row of rows) if (present[row * steps + step] === 1) return true;
  return false;
}
