import { executionError } from '../error.ts';
import type { Evaluation } from './evaluation.ts';
import type { Groups } from './groups.ts';
import { denseVector, materialize, type DenseVector, type Vector } from './vector.ts';

/**
 * `topk` and `bottomk`: the rows with the largest or smallest values of each group, with their own labels. At one step
 * they come in order; NaNs come last, and are taken only when there is nothing else.
 */
export async function pickRows(
  evaluation: Evaluation,
  vector: Vector,
  groups: Groups,
  counts: Float64Array,
  largest: boolean,
): Promise<Vector> {
  const steps = counts.length;
  for (const count of counts) checkCount(count);
  const dense = await materialize(evaluation, vector, steps);
  const rowsOf = Array.from(groups.metrics, (): number[] => []);
  groups.groupOf.forEach((group, row) => rowsOf[group]?.push(row));
  const kept = new Uint8Array(dense.present.length);
  const order: number[] = [];
  for (let step = 0; step < steps; step++) {
    const wanted = Math.trunc(counts[step] as number);
    if (wanted < 1) continue;
    for (const rows of rowsOf) {
      const picked = pick(dense, rows, step, wanted, largest);
      for (const row of picked) kept[row * steps + step] = 1;
      if (steps === 1) order.push(...picked);
      const pause = evaluation.pace(rows.length);
      if (pause !== undefined) await pause;
    }
  }
  if (steps > 1) return denseVector(dense.metrics, steps, dense.values, kept);
  return {
    metrics: order.map((row) => dense.metrics[row] as DenseVector['metrics'][number]),
    readRow(row, values, present) {
      values[0] = dense.values[order[row] as number] as number;
      present[0] = 1;
    },
  };
}

function checkCount(count: number): void {
  if (Number.isNaN(count)) throw executionError('Parameter value is NaN');
  if (Math.abs(count) >= 2 ** 63) throw executionError(`Scalar value ${String(count)} overflows int64`);
}

/** The best rows at a step, best first. Of rows that are equal, the first is better. */
function pick(
  { values, present, steps }: DenseVector,
  rows: readonly number[],
  step: number,
  wanted: number,
  largest: boolean,
): readonly number[] {
  const valueOf = (row: number): number => values[row * steps + step] as number;
  const isBetter = (value: number, other: number): boolean =>
    Number.isNaN(other) ? !Number.isNaN(value) : largest ? value > other : value < other;
  const best: number[] = [];
  if (wanted > 64) {
    for (const row of rows) if (present[row * steps + step] === 1) best.push(row);
    best.sort((a, b) => (isBetter(valueOf(a), valueOf(b)) ? -1 : isBetter(valueOf(b), valueOf(a)) ? 1 : a - b));
    return best.slice(0, wanted);
  }
  for (const row of rows) {
    if (present[row * steps + step] === 0) continue;
    const value = valueOf(row);
    if (best.length === wanted && !isBetter(value, valueOf(best[wanted - 1] as number))) continue;
    if (best.length === wanted) best.pop();
    let place = best.length;
    while (place > 0 && isBetter(value, valueOf(best[place - 1] as number))) place--;
    best.splice(place, 0, row);
  }
  return best;
}
