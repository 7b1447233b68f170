import type { Aggregation } from '../ast/expression.ts';
import { executionError } from '../error.ts';
import { accumulators, type Accumulator } from './accumulators.ts';
import { countValues } from './count-values.ts';
import type { Evaluator } from './evaluator.ts';
import type { Evaluation } from './evaluation.ts';
import { groupRows, type Groups } from './groups.ts';
import { limitRows } from './limit-rows.ts';
import { pickRows } from './pick-rows.ts';
import { quantileOfGroups } from './quantile-of-groups.ts';
import type { Steps } from './steps.ts';
import { denseVector, type Vector } from './vector.ts';

/**
 * Evaluates an aggregation.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_FAILED when its parameter does not fit.
 */
export async function aggregate(evaluator: Evaluator, aggregation: Aggregation, steps: Steps): Promise<Vector> {
  const { op, expression, parameter } = aggregation;
  const { evaluation } = evaluator;
  const { count } = steps;
  const vector = await evaluator.vector(expression, steps);
  const groups = groupRows(vector.metrics, aggregation);
  const accumulator = accumulators.get(op);
  if (accumulator !== undefined) return accumulate(evaluation, vector, groups, count, accumulator);
  if (parameter === undefined) throw executionError(`${op} has no parameter`);
  if (op === 'count_values') {
    return countValues(evaluation, vector, aggregation, await evaluator.evaluate(parameter, steps), count);
  }
  const parameters = await evaluator.scalar(parameter, steps);
  switch (op) {
    case 'topk':
    case 'bottomk':
      return pickRows(evaluation, vector, groups, parameters, op === 'topk');
    case 'quantile':
      return quantileOfGroups(evaluation, vector, groups, parameters, parameter.range);
    default:
      return limitRows(evaluation, vector, groups, parameters, op === 'limitk', parameter.range);
  }
}

/** Adds row by row, so that only the groups stand in memory. */
async function accumulate(
  evaluation: Evaluation,
  vector: Vector,
  groups: Groups,
  steps: number,
  { create }: Accumulator,
): Promise<Vector> {
  const size = groups.metrics.length * steps;
  evaluation.reserveCells(size);
  const { addRow, finish } = create(size);
  const present = new Uint8Array(size);
  const rowValues = new Float64Array(steps);
  const rowPresent = new Uint8Array(steps);
  for (let row = 0; row < vector.metrics.length; row++) {
    vector.readRow(row, rowValues, rowPresent);
    addRow((groups.groupOf[row] as number) * steps, rowValues, rowPresent, present);
    const pause = evaluation.pace(steps);
    if (pause !== undefined) await pause;
  }
  return denseVector(groups.metrics, steps, finish(), present);
}
