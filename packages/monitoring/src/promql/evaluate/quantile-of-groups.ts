import type { TextRange } from '../ast/expression.ts';
import { quantileOf, scratchOf } from '../functions/quantile.ts';
import type { Evaluation } from './evaluation.ts';
import type { Groups } from './groups.ts';
import { denseVector, materialize, type Vector } from './vector.ts';

/** `quantile`: of the values of each group. */
export async function quantileOfGroups(
  evaluation: Evaluation,
  vector: Vector,
  groups: Groups,
  quantiles: Float64Array,
  range: TextRange,
): Promise<Vector> {
  const steps = quantiles.length;
  const { values, present } = await materialize(evaluation, vector, steps);
  const rowsOf = Array.from(groups.metrics, (): number[] => []);
  groups.groupOf.forEach((group, row) => rowsOf[group]?.push(row));
  const size = rowsOf.length * steps;
  evaluation.reserveCells(size);
  const result = denseVector(groups.metrics, steps, new Float64Array(size), new Uint8Array(size));
  for (let step = 0; step < steps; step++) {
    const quantile = quantiles[step] as number;
    if (!(quantile >= 0 && quantile <= 1) && rowsOf.length > 0) evaluation.annotations.invalidQuantile(quantile, range);
    for (const [group, rows] of rowsOf.entries()) {
      const numbers = scratchOf(rows.length);
      let count = 0;
      for (const row of rows) {
        if (present[row * steps + step] === 0) continue;
        numbers[count] = values[row * steps + step] as number;
        count++;
      }
      const pause = evaluation.pace(rows.length * 4);
      if (count > 0) {
        result.values[group * steps + step] = quantileOf(quantile, numbers.subarray(0, count));
        result.present[group * steps + step] = 1;
      }
      if (pause !== undefined) await pause;
    }
  }
  return result;
}
