import type { CallOptions, Sample, Series } from '@novacron/core';
import { MonitoringError } from '../error.ts';
import type { Cardinality } from '../store/cardinality.ts';
import type { LabelSelector } from '../store/label-selector.ts';
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
import { VisibleSeries } from './visible-series.ts';

/** A number that no store gives to a series. */
const noRef = 0xffff_ffff;

/**
 * A store of which only some series are there: all that is read is also asked for their labels, and nothing else can be
 * written: samples for references that this store did not give are rejected as `unknown-series`. It does not own the
 * store: closing it does nothing.
 *
 * @param allowed - What the labels of its series must be; `__name__` is the metric's name.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a condition makes no sense.
 */
export function restrictedStore(store: MetricStore, allowed: LabelSelector): MetricStore {
  return new RestrictedStore(store, new VisibleSeries(allowed));
}

class RestrictedStore implements MetricStore {
  readonly outOfOrderMs: number | undefined;
  readonly #store: MetricStore;
  readonly #visible: VisibleSeries;
  /** The references that were given to its users. */
  readonly #refs = new Set<number>();

  constructor(store: MetricStore, visible: VisibleSeries) {
    this.outOfOrderMs = store.outOfOrderMs;
    this.#store = store;
    this.#visible = visible;
  }

  async append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult> {
    for (const sample of samples) this.#check(sample);
    return this.#store.append(samples, options);
  }

  async register(series: readonly SeriesId[], options?: CallOptions): Promise<Uint32Array> {
    for (const each of series) this.#check(each);
    const refs = await this.#store.register(series, options);
    for (const ref of refs) this.#refs.add(ref);
    return refs;
  }

  appendBatch(batch: SampleBatch, options?: CallOptions): Promise<AppendResult> {
    const { refs } = batch;
    if (refs.every((ref) => this.#refs.has(ref))) return this.#store.appendBatch(batch, options);
    const own = refs.map((ref) => (this.#refs.has(ref) ? ref : noRef));
    return this.#store.appendBatch({ ...batch, refs: own }, options);
  }

  select(query: SeriesQuery = {}, options?: CallOptions): Promise<readonly Series[]> {
    return this.#store.select(this.#visible.within(query), options);
  }

  series(selector: SeriesListQuery = {}, options?: CallOptions): Promise<readonly SeriesId[]> {
    return this.#store.series(this.#visible.within(selector), options);
  }

  labelValues(label: string, selector: SeriesSelector = {}, options?: CallOptions): Promise<readonly string[]> {
    return this.#store.labelValues(label, this.#visible.within(selector), options);
  }

  labelNames(selector: SeriesSelector = {}, options?: CallOptions): Promise<readonly string[]> {
    return this.#store.labelNames(this.#visible.within(selector), options);
  }

  cardinality(query: CardinalityQuery = {}, options?: CallOptions): Promise<Cardinality> {
    return this.#store.cardinality(this.#visible.within(query), options);
  }

  delete(query: SeriesListQuery, options?: CallOptions): Promise<DeleteResult> {
    return this.#store.delete(this.#visible.within(query), options);
  }

  stats(options?: CallOptions): Promise<StoreStats> {
    return this.#store.stats(options);
  }

  refusedMetrics(): ReadonlySet<string> {
    return this.#store.refusedMetrics?.() ?? new Set();
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

  /** @throws {MonitoringError} NOVA_MONITORING_PERMISSION when the series is not one of those allowed. */
  #check(series: SeriesId): void {
    if (this.#visible.has(series)) return;
    const message = `The series ${series.metric} has labels that may not be written here`;
    throw new MonitoringError({ kind: 'permission', message, details: { metric: series.metric } });
  }
}
