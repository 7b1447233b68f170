import { validateLabels, validateMetricName, type Labels } from '@novacron/core';
import { invalidInput } from '../error.ts';
import { cardinalityOf, type Cardinality } from './cardinality.ts';
import { LabelPairs, metricLabel } from './label-pairs.ts';
import type { CardinalityQuery, SeriesId, SeriesSelector } from './metric-store.ts';
import { selectRefs } from './select-refs.ts';
import { SeriesTable } from './series-table.ts';

/** For as many pairs a selected series it is worth it to sort all pairs first. */
const pairsPerSeries = 4;

/** Names and labels that are kept as objects once somebody asked for them; then all are forgotten. */
const maxIds = 131_072;

/**
 * The series of a store: found by text, by number, and by selector. A series is a list of numbers, and a text is kept
 * once: a series with six labels takes some 100 bytes.
 *
 * A series has a reference, which is never given again, and a slot, which is: columns by slot are as long as there are
 * series.
 */
export class SeriesIndex {
  readonly #table = new SeriesTable();
  #pairs = new LabelPairs();
  #ids: (SeriesId | undefined)[] = [];
  #idCount = 0;
  #removed = 0;
  readonly #sought: number[] = [];

  /** How many there are. */
  get size(): number {
    return this.#table.size;
  }

  /** A number above all that were ever given. */
  get nextRef(): number {
    return this.#table.nextRef;
  }

  /** Gives no number below one any more. */
  startAt(ref: number): void {
    this.#table.startAt(ref);
  }

  /** Slots are below it. */
  get slots(): number {
    return this.#table.slots;
  }

  /** The slot of a series; -1 when it is not known. */
  slotOf(ref: number): number {
    return this.#table.slotOf(ref);
  }

  /** The reference of a slot; -1 when no series has it. */
  refOf(slot: number): number {
    return this.#table.refOf(slot);
  }

  /** The series' reference, if it is known. */
  find(metric: string, labels: Labels): number | undefined {
    const sought = this.#sought;
    let count = 0;
    let pair = this.#pairs.find(metricLabel, metric);
    if (pair === undefined) return undefined;
    sought[count++] = pair;
    for (const name in labels) {
      if (!Object.hasOwn(labels, name)) continue;
      pair = this.#pairs.find(name, labels[name] as string);
      if (pair === undefined) return undefined;
      sought[count++] = pair;
    }
    const slot = this.#table.find(sought, count);
    return slot < 0 ? undefined : this.#table.refOf(slot);
  }

  /**
   * Checks that a series can be added.
   *
   * @throws {NovaError} NOVA_CORE_INVALID when the name or a label does not fit.
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a label is called `__name__`, as the metric's name is.
   */
  check(metric: string, labels: Labels): void {
    validateMetricName(metric);
    validateLabels(labels);
    if (Object.hasOwn(labels, '__name__')) throw invalidInput('No label is called __name__: the metric has a name');
  }

  /** Adds a series that is not known, and gives its reference. */
  add(metric: string, labels: Labels, ref: number = this.nextRef): number {
    const pairs = [this.#pairs.intern(metricLabel, metric)];
    for (const name of Object.keys(labels).sort()) pairs.push(this.#pairs.intern(name, labels[name] as string));
    this.#table.add(ref, pairs);
    for (const pair of pairs) this.#pairs.attach(pair, ref);
    return ref;
  }

  /** Takes a series away. Its number is not given again. */
  remove(ref: number): void {
    const slot = this.#table.slotOf(ref);
    if (slot < 0) return;
    for (let place = this.#table.pairCount(slot) - 1; place >= 0; place--) {
      this.#pairs.detach(this.#table.pairAt(slot, place));
    }
    this.#table.remove(slot);
    this.#ids[slot] = undefined;
    this.#removed++;
    if (this.#removed > this.size + 1_024) this.#tidy();
  }

  /** The name and labels of a series that is known. */
  id(ref: number): SeriesId {
    const slot = this.#table.slotOf(ref);
    const known = this.#ids[slot];
    if (known !== undefined) return known;
    const entries: [string, string][] = [];
    const count = this.#table.pairCount(slot);
    for (let place = 1; place < count; place++) {
      const pair = this.#table.pairAt(slot, place);
      entries.push([this.#pairs.name(pair), this.#pairs.value(pair)]);
    }
    const labels = Object.fromEntries(entries); // not by assignment: a label may be called __proto__
    const id = { metric: this.#pairs.value(this.#table.pairAt(slot, 0)), labels: Object.freeze(labels) };
    if (++this.#idCount > maxIds) {
      this.#ids = [];
      this.#idCount = 0;
    }
    this.#ids[slot] = id;
    return id;
  }

  /** The name and labels of a series that is known, the labels as JSON. */
  textOf(ref: number): { readonly metric: string; readonly labels: string } {
    const slot = this.#table.slotOf(ref);
    let labels = '';
    const count = this.#table.pairCount(slot);
    for (let place = 1; place < count; place++) {
      const pair = this.#table.pairAt(slot, place);
      const separator = place === 1 ? '' : ',';
      labels += `${separator}${JSON.stringify(this.#pairs.name(pair))}:${JSON.stringify(this.#pairs.value(pair))}`;
    }
    return { metric: this.#pairs.value(this.#table.pairAt(slot, 0)), labels: `{${labels}}` };
  }

  /** How many series a metric has. */
  seriesOfMetric(metric: string): number {
    return this.#countOf(metricLabel, metric);
  }

  /** How many series have a label with a value. */
  seriesOfPair(label: string, value: string): number {
    return this.#countOf(label, value);
  }

  /** All references. */
  *refs(): Generator<number> {
    for (let slot = 0; slot < this.#table.slots; slot++) {
      const ref = this.#table.refOf(slot);
      if (ref >= 0) yield ref;
    }
  }

  /**
   * The series that match, sorted by metric and then label by label.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  select(selector: SeriesSelector = {}): number[] {
    const refs = selectRefs(this.#table, this.#pairs, selector);
    const slots = Uint32Array.from(refs, (ref) => this.#table.slotOf(ref));
    const ranks = this.#pairs.ranks(refs.length * pairsPerSeries);
    if (ranks === undefined) slots.sort((a, b) => this.#compareTexts(a, b));
    else slots.sort((a, b) => this.#compare(a, b, ranks));
    return Array.from(slots, (slot) => this.#table.refOf(slot));
  }

  /**
   * The values that a label has in the series that match, sorted; those of `__name__` are the metrics.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  labelValues(label: string, selector?: SeriesSelector): string[] {
    const name = label === '__name__' ? metricLabel : label;
    if (isEverything(selector)) {
      const live = this.#pairs.ofName(name).filter((pair) => this.#pairs.count(pair) > 0);
      return live.map((pair) => this.#pairs.value(pair)).sort();
    }
    const symbol = this.#pairs.findName(name);
    const values = new Set<number>();
    this.#eachPair(selector, (pair) => {
      if (this.#pairs.nameSymbol(pair) === symbol) values.add(pair);
    });
    return Array.from(values, (pair) => this.#pairs.value(pair)).sort();
  }

  /**
   * The labels that the series that match have, sorted; `__name__` is one of them.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  labelNames(selector?: SeriesSelector): string[] {
    const names = new Set<string>();
    if (isEverything(selector)) for (const { name } of this.#pairs.names()) names.add(name);
    else this.#eachPair(selector, (pair) => names.add(this.#pairs.name(pair)));
    return Array.from(names, (name) => (name === metricLabel ? '__name__' : name)).sort();
  }

  /**
   * What the series that match are made of. Without a selector it is counted already.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  cardinality({ limit, ...selector }: CardinalityQuery = {}): Cardinality {
    if (isEverything(selector)) return cardinalityOf(this.#pairs, this.size, limit);
    const part = new LabelPairs();
    const refs = selectRefs(this.#table, this.#pairs, selector);
    for (const ref of refs) {
      const { metric, labels } = this.id(ref);
      part.attach(part.intern(metricLabel, metric), ref);
      for (const [name, value] of Object.entries(labels)) part.attach(part.intern(name, value), ref);
    }
    return cardinalityOf(part, refs.length, limit);
  }

  #countOf(name: string, value: string): number {
    const pair = this.#pairs.find(name, value);
    return pair === undefined ? 0 : this.#pairs.count(pair);
  }

  #eachPair(selector: SeriesSelector | undefined, visit: (pair: number) => void): void {
    for (const ref of selectRefs(this.#table, this.#pairs, selector ?? {})) {
      const slot = this.#table.slotOf(ref);
      const count = this.#table.pairCount(slot);
      for (let place = 0; place < count; place++) visit(this.#table.pairAt(slot, place));
    }
  }

  /** Which of two slots' series comes first, by the ranks of their pairs. */
  #compare(one: number, other: number, ranks: Uint32Array): number {
    const [ones, others] = [this.#table.pairCount(one), this.#table.pairCount(other)];
    for (let place = 0; place < ones && place < others; place++) {
      const [left, right] = [this.#table.pairAt(one, place), this.#table.pairAt(other, place)];
      if (left !== right) return (ranks[left] as number) - (ranks[right] as number);
    }
    return ones - others;
  }

  /** The same without ranks, which are not worth it for a few series. */
  #compareTexts(one: number, other: number): number {
    const [ones, others] = [this.#table.pairCount(one), this.#table.pairCount(other)];
    for (let place = 0; place < ones && place < others; place++) {
      const [left, right] = [this.#table.pairAt(one, place), this.#table.pairAt(other, place)];
      if (left === right) continue;
      if (this.#pairs.nameSymbol(left) !== this.#pairs.nameSymbol(right)) {
        return this.#pairs.name(left) < this.#pairs.name(right) ? -1 : 1;
      }
      return this.#pairs.value(left) < this.#pairs.value(right) ? -1 : 1;
    }
    return ones - others;
  }

  /** Makes the pairs and their lists anew without what is gone. */
  #tidy(): void {
    const before = this.#pairs;
    const pairs = new LabelPairs();
    this.#removed = 0;
    this.#table.renumber((slot) =>
      Array.from({ length: this.#table.pairCount(slot) }, (_, place) => {
        const pair = this.#table.pairAt(slot, place);
        return pairs.intern(before.name(pair), before.value(pair));
      }),
    );
    this.#pairs = pairs;
    const refs = Uint32Array.from(this.refs()).sort();
    for (const ref of refs) {
      const slot = this.#table.slotOf(ref);
      for (let place = 0; place < this.#table.pairCount(slot); place++)
        pairs.attach(this.#table.pairAt(slot, place), ref);
    }
  }
}

/** Whether a selector asks for nothing. */
function isEverything({ metric, metricMatch, labels }: SeriesSelector = {}): boolean {
  return metric === undefined && metricMatch === undefined && Object.keys(labels ?? {}).length === 0;
}
