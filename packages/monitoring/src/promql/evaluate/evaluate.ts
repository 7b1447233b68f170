import type { Expression } from '../ast/expression.ts';
import { typeOf } from '../ast/type-of.ts';
import { executionError } from '../error.ts';
import { aggregate } from './aggregate.ts';
import { evaluateBinary } from './binary.ts';
import { callFunction } from './call-function.ts';
import type { Evaluation } from './evaluation.ts';
import type { Evaluator } from './evaluator.ts';
import { selectInstant } from './instant-selector.ts';
import { isInvariant } from './invariant.ts';
import { oneStep, type Steps } from './steps.ts';
import { scalarOf, scalarValue, vectorOf, vectorValue, type Value } from './value.ts';
import { mapRows, withoutNames } from './vector.ts';

/** Evaluates an expression that was type-checked, at all steps at once. */
export function evaluate(evaluation: Evaluation, expression: Expression, steps: Steps): Promise<Value> {
  const evaluator: Evaluator = {
    evaluation,
    evaluate: (inner, at) => evaluateOne(evaluator, inner, at),
    vector: async (inner, at) => vectorOf(await evaluateOne(evaluator, inner, at)),
    scalar: async (inner, at) => scalarOf(await evaluateOne(evaluator, inner, at)),
  };
  return evaluator.evaluate(expression, steps);
}

async function evaluateOne(evaluator: Evaluator, expression: Expression, steps: Steps): Promise<Value> {
  if (steps.count > 1 && isInvariant(expression) && typeOf(expression) !== 'matrix') {
    return repeated(await evaluateOne(evaluator, expression, oneStep(steps.startMs)), steps.count);
  }
  const { evaluation } = evaluator;
  switch (expression.kind) {
    case 'number':
      return scalarValue(new Float64Array(steps.count).fill(expression.value));
    case 'string':
      return { kind: 'string', value: expression.value };
    case 'parens':
      return evaluator.evaluate(expression.expression, steps);
    case 'unary':
      return negated(evaluator, expression.op, await evaluator.evaluate(expression.expression, steps), steps);
    case 'vector':
      return vectorValue(await selectInstant(evaluation, expression, steps));
    case 'aggregation':
      return vectorValue(await aggregate(evaluator, expression, steps));
    case 'binary':
      return evaluateBinary(evaluator, expression, steps);
    case 'call':
      return callFunction(evaluator, expression, steps);
    default:
      throw executionError('a range vector stands in a function only');
  }
}

/** A value at one step, at many. */
function repeated(value: Value, count: number): Value {
  if (value.kind === 'scalar') return scalarValue(new Float64Array(count).fill(value.values[0] as number));
  if (value.kind === 'string') return value;
  const { metrics } = value.vector;
  const one = { values: new Float64Array(1), present: new Uint8Array(1) };
  return vectorValue({
    metrics,
    readRow(row, values, present) {
      value.vector.readRow(row, one.values, one.present);
      values.fill(one.values[0] as number);
      present.fill(one.present[0] as number);
    },
  });
}

async function negated({ evaluation }: Evaluator, op: '+' | '-', value: Value, steps: Steps): Promise<Value> {
  if (op === '+' || value.kind === 'string') return value;
  if (value.kind === 'scalar') return scalarValue(value.values.map((number) => -number));
  const negative = mapRows(value.vector, (values) => {
    for (let step = 0; step < values.length; step++) values[step] = -(values[step] as number);
  });
  return vectorValue(await withoutNames(evaluation, negative, steps.count));
}
