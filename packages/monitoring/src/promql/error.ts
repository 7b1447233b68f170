import { NovaError, type ErrorKind } from '@novacron/core';
import { MonitoringError } from '../error.ts';
import type { TextRange } from './ast/expression.ts';
import { lineAndColumn } from './ast/position.ts';

/** What went wrong with a query, in the words of Prometheus' HTTP API. */
export type PromqlErrorType = 'bad_data' | 'execution' | 'timeout' | 'canceled' | 'internal';

/**
 * A query that could not be answered. `details.errorType` is Prometheus' word for it; of a query that does not parse,
 * `details` also say `line` and `column`, both from 1, and `from` and `to`, offsets in the text.
 *
 * Codes: `NOVA_MONITORING_QUERY_INVALID` (bad_data), `NOVA_MONITORING_QUERY_FAILED` (execution),
 * `NOVA_MONITORING_QUERY_LIMIT` (execution, a limit of the engine), `NOVA_MONITORING_QUERY_UNSUPPORTED`.
 */
export class PromqlError extends MonitoringError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'PromqlError', writable: true, configurable: true });
  }
}

/** The error of a text that is not a query; the message starts with line and column, as Prometheus' does. */
export function parseError(text: string, range: TextRange, message: string): PromqlError {
  const { line, column } = lineAndColumn(text, range.from);
  return new PromqlError({
    kind: 'invalid',
    code: 'NOVA_MONITORING_QUERY_INVALID',
    message: `${line}:${column}: parse error: ${message}`,
    details: { errorType: 'bad_data', line, column, from: range.from, to: range.to },
  });
}

/** The error of a wrong parameter of a query. */
export function badData(message: string): PromqlError {
  return promqlError('invalid', 'QUERY_INVALID', message, 'bad_data');
}

/** The error of a query that fails on the data. */
export function executionError(message: string): PromqlError {
  return promqlError('invalid', 'QUERY_FAILED', message, 'execution');
}

/** The error of a query that takes more than the engine allows. */
export function limitError(message: string): PromqlError {
  return promqlError('quota', 'QUERY_LIMIT', message, 'execution');
}

/** The error of a part of the language that this engine does not have. */
export function unsupported(message: string): PromqlError {
  return promqlError('unsupported', 'QUERY_UNSUPPORTED', message, 'bad_data');
}

function promqlError(kind: ErrorKind, code: string, message: string, errorType: PromqlErrorType): PromqlError {
  return new PromqlError({ kind, code: `NOVA_MONITORING_${code}`, message, details: { errorType } });
}

/**
 * What Prometheus' HTTP API calls an error of a query.
 *
 * @example
 * ```ts
 * import { parsePromql, promqlErrorType } from '@novacron/monitoring/promql';
 *
 * let errorType: string | undefined;
 * try {
 *   parsePromql('sum(');
 * } catch (error) {
 *   errorType = promqlErrorType(error);
 * }
 * errorType // => 'bad_data'
 * ```
 */
export function promqlErrorType(error: unknown): PromqlErrorType {
  if (!NovaError.isInstance(error)) return 'internal';
  if (error.kind === 'timeout') return 'timeout';
  if (error.kind === 'aborted') return 'canceled';
  return (error.details['errorType'] as PromqlErrorType | undefined) ?? 'internal';
}
