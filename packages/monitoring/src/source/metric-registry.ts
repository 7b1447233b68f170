import { seriesKey, systemClock, validateLabels, type Clock, type Labels, type Sample } from '@novacron/core';
import { invalidInput, MonitoringError } from '../error.ts';
import { validateDescriptor, type MetricDescriptor } from '../metric/descriptor.ts';
import type { MetricSource } from './metric-source.ts';

/** How a registry is made. */
export interface MetricRegistryOptions {
  /** What the source is called in errors. @default 'application' */
  readonly name?: string | undefined;
  /** Series in all; values of further ones are dropped and counted. @default 10_000 */
  readonly maxSeries?: number | undefined;
  /** Gives the time when the caller does not. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** What an application says about a metric of its own. */
export interface MetricOptions {
  /** See {@link MetricDescriptor.unit}. @default '' */
  readonly unit?: string | undefined;
  /** What it is, in one sentence. @default '' */
  readonly description?: string | undefined;
}

/** A value that goes up and down. */
export interface Gauge {
  /**
   * Sets the value of the series with these labels.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when the value is not finite.
   * @throws {NovaError} NOVA_CORE_INVALID when a label does not fit.
   */
  set(value: number, labels?: Labels): void;
  /** Takes a series away: there is nothing to measure any more. */
  remove(labels?: Labels): void;
}

/** A sum that only grows. */
export interface Counter {
  /**
   * Adds to the series with these labels.
   *
   * @param amount - 0 or more. @default 1
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when the amount is negative or not finite.
   * @throws {NovaError} NOVA_CORE_INVALID when a label does not fit.
   */
  add(amount?: number, labels?: Labels): void;
}

/** An application's own metrics; a source like any other. */
export interface MetricRegistry extends MetricSource {
  /**
   * The gauge of a name, made at the first call.
   *
   * @throws {MonitoringError} NOVA_MONITORING_ALREADY_EXISTS when the name is a counter's.
   */
  gauge(name: string, options?: MetricOptions): Gauge;
  /**
   * The counter of a name, made at the first call.
   *
   * @throws {MonitoringError} NOVA_MONITORING_ALREADY_EXISTS when the name is a gauge's.
   */
  counter(name: string, options?: MetricOptions): Counter;
  /** Values that were dropped because `maxSeries` was reached; also delivered as `novacron.registry.dropped`. */
  readonly dropped: number;
}

interface RegisteredSeries {
  readonly metric: string;
  readonly labels: Labels;
  value: number;
}

const droppedDescriptor: MetricDescriptor = {
  name: 'novacron.registry.dropped',
  unit: '{value}',
  kind: 'counter',
  description: 'Values dropped because the registry holds as many series as it may',
};
const noLabels: Labels = Object.freeze({});

/**
 * Makes a registry for an application's own metrics.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when `maxSeries` is no number above 0.
 *
 * @example
 * ```ts
 * import { metricRegistry } from '@novacron/monitoring';
 *
 * const registry = metricRegistry();
 * const jobs = registry.counter('jobs.done', { unit: '{job}', description: 'Finished jobs' });
 * jobs.add(1, { queue: 'mail' });
 * jobs.add(2, { queue: 'mail' });
 * const { samples } = await registry.collect();
 * samples.map(({ metric, value }) => [metric, value]) // => [['jobs.done', 3], ['novacron.registry.dropped', 0]]
 * ```
 */
export function metricRegistry(options: MetricRegistryOptions = {}): MetricRegistry {
  const { name = 'application', maxSeries = 10_000, clock = systemClock } = options;
  if (!(maxSeries > 0)) throw invalidInput(`maxSeries must be above 0, not ${String(maxSeries)}`);
  const descriptors = new Map<string, MetricDescriptor>([[droppedDescriptor.name, droppedDescriptor]]);
  const series = new Map<string, RegisteredSeries>();
  let dropped = 0;

  const describe = (metric: string, kind: MetricDescriptor['kind'], { unit = '', description = '' }: MetricOptions) => {
    const known = descriptors.get(metric);
    if (known !== undefined && (known.kind !== kind || known === droppedDescriptor)) {
      const message = `Metric ${metric} is a ${known.kind} of this registry already`;
      throw new MonitoringError({ kind: 'already-exists', message, details: { metric } });
    }
    const descriptor = { name: metric, unit, kind, description };
    validateDescriptor(descriptor);
    if (known === undefined) descriptors.set(metric, descriptor);
  };
  const find = (metric: string, labels: Labels): RegisteredSeries | undefined => {
    const key = seriesKey(metric, labels);
    const known = series.get(key);
    if (known !== undefined) return known;
    validateLabels(labels);
    if (series.size >= maxSeries) {
      dropped++;
      return undefined;
    }
    const added = { metric, labels: Object.freeze({ ...labels }), value: 0 };
    series.set(key, added);
    return added;
  };

  return {
    name,
    get descriptors() {
      return [...descriptors.values()];
    },
    get dropped() {
      return dropped;
    },
    gauge(metric, metricOptions = {}) {
      describe(metric, 'gauge', metricOptions);
      return {
        set(value, labels = noLabels) {
          if (!Number.isFinite(value)) {
            throw invalidInput(`Gauge ${metric} must be finite, not ${String(value)}; remove() what can't be measured`);
          }
          const entry = find(metric, labels);
          if (entry !== undefined) entry.value = value;
        },
        remove(labels = noLabels) {
          series.delete(seriesKey(metric, labels));
        },
      };
    },
    counter(metric, metricOptions = {}) {
      describe(metric, 'counter', metricOptions);
      return {
        add(amount = 1, labels = noLabels) {
          if (!(amount >= 0 && amount < Infinity)) {
            throw invalidInput(`Counter ${metric} grows by 0 or more, not by ${String(amount)}`, { metric });
          }
          const entry = find(metric, labels);
          if (entry !== undefined) entry.value += amount;
        },
      };
    },
    async collect({ timeMs = clock.now() } = {}) {
      const samples: Sample[] = Array.from(series.values(), ({ metric, labels, value }) => {
        return { metric, labels, timeMs, value };
      });
      samples.push({ metric: droppedDescriptor.name, labels: noLabels, timeMs, value: dropped });
      return { samples, errors: [] };
    },
  };
}
