import type { BinaryOperator } from '../ast/expression.ts';
import { executionError } from '../error.ts';

/** Works out two numbers; comparisons give 1 or 0. */
export type NumberOperation = (left: number, right: number) => number;

/** Go's `math.Pow`, which differs from JavaScript's where the base is 1 or -1. */
function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && Math.abs(exponent) === Infinity) return 1;
  return base ** exponent;
}

const operations: ReadonlyMap<BinaryOperator, NumberOperation> = new Map<BinaryOperator, NumberOperation>([
  ['+', (left, right) => left + right],
  ['-', (left, right) => left - right],
  ['*', (left, right) => left * right],
  ['/', (left, right) => left / right],
  ['%', (left, right) => left % right],
  ['^', power],
  ['atan2', Math.atan2],
  ['==', (left, right) => (left === right ? 1 : 0)],
  ['!=', (left, right) => (left === right ? 0 : 1)],
  ['>', (left, right) => (left > right ? 1 : 0)],
  ['<', (left, right) => (left < right ? 1 : 0)],
  ['>=', (left, right) => (left >= right ? 1 : 0)],
  ['<=', (left, right) => (left <= right ? 1 : 0)],
]);

/**
 * What an operator does with numbers.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_FAILED when it is one of sets.
 */
export function operationOf(op: BinaryOperator): NumberOperation {
  const operation = operations.get(op);
  if (operation === undefined) throw executionError(`${op} is no operator of numbers`);
  return operation;
}

/** Whether an operator compares. */
export function isComparison(op: BinaryOperator): boolean {
  return ['==', '!=', '>', '<', '>=', '<='].includes(op);
}
