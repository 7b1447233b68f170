import { systemClock, type CallOptions, type Clock, type Sample } from '@novacron/core';
import { validateDescriptor, type MetricDescriptor } from '../metric/descriptor.ts';
import type { MetricSource, SourceReading } from './metric-source.ts';

/** What a source of one's own is made of. */
export interface CustomSourceOptions {
  /** What it is called in errors. */
  readonly name: string;
  /** The metrics that it can deliver. */
  readonly descriptors: readonly MetricDescriptor[];
  /** Measures; gets the time for its samples and a signal that asks it to stop. */
  readonly collect: (options: CallOptions & { readonly timeMs: number }) => Measured | Promise<Measured>;
  /** Gives the time when the caller does not. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** Samples alone, or with the errors of what could not be measured. */
export type Measured = readonly Sample[] | SourceReading;

/**
 * Makes a source from a function.
 *
 * @throws {NovaError} NOVA_CORE_INVALID or NOVA_MONITORING_INVALID when a descriptor is wrong.
 *
 * @example
 * ```ts
 * import { customSource } from '@novacron/monitoring';
 *
 * const source = customSource({
 *   name: 'process',
 *   descriptors: [{ name: 'process.uptime', unit: 's', kind: 'gauge', description: 'Time since the start' }],
 *   collect: ({ timeMs }) => [{ metric: 'process.uptime', labels: {}, timeMs, value: performance.now() / 1000 }],
 * });
 * (await source.collect()).samples.length // => 1
 * ```
 */
export function customSource(options: CustomSourceOptions): MetricSource {
  const { name, descriptors, clock = systemClock } = options;
  descriptors.forEach(validateDescriptor);
  return {
    name,
    descriptors,
    async collect(callOptions = {}) {
      const measured = await options.collect({ ...callOptions, timeMs: callOptions.timeMs ?? clock.now() });
      return 'samples' in measured ? measured : { samples: measured, errors: [] };
    },
  };
}
