import { systemClock, type CallOptions, type Clock, type Labels, type Sample } from '@novacron/core';
import type { MetricDescriptor } from '../metric/descriptor.ts';
import type { MetricStore } from '../store/metric-store.ts';
import type { MetricSource, SourceReading } from './metric-source.ts';

/** How a store is watched. */
export interface StoreSourceOptions {
  /** What it is called in errors, and as the label `store`. @default 'store' */
  readonly name?: string | undefined;
  /** Gives the time when the caller does not. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** The metrics of {@link storeSource}. */
const descriptors: readonly MetricDescriptor[] = Object.freeze([
  { name: 'metric_store.series.count', unit: '{series}', kind: 'gauge', description: 'Series' },
  { name: 'metric_store.sample.count', unit: '{sample}', kind: 'gauge', description: 'Samples' },
  { name: 'metric_store.size', unit: 'By', kind: 'gauge', description: 'Bytes on disk, or of the columns in memory' },
  {
    name: 'metric_store.sample.rejected',
    unit: '{sample}',
    kind: 'counter',
    description: 'Samples that were not stored since the store was opened, by reason',
  },
  {
    name: 'metric_store.series.refused',
    unit: '{series}',
    kind: 'counter',
    description: 'Series that were refused since the store was opened, by the limit',
  },
]);

/**
 * How a store is doing, as metrics: how much it holds, and what it refused, by reason and by limit.
 *
 * @param store - Any store; it is asked for its `stats`.
 *
 * @example
 * ```ts
 * import { memoryStore, storeSource } from '@novacron/monitoring';
 *
 * await using store = memoryStore({ maxSeriesPerMetric: 1 });
 * await store.append(['a', 'b'].map((vm) => ({ metric: 'vm_up', labels: { vm }, timeMs: 1_000, value: 1 })));
 * const { samples } = await storeSource(store).collect();
 * samples.find(({ metric }) => metric === 'metric_store.series.refused')?.labels // => { store: 'store', limit: 'metric vm_up' }
 * ```
 */
export function storeSource(store: Pick<MetricStore, 'stats'>, options: StoreSourceOptions = {}): MetricSource {
  return new StoreSource(store, options);
}

class StoreSource implements MetricSource {
  readonly name: string;
  readonly descriptors: readonly MetricDescriptor[] = descriptors;
  readonly #store: Pick<MetricStore, 'stats'>;
  readonly #clock: Clock;
  readonly #labels = new Map<string, Labels>();

  constructor(store: Pick<MetricStore, 'stats'>, { name = 'store', clock = systemClock }: StoreSourceOptions) {
    this.name = name;
    this.#store = store;
    this.#clock = clock;
  }

  async collect({
    timeMs,
    ...options
  }: CallOptions & { readonly timeMs?: number | undefined } = {}): Promise<SourceReading> {
    const { series, samples, sizeBytes, rejected, refused } = await this.#store.stats(options);
    const atMs = timeMs ?? this.#clock.now();
    const sample = (metric: string, value: number, label?: string, text = ''): Sample => {
      return { metric, labels: this.#labelsOf(label, text), timeMs: atMs, value };
    };
    const all = [
      sample('metric_store.series.count', series),
      sample('metric_store.sample.count', samples),
      sample('metric_store.size', sizeBytes),
      ...rejected.map(({ reason, count }) => sample('metric_store.sample.rejected', count, 'reason', reason)),
      ...refused.map(({ name, count }) => sample('metric_store.series.refused', count, 'limit', name)),
    ];
    return { samples: all, errors: [] };
  }

  #labelsOf(label: string | undefined, text: string): Labels {
    const key = `${label ?? ''}=${text}`;
    const known = this.#labels.get(key);
    if (known !== undefined) return known;
    const labels = Object.freeze({ store: this.name, ...(label === undefined ? {} : { [label]: text }) });
    this.#labels.set(key, labels);
    return labels;
  }
}
