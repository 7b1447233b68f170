import type { Clock } from '@novacron/core';
import { describedMetrics } from '../metadata/described-metrics.ts';
import type { ExemplarBuffer } from '../metadata/exemplar-buffer.ts';
import type { AnnotationOptions } from '../metadata/keep-annotations.ts';
import type { MetadataIndex } from '../metadata/metric-metadata.ts';
import { DeltaSums } from '../otlp/delta-sums.ts';
import { OtlpReceiver } from '../otlp/otlp-receiver.ts';
import { createPromqlEngine } from '../promql/engine.ts';
import { transformedSink } from '../relabel/transformed-sink.ts';
import { RemoteWriteReceiver } from '../remote-write/remote-write-receiver.ts';
import type { LabelCondition, LabelSelector } from '../store/label-selector.ts';
import type { MetricStore } from '../store/metric-store.ts';
import type { Principal } from './principal.ts';
import type { PrometheusApiOptions, Workspace } from './prometheus-api.ts';
import { restrictedStore } from './restricted-store.ts';
import { VisibleSeries } from './visible-series.ts';

/** Parts of the store for which something is kept; of those that were not asked for the longest, the oldest go. */
const maxParts = 256;

/** What workspaces are made of. */
export interface WorkspaceOptions extends PrometheusApiOptions {
  readonly metadata: MetadataIndex;
  readonly exemplars: ExemplarBuffer;
  readonly clock: Clock;
}

/** What each principal works with; those who may see the same share one workspace, and its caches. */
export class Workspaces {
  readonly #store: MetricStore;
  readonly #options: WorkspaceOptions;
  readonly #deltas = new DeltaSums();
  readonly #whole: Workspace;
  readonly #parts = new Map<string, Workspace>();
  readonly #tests = new WeakMap<object, number>();
  #lastTest = 0;

  /** @param store - All of what they work with. */
  constructor(store: MetricStore, options: WorkspaceOptions) {
    this.#store = store;
    this.#options = options;
    this.#whole = this.#make(store);
  }

  /** The one of a principal. @throws {MonitoringError} NOVA_MONITORING_INVALID when its condition makes no sense. */
  of({ series }: Principal): Workspace {
    if (series === undefined) return this.#whole;
    const key = this.#keyOf(series);
    const part = this.#parts.get(key) ?? this.#make(restrictedStore(this.#store, series), new VisibleSeries(series));
    this.#parts.delete(key); // the newest stand last
    this.#parts.set(key, part);
    if (this.#parts.size > maxParts) this.#parts.delete(this.#parts.keys().next().value as string);
    return part;
  }

  /** Forgets results that were kept: samples were taken away. */
  clearCaches(): void {
    for (const { engine } of [this.#whole, ...this.#parts.values()]) engine.clearCache();
  }

  #make(store: MetricStore, visible?: VisibleSeries): Workspace {
    const { metadata, exemplars, maxBodyBytes, clock, transform, engine } = this.#options;
    const sink = transform === undefined ? store : transformedSink(store, transform);
    const annotations: AnnotationOptions = {
      metadata,
      exemplars,
      transform,
      isAllowed: visible === undefined ? undefined : (series) => visible.has(series),
      describable: visible === undefined ? undefined : (metrics, options) => describedMetrics(store, metrics, options),
    };
    return {
      store,
      sink,
      visible,
      annotations,
      engine: createPromqlEngine(store, { ...engine, clock }),
      remoteWrite: new RemoteWriteReceiver({ ...annotations, store: sink, maxBytes: maxBodyBytes }),
      otlp: new OtlpReceiver({ ...annotations, store: sink, deltas: this.#deltas, clock }),
    };
  }

  /** The same for selectors that say the same; functions say the same when they are the same. */
  #keyOf(series: LabelSelector): string {
    const labels = Object.keys(series).sort();
    return JSON.stringify(labels.map((label) => [label, this.#conditionKey(series[label] as string | LabelCondition)]));
  }

  #conditionKey(condition: string | LabelCondition): unknown {
    if (typeof condition === 'string' || condition?.op !== 'test') return condition;
    let number = this.#tests.get(condition.test);
    if (number === undefined) this.#tests.set(condition.test, (number = ++this.#lastTest));
    return number;
  }
}
