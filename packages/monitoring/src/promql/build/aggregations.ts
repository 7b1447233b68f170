import { aggregation, type Operand, type VectorQuery } from './query.ts';

/** Which series an aggregation puts together; without any, all. Only one of both may be given. */
export interface Grouping {
  /** Labels that are kept, and whose values make a group. */
  readonly by?: readonly string[] | undefined;
  /** Labels that are dropped; the others make a group. */
  readonly without?: readonly string[] | undefined;
}

/** The sum of each group. */
export function sum(query: VectorQuery, grouping: Grouping = {}): VectorQuery {
  return aggregation('sum', query, grouping);
}

/** The mean of each group. */
export function avg(query: VectorQuery, grouping: Grouping = {}): VectorQuery {
  return aggregation('avg', query, grouping);
}

/** The smallest value of each group. */
export function min(query: VectorQuery, grouping: Grouping = {}): VectorQuery {
  return aggregation('min', query, grouping);
}

/** The largest value of each group. */
export function max(query: VectorQuery, grouping: Grouping = {}): VectorQuery {
  return aggregation('max', query, grouping);
}

/** How many series each group has. */
export function count(query: VectorQuery, grouping: Grouping = {}): VectorQuery {
  return aggregation('count', query, grouping);
}

/** The `k` series with the largest values of each group. */
export function topk(k: Operand, query: VectorQuery, grouping: Grouping = {}): VectorQuery {
  return aggregation('topk', query, grouping, k);
}

/** The `k` series with the smallest values of each group. */
export function bottomk(k: Operand, query: VectorQuery, grouping: Grouping = {}): VectorQuery {
  return aggregation('bottomk', query, grouping, k);
}

/** A quantile, 0 to 1, of each group. */
export function quantile(q: Operand, query: VectorQuery, grouping: Grouping = {}): VectorQuery {
  return aggregation('quantile', query, grouping, q);
}
