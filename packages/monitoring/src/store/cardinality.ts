import { metricLabel, type LabelPairs } from './label-pairs.ts';

/** How many series have what. */
export interface CountedName {
  /** A metric, a label, or a label and its value as `label=value`. */
  readonly name: string;
  /** How many. */
  readonly count: number;
}

/** What the series of a store are made of: the greatest first. */
export interface Cardinality {
  /** Series in all. */
  readonly series: number;
  /** Pairs of a label and a value, names of metrics included. */
  readonly labelPairs: number;
  /** Series of a metric. */
  readonly seriesByMetric: readonly CountedName[];
  /** Values of a label. */
  readonly valuesByLabel: readonly CountedName[];
  /** Characters of a label's name and values, each pair once. */
  readonly charactersByLabel: readonly CountedName[];
  /** Series of a label and value. */
  readonly seriesByPair: readonly CountedName[];
}

/** The cardinality of all series, from counts that are kept as series come and go. */
export function cardinalityOf(pairs: LabelPairs, series: number, limit: number = 10): Cardinality {
  const [metrics, labels, characters, labelled] = [
    new Greatest(limit),
    new Greatest(limit),
    new Greatest(limit),
    new Greatest(limit),
  ];
  let labelPairs = 0;
  for (const { name, values, bytes } of pairs.names()) {
    labelPairs += values;
    labels.add(values, () => name || '__name__');
    characters.add(name === metricLabel ? bytes + 8 * values : bytes, () => name || '__name__');
  }
  const metricSymbol = pairs.findName(metricLabel);
  for (let pair = 0; pair < pairs.size; pair++) {
    const count = pairs.count(pair);
    if (count === 0) continue;
    if (pairs.nameSymbol(pair) === metricSymbol) metrics.add(count, () => pairs.value(pair));
    else labelled.add(count, () => `${pairs.name(pair)}=${pairs.value(pair)}`);
  }
  return {
    series,
    labelPairs,
    seriesByMetric: metrics.list(),
    valuesByLabel: labels.list(),
    charactersByLabel: characters.list(),
    seriesByPair: labelled.list(),
  };
}

/** Keeps the entries with the greatest counts. */
class Greatest {
  readonly #limit: number;
  #entries: CountedName[] = [];
  #least = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(count: number, name: () => string): void {
    if (count < this.#least) return;
    this.#entries.push({ name: name(), count });
    if (this.#entries.length < this.#limit * 2 + 100) return;
    this.#entries = this.list();
    this.#least = this.#entries.at(-1)?.count ?? Infinity;
  }

  list(): CountedName[] {
    const sorted = this.#entries.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
    return sorted.slice(0, this.#limit);
  }
}
