import { childrenOf, type Expression } from '../ast/expression.ts';

/** Functions whose value depends on the time of the evaluation, not only on their arguments'. */
const ofTime: ReadonlySet<string> = new Set([
  'time',
  'predict_linear',
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
]);

/** Whether an expression reads data and is the same at all steps, because `@` says when it looks. */
export function isInvariant(expression: Expression): boolean {
  return readsData(expression) && isFixed(expression);
}

function isFixed(expression: Expression): boolean {
  if (expression.kind === 'vector') return expression.at !== undefined;
  if (expression.kind === 'subquery') return expression.at !== undefined;
  if (expression.kind === 'call' && ofTime.has(expression.name)) return false;
  return childrenOf(expression).every(isFixed);
}

function readsData(expression: Expression): boolean {
  return expression.kind === 'vector' || childrenOf(expression).some(readsData);
}
