import { seriesKey, validateLabels, validateMetricName, type Labels } from '@novacron/core';
import { matchLabels, matchValue } from './label-selector.ts';
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
  /** The series that have a label with a value, or a metric, by `label=value` and `=metric`. */
  readonly #postings = new Map<string, Set<IndexedSeries>>();
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
    for (const posting of postingsOf(series)) {
      const siblings = this.#postings.get(posting);
      if (siblings === undefined) this.#postings.set(posting, new Set([series]));
      else siblings.add(series);
    }
  }

  /** Takes a series away. Its number is not given again. */
  remove(series: IndexedSeries): void {
    this.#byKey.delete(series.key);
    this.#byRef[series.ref] = undefined;
    for (const posting of postingsOf(series)) {
      const siblings = this.#postings.get(posting);
      siblings?.delete(series);
      if (siblings?.size === 0) this.#postings.delete(posting);
    }
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
    const { metric, metricMatch, labels } = selector;
    const matches = matchLabels(labels);
    const matchesName = metricMatch === undefined ? () => true : matchValue('__name__', metricMatch);
    const found: IndexedSeries[] = [];
    for (const series of this.#candidates(selector)) {
      if (metric !== undefined && series.metric !== metric) continue;
      if (matchesName(series.metric) && matches(series.labels)) found.push(series);
    }
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

  /** The fewest series that all those are among which match. */
  #candidates({ metric, labels = {} }: SeriesSelector): Iterable<IndexedSeries> {
    const postings = metric === undefined ? [] : [`=${metric}`];
    for (const [label, condition] of Object.entries(labels)) {
      const wanted = typeof condition !== 'string' && condition.op === '=' ? condition.value : condition;
      if (typeof wanted === 'string' && wanted !== '') postings.push(`${label}=${wanted}`);
    }
    let fewest: ReadonlySet<IndexedSeries> | undefined;
    for (const posting of postings) {
      const series = this.#postings.get(posting);
      if (series === undefined) return [];
      if (fewest === undefined || series.size < fewest.size) fewest = series;
    }
    return fewest ?? this.#byKey.values();
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

function postingsOf({ metric, labels }: SeriesId): string[] {
  return [`=${metric}`, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)];
}
