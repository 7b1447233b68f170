/**
 * PromQL: queries of a metric store as Prometheus answers them, with a parser, a printer and a typed builder.
 *
 * @module
 */
export type {
  Aggregation,
  AggregationOperator,
  ArithmeticOperator,
  AtTime,
  Binary,
  BinaryOperator,
  Call,
  ComparisonOperator,
  Expression,
  Matcher,
  MatchOperator,
  MatrixSelector,
  NumberLiteral,
  Parens,
  SetOperator,
  StringLiteral,
  Subquery,
  TextRange,
  TimeShift,
  Unary,
  ValueType,
  VectorMatching,
  VectorSelector,
} from './ast/expression.ts';
export { formatPromql } from './ast/format-promql.ts';
export { typeOf } from './ast/type-of.ts';
export * from './build/index.ts';
export {
  createPromqlEngine,
  type InstantQueryOptions,
  type PromqlEngine,
  type PromqlEngineOptions,
  type RangeQueryOptions,
} from './engine.ts';
export { PromqlError, promqlErrorType, type PromqlErrorType } from './error.ts';
export type { QueryRead, QueryTier } from './evaluate/evaluation.ts';
export { functionNames } from './functions/signatures.ts';
export { parsePromql, type ParseOptions } from './parse/parse-promql.ts';
export type {
  MatrixResult,
  QueryExplanation,
  QueryResult,
  QueryValue,
  ScalarResult,
  StringResult,
  VectorResult,
} from './result/query-result.ts';
export type { ResultCacheOptions } from './result/result-cache.ts';
export { toPrometheusJson, type PrometheusData, type PrometheusPoint } from './result/to-prometheus-json.ts';
export { relabel, type RelabelAction, type RelabelRule } from '../relabel/relabel.ts';
export {
  RecordingRules,
  type RecordingGroup,
  type RecordingRule,
  type RecordingRulesOptions,
  type RecordingRuleState,
} from '../rules/recording-rules.ts';
