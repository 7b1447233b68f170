import { executionError } from '../error.ts';
import type { Vector } from './vector.ts';

/** What an expression is at all steps. */
export type Value =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly vector: Vector };

/** A scalar value. */
export function scalarValue(values: Float64Array): Value {
  return { kind: 'scalar', values };
}

/** A vector value. */
export function vectorValue(vector: Vector): Value {
  return { kind: 'vector', vector };
}

/**
 * The vector of a value.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_FAILED when it is none, which the type checker prevents.
 */
export function vectorOf(value: Value): Vector {
  if (value.kind === 'vector') return value.vector;
  throw executionError(`an instant vector was expected, not a ${value.kind}`);
}

/**
 * The scalar of a value, at all steps.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_FAILED when it is none, which the type checker prevents.
 */
export function scalarOf(value: Value): Float64Array {
  if (value.kind === 'scalar') return value.values;
  throw executionError(`a scalar was expected, not a ${value.kind}`);
}
