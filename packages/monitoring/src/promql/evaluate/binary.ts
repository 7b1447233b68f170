import type { Binary } from '../ast/expression.ts';
import { isComparison, operationOf } from './arithmetic.ts';
import type { Evaluator } from './evaluator.ts';
import { matchVectors } from './match-vectors.ts';
import { combineSets } from './set-operation.ts';
import type { Steps } from './steps.ts';
import { scalarValue, vectorOf, vectorValue, type Value } from './value.ts';
import { withoutNames, type Vector } from './vector.ts';

/** Evaluates an operation on two expressions. */
export async function evaluateBinary(evaluator: Evaluator, binary: Binary, steps: Steps): Promise<Value> {
  const left = await evaluator.evaluate(binary.left, steps);
  const right = await evaluator.evaluate(binary.right, steps);
  const { evaluation } = evaluator;
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    const operation = operationOf(binary.op);
    return scalarValue(left.values.map((value, step) => operation(value, right.values[step] as number)));
  }
  if (left.kind === 'scalar' || right.kind === 'scalar') {
    const scalarIsLeft = left.kind === 'scalar';
    const scalar = left.kind === 'scalar' ? left.values : right.kind === 'scalar' ? right.values : new Float64Array();
    const combined = withScalar(binary, vectorOf(scalarIsLeft ? right : left), scalar, scalarIsLeft);
    const keepsName = isComparison(binary.op) && !binary.bool;
    return vectorValue(keepsName ? combined : await withoutNames(evaluation, combined, steps.count));
  }
  const { op } = binary;
  if (op === 'and' || op === 'or' || op === 'unless') {
    return vectorValue(await combineSets(evaluation, binary, op, vectorOf(left), vectorOf(right), steps.count));
  }
  return vectorValue(await matchVectors(evaluation, binary, vectorOf(left), vectorOf(right), steps.count));
}

/** A vector with a number each; a comparison without `bool` keeps the vector's values where it holds. */
function withScalar({ op, bool }: Binary, vector: Vector, scalar: Float64Array, scalarIsLeft: boolean): Vector {
  const operation = operationOf(op);
  const filters = isComparison(op) && !bool;
  return {
    metrics: vector.metrics,
    readRow(row, values, present) {
      vector.readRow(row, values, present);
      for (let step = 0; step < values.length; step++) {
        const value = values[step] as number;
        const number = scalar[step] as number;
        const result = scalarIsLeft ? operation(number, value) : operation(value, number);
        if (!filters) values[step] = result;
        else if (result === 0) present[step] = 0;
      }
    },
  };
}
