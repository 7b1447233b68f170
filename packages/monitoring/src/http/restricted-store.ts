import type { CallOptions, Labels, Sample, Series } from '@novacron/core';
import { MonitoringError } from '../error.ts';
import type { Cardinality } from '../store/cardinality.ts';
import { matchLabels, matchValue, type LabelCondition, type LabelSelector } from '../store/label-selector.ts';
import type {
  AppendResult,
  CardinalityQuery,
  DeleteResult,
  MetricStore,
  SampleBatch,
  SeriesId,
  SeriesListQuery,
  SeriesQuery,
  SeriesSelector,
  StoreStats,
} from '../store/metric-store.ts';

/**
 * A store of which only some series are there: all that is read is also asked for their labels, and nothing else can be
 * written. It does not own the store: closing it does nothing.
 *
 * @param allowed - What the labels of its series must be.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a condition makes no sense.
 */
export function restrictedStore(store: MetricStore, allowed: LabelSelector): MetricStore {
  return new RestrictedStore(store, allowed);
}

class RestrictedStore implements MetricStore {
  readonly #store: MetricStore;
  readonly #allowed: LabelSelector;
  readonly #isAllowed: (labels: Labels) => boolean;

  constructor(store: MetricStore, allowed: LabelSelector) {
    this.#store = store;
    this.#allowed = allowed;
    this.#isAllowed = matchLabels(allowed);
  }

  async append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult> {
    for (const { metric, labels } of samples) this.#check(metric, labels);
    return this.#store.append(samples, options);
  }

  async register(series: readonly SeriesId[], options?: CallOptions): Promise<Uint32Array> {
    for (const { metric, labels } of series) this.#check(metric, labels);
    return this.#store.register(series, options);
  }

  appendBatch(batch: SampleBatch, options?: CallOptions): Promise<AppendResult> {
    return this.#store.appendBatch(batch, options);
  }

  select(query: SeriesQuery = {}, options?: CallOptions): Promise<readonly Series[]> {
    return this.#store.select({ ...query, labels: this.#both(query) }, options);
  }

  series(selector: SeriesListQuery = {}, options?: CallOptions): Promise<readonly SeriesId[]> {
    return this.#store.series({ ...selector, labels: this.#both(selector) }, options);
  }

  labelValues(label: string, selector: SeriesSelector = {}, options?: CallOptions): Promise<readonly string[]> {
    return this.#store.labelValues(label, { ...selector, labels: this.#both(selector) }, options);
  }

  labelNames(selector: SeriesSelector = {}, options?: CallOptions): Promise<readonly string[]> {
    return this.#store.labelNames({ ...selector, labels: this.#both(selector) }, options);
  }

  cardinality(query: CardinalityQuery = {}, options?: CallOptions): Promise<Cardinality> {
    return this.#store.cardinality({ ...query, labels: this.#both(query) }, options);
  }

  delete(query: SeriesListQuery, options?: CallOptions): Promise<DeleteResult> {
    return this.#store.delete({ ...query, labels: this.#both(query) }, options);
  }

  stats(options?: CallOptions): Promise<StoreStats> {
    return this.#store.stats(options);
  }

  maintain(options?: CallOptions): Promise<void> {
    return this.#store.maintain(options);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  /** What is asked for, and what is allowed. */
  #both({ labels = {} }: SeriesSelector): LabelSelector {
    const both: Record<string, string | LabelCondition> = { ...labels };
    for (const [label, condition] of Object.entries(this.#allowed)) {
      const asked = Object.hasOwn(labels, label) ? labels[label] : undefined;
      if (asked === undefined) {
        both[label] = condition;
        continue;
      }
      const [first, second] = [matchValue(label, asked), matchValue(label, condition)];
      both[label] = { op: 'test', test: (value) => first(value) && second(value) };
    }
    return both;
  }

  /** @throws {MonitoringError} NOVA_MONITORING_PERMISSION when the series is not one of those allowed. */
  #check(metric: string, labels: Labels): void {
    if (this.#isAllowed(labels)) return;
    const message = `The series ${metric} has labels that may not be written here`;
    throw new MonitoringError({ kind: 'permission', message, details: { metric } });
  }
}
