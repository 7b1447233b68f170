import { seriesKey, validateLabels, validateMetricName, type Labels } from '@novacron/core';
import { matchLabels } from './label-selector.ts';
import type { SeriesId, SeriesSelector } from './metric-store.ts';

/** A series of a store, with the number by which columns speak of it. */
export interface IndexedSeries extends SeriesId {
  /** Its number. */
  readonly ref: number;
  /** Its canonical text. */
  readonly key: string;
}

/** The series of a store: found by text, by number, and by selector. */
export class SeriesIndex {
  readonly #byKey = new Map<string, IndexedSeries>();
  readonly #byRef: (IndexedSeries | undefined)[] = [];
  readonly #byMetric = new Map<string, Set<IndexedSeries>>();
  /** Canonical texts by label object, for sources that hand out the same object for a series again and again. */
  readonly #keys = new WeakMap<Labels, Map<string, string>>();

  /** How many there are. */
  get size(): number {
    return this.#byKey.size;
  }

  /** A number above all that were ever given. */
  get nextRef(): number {
    return this.#byRef.length;
  }

  /** The series, if it is known. */
  find(metric: string, labels: Labels): IndexedSeries | undefined {
    return this.#byKey.get(this.#key(metric, labels));
  }

  /** The series of a number, if it is known. */
  get(ref: number): IndexedSeries | undefined {
    return this.#byRef[ref];
  }

  /**
   * A series that can be added; it is not yet.
   *
   * @throws {NovaError} NOVA_CORE_INVALID when the name or a label does not fit.
   */
  describe(metric: string, labels: Labels, ref: number): IndexedSeries {
    validateMetricName(metric);
    validateLabels(labels);
    return {
      metric,
      labels: Object.isFrozen(labels) ? labels : Object.freeze({ ...labels }),
      ref,
      key: this.#key(metric, labels),
    };
  }

  /** Adds a series. */
  add(series: IndexedSeries): void {
    this.#byKey.set(series.key, series);
    this.#byRef[series.ref] = series;
    const siblings = this.#byMetric.get(series.metric);
    if (siblings === undefined) this.#byMetric.set(series.metric, new Set([series]));
    else siblings.add(series);
  }

  /** Takes a series away. Its number is not given again. */
  remove(series: IndexedSeries): void {
    this.#byKey.delete(series.key);
    this.#byRef[series.ref] = undefined;
    const siblings = this.#byMetric.get(series.metric);
    siblings?.delete(series);
    if (siblings?.size === 0) this.#byMetric.delete(series.metric);
  }

  /** All series. */
  all(): IterableIterator<IndexedSeries> {
    return this.#byKey.values();
  }

  /**
   * The series that match, sorted by their texts.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  select(selector: SeriesSelector = {}): IndexedSeries[] {
    const matches = matchLabels(selector.labels);
    const candidates = selector.metric === undefined ? this.#byKey.values() : this.#byMetric.get(selector.metric);
    const found: IndexedSeries[] = [];
    for (const series of candidates ?? []) if (matches(series.labels)) found.push(series);
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /**
   * The values that a label has in the series that match, sorted.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  labelValues(label: string, selector?: SeriesSelector): string[] {
    const values = new Set<string>();
    for (const { labels } of this.select(selector)) {
      if (Object.hasOwn(labels, label)) values.add(labels[label] as string);
    }
    return [...values].sort();
  }

  #key(metric: string, labels: Labels): string {
    if (!Object.isFrozen(labels)) return seriesKey(metric, labels);
    let keys = this.#keys.get(labels);
    if (keys === undefined) this.#keys.set(labels, (keys = new Map()));
    let key = keys.get(metric);
    if (key === undefined) keys.set(metric, (key = seriesKey(metric, labels)));
    return key;
  }
}
