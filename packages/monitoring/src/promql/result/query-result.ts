import type { Series } from '@novacron/core';
import type { SeriesId } from '../../store/metric-store.ts';
import type { QueryRead } from '../evaluate/evaluation.ts';

/** The answer to an instant query for a vector: a value for each series. */
export interface VectorResult {
  readonly type: 'vector';
  /** Epoch milliseconds UTC. */
  readonly timeMs: number;
  /** The series; `metric` is empty when a series has no name. */
  readonly series: readonly SeriesId[];
  /** The value of each series. */
  readonly values: Float64Array;
}

/** The answer to a range query, or to an instant query for a range vector. */
export interface MatrixResult {
  readonly type: 'matrix';
  /** The series, sorted by their labels; `metric` is empty when a series has no name. */
  readonly series: readonly Series[];
}

/** A number. */
export interface ScalarResult {
  readonly type: 'scalar';
  /** Epoch milliseconds UTC. */
  readonly timeMs: number;
  readonly value: number;
}

/** A text. */
export interface StringResult {
  readonly type: 'string';
  /** Epoch milliseconds UTC. */
  readonly timeMs: number;
  readonly value: string;
}

/** What a query gives. */
export type QueryValue = VectorResult | MatrixResult | ScalarResult | StringResult;

/** What was done for a query. */
export interface QueryExplanation {
  /** The query, as it was understood. */
  readonly query: string;
  /** What was read of the store. */
  readonly reads: readonly QueryRead[];
  /** Samples read and values worked out. */
  readonly samples: number;
  /** Steps that were evaluated. */
  readonly steps: number;
  /** Steps whose values came out of the cache. */
  readonly cachedSteps: number;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** The answer to a query. */
export interface QueryResult<Value extends QueryValue = QueryValue> {
  /** What it gives. */
  readonly result: Value;
  /** What may be wrong with it, in Prometheus' words. */
  readonly warnings: readonly string[];
  /** What to know about it, in Prometheus' words. */
  readonly infos: readonly string[];
  /** How it was worked out. */
  readonly explain: QueryExplanation;
}
