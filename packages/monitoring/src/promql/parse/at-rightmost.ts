import type { Expression } from '../ast/expression.ts';

/**
 * Changes the operand that stands before a modifier or a range. The grammar lets them bind less than operators: of
 * `a - b @ 0` it takes the difference, and of `-a[5m]` the negative, where Prometheus takes the operand alone.
 *
 * @param to - Where the changed expression ends.
 */
export function atRightmost(
  expression: Expression,
  to: number,
  change: (operand: Expression) => Expression,
): Expression {
  const range = { from: expression.range.from, to };
  if (expression.kind === 'binary') return { ...expression, right: atRightmost(expression.right, to, change), range };
  if (expression.kind === 'unary') {
    return { ...expression, expression: atRightmost(expression.expression, to, change), range };
  }
  return change(expression);
}
