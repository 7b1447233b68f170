import { validateMetricName } from '@novacron/core';
import { invalidInput } from '../error.ts';

/** What a metric's numbers mean. */
export interface MetricDescriptor {
  /** Its name by OpenTelemetry's semantic conventions: `system.cpu.utilization`. */
  readonly name: string;
  /**
   * The unit of its values in UCUM's case-sensitive spelling: `By`, `s`, `1` for ratios, `{operation}` for counts.
   * An empty text when there is none.
   */
  readonly unit: string;
  /** `gauge`: a value that goes up and down. `counter`: a sum that only grows and starts again at 0. */
  readonly kind: 'gauge' | 'counter';
  /** What it is, in one sentence for people. */
  readonly description: string;
}

/**
 * Checks a descriptor.
 *
 * @throws {NovaError} NOVA_CORE_INVALID when the name fits neither OpenTelemetry nor Prometheus.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the kind is neither gauge nor counter, or the unit or the
 * description is no text.
 */
export function validateDescriptor(descriptor: MetricDescriptor): void {
  validateMetricName(descriptor.name);
  const { name, kind, unit, description } = descriptor;
  if (kind !== 'gauge' && kind !== 'counter') {
    throw invalidInput(`Metric ${name} must be a gauge or a counter, not ${String(kind)}`, { metric: name });
  }
  if (typeof unit !== 'string' || typeof description !== 'string') {
    throw invalidInput(`Unit and description of metric ${name} must be text`, { metric: name });
  }
}
