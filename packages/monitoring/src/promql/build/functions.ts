import { functionNames, signatureOf } from '../functions/signatures.ts';
import { invalidInput } from '../../error.ts';
import type { MetricQuery } from './metric.ts';
import { call, nowhere, RangeQuery, ScalarQuery, VectorQuery, type Operand } from './query.ts';

/** A range of samples: of a metric with a range, or of any query with a subquery. */
export type Ranged = RangeQuery | MetricQuery;

function ranged(query: Ranged, range: string | number | undefined): RangeQuery {
  if (query instanceof RangeQuery) return query;
  if (range === undefined) throw invalidInput('A metric needs a range such as "5m" here');
  return query.range(range);
}

/**
 * The growth per second of a counter.
 *
 * @param range - Of a metric: `'5m'` or milliseconds.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the range is missing or none.
 */
export function rate(query: Ranged, range?: string | number): VectorQuery {
  return new VectorQuery(call('rate', [ranged(query, range)]));
}

/**
 * The growth of a counter.
 *
 * @param range - Of a metric: `'5m'` or milliseconds.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the range is missing or none.
 */
export function increase(query: Ranged, range?: string | number): VectorQuery {
  return new VectorQuery(call('increase', [ranged(query, range)]));
}

/** A quantile of classic histograms: of the rates of their buckets. */
export function histogramQuantile(q: Operand, query: VectorQuery): VectorQuery {
  return new VectorQuery(call('histogram_quantile', [q, query]));
}

/**
 * Any function of PromQL that gives a vector: `func('abs', metric('temperature'))`.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when there is no such function.
 */
export function func(name: string, ...args: readonly (Operand | RangeQuery | string)[]): VectorQuery {
  if (signatureOf(name)?.returns !== 'vector') {
    throw invalidInput(`There is no function ${name} that gives a vector. There are: ${functionNames.join(', ')}`);
  }
  return new VectorQuery(call(name, args));
}

/** The only value of a vector, as a number. */
export function scalar(query: VectorQuery): ScalarQuery {
  return new ScalarQuery(call('scalar', [query]));
}

/** A number, to begin with: `number(1).subtract(metric('free_ratio'))`. */
export function number(value: number): ScalarQuery {
  return new ScalarQuery({ kind: 'number', value, range: nowhere });
}

/** The time of the evaluation, in seconds. */
export function time(): ScalarQuery {
  return new ScalarQuery(call('time', []));
}
