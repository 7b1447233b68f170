import { NovaError } from './error.ts';

/** Names and values that tell series of one metric apart: `{ vm: 'web-1', device: 'vda' }`. */
export type Labels = Readonly<Record<string, string>>;

const labelName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const metricName = /^[A-Za-z_][A-Za-z0-9_.:]*$/;

/**
 * Checks labels as Prometheus' data model asks: names match `[A-Za-z_][A-Za-z0-9_]*`, values are strings.
 *
 * @throws {NovaError} NOVA_CORE_INVALID when a name or a value does not fit; `details.label` says which.
 */
export function validateLabels(labels: Labels): void {
  for (const [name, value] of Object.entries(labels)) {
    if (!labelName.test(name)) {
      throw new NovaError('CORE', {
        kind: 'invalid',
        message: `Label name ${JSON.stringify(name)} must match ${labelName.source}`,
        details: { label: name },
      });
    }
    if (typeof value !== 'string') {
      throw new NovaError('CORE', {
        kind: 'invalid',
        message: `Label ${name} must be a string, not ${typeof value}`,
        details: { label: name },
      });
    }
  }
}

/**
 * Checks a metric name: OpenTelemetry's dotted form (`system.cpu.utilization`) or Prometheus' (`up`,
 * `job:rate5m`).
 *
 * @throws {NovaError} NOVA_CORE_INVALID when it fits neither.
 */
export function validateMetricName(name: string): void {
  if (typeof name !== 'string' || !metricName.test(name)) {
    throw new NovaError('CORE', {
      kind: 'invalid',
      message: `Metric name ${JSON.stringify(name)} must match ${metricName.source}`,
      details: { metric: name },
    });
  }
}

/**
 * The canonical text of a series, the same whatever the order in which the labels were given, and different for
 * different series. That holds for metric and label names that {@link validateMetricName} and {@link validateLabels}
 * accept; nothing is checked here, so that it stays cheap.
 *
 * @example
 * ```ts
 * import { seriesKey } from '@novacron/core';
 *
 * seriesKey('system.cpu.utilization', { vm: 'web-1', host: 'a' }) // => 'system.cpu.utilization{host="a",vm="web-1"}'
 * ```
 */
export function seriesKey(metric: string, labels: Labels): string {
  const names = Object.keys(labels);
  if (names.length > 1) names.sort();
  let key = `${metric}{`;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    key += `${i === 0 ? '' : ','}${name}=${JSON.stringify(labels[name])}`;
  }
  return `${key}}`;
}
