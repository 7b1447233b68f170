import type { Expression } from '../ast/expression.ts';
import type { Evaluation } from './evaluation.ts';
import type { Steps } from './steps.ts';
import type { Value } from './value.ts';
import type { Vector } from './vector.ts';

/** What the parts of an evaluation get to evaluate others. */
export interface Evaluator {
  readonly evaluation: Evaluation;
  readonly evaluate: (expression: Expression, steps: Steps) => Promise<Value>;
  readonly vector: (expression: Expression, steps: Steps) => Promise<Vector>;
  readonly scalar: (expression: Expression, steps: Steps) => Promise<Float64Array>;
}
