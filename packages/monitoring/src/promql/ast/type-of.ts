import { signatureOf } from '../functions/signatures.ts';
import type { Expression, ValueType } from './expression.ts';

/** What an expression is of. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vector':
    case 'aggregation':
      return 'vector';
    case 'matrix':
    case 'subquery':
      return 'matrix';
    case 'call':
      return signatureOf(expression.name)?.returns ?? 'vector';
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar' ? 'scalar' : 'vector';
    default:
      return typeOf(expression.expression);
  }
}
