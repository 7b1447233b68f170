import type { CallOptions } from '@novacron/core';
import type { MetricStore } from '../store/metric-store.ts';

/** What stands behind a metric's name in those of its series. */
const suffixes: readonly string[] = [
  '',
  '_total',
  '_created',
  '_bucket',
  '_sum',
  '_count',
  '_gsum',
  '_gcount',
  '_info',
];

/** Which of some metrics a store has series of, by the names under which they are described. */
export async function describedMetrics(
  store: Pick<MetricStore, 'labelValues'>,
  metrics: readonly string[],
  options?: CallOptions,
): Promise<ReadonlySet<string>> {
  if (metrics.length === 0) return new Set();
  const values = metrics.flatMap((metric) => suffixes.map((suffix) => metric + suffix));
  const seen = new Set(await store.labelValues('__name__', { metricMatch: { op: 'in', values } }, options));
  return new Set(metrics.filter((metric) => suffixes.some((suffix) => seen.has(metric + suffix))));
}
