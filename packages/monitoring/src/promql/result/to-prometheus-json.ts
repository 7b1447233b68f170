import type { Labels } from '@novacron/core';
import { formatSample } from './format-float.ts';
import type { QueryValue } from './query-result.ts';

/** A time in seconds and a value, as Prometheus' HTTP API writes them. */
export type PrometheusPoint = readonly [seconds: number, value: string];

/** The `data` of an answer of Prometheus' HTTP API. */
export type PrometheusData =
  | { readonly resultType: 'vector'; readonly result: readonly { metric: Labels; value: PrometheusPoint }[] }
  | { readonly resultType: 'matrix'; readonly result: readonly { metric: Labels; values: PrometheusPoint[] }[] }
  | { readonly resultType: 'scalar' | 'string'; readonly result: PrometheusPoint };

/**
 * What a query gave, in the shape of the `data` of Prometheus' HTTP API.
 *
 * @example
 * ```ts
 * import { toPrometheusJson } from '@novacron/monitoring/promql';
 *
 * toPrometheusJson({ type: 'scalar', timeMs: 1_500, value: Infinity }) // => { resultType: 'scalar', result: [1.5, '+Inf'] }
 * ```
 */
export function toPrometheusJson(value: QueryValue): PrometheusData {
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: [value.timeMs / 1000, formatSample(value.value)] };
    case 'string':
      return { resultType: 'string', result: [value.timeMs / 1000, value.value] };
    case 'vector': {
      const seconds = value.timeMs / 1000;
      const result = value.series.map(({ metric, labels }, row) => {
        const point: PrometheusPoint = [seconds, formatSample(value.values[row] as number)];
        return { metric: withName(metric, labels), value: point };
      });
      return { resultType: 'vector', result };
    }
    default: {
      const result = value.series.map(({ metric, labels, timesMs, values }) => ({
        metric: withName(metric, labels),
        values: Array.from(timesMs, (timeMs, i): PrometheusPoint => [timeMs / 1000, formatSample(values[i] as number)]),
      }));
      return { resultType: 'matrix', result };
    }
  }
}

function withName(metric: string, labels: Labels): Labels {
  return metric === '' ? labels : { __name__: metric, ...labels };
}
