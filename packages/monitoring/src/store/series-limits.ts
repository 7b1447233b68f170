import type { Labels } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { CountedName } from './cardinality.ts';
import type { SeriesIndex } from './series-index.ts';

/** How many series there may be, and of what size. Samples of others are rejected as `series-limit`. */
export interface SeriesLimitOptions {
  /** Series in all. @default 1_000_000 */
  readonly maxSeries?: number | undefined;
  /** Series of one metric. @default Infinity */
  readonly maxSeriesPerMetric?: number | undefined;
  /** Series with one value of a label that says where samples come from. @default no limit */
  readonly maxSeriesPerSource?: { readonly label: string; readonly maxSeries: number } | undefined;
  /** Labels of one series. @default 128 */
  readonly maxLabels?: number | undefined;
  /** Characters of a metric's name, of a label's name and of its value. @default 8_192 */
  readonly maxLabelLength?: number | undefined;
}

/** Limits that are told at most: a source with random names must not fill the memory by being refused. */
const maxRefusals = 1_000;

/** Guards a store against metrics and sources that make more series than anybody meant. */
export class SeriesLimits {
  readonly #total: number;
  readonly #perMetric: number;
  readonly #perSource: { readonly label: string; readonly maxSeries: number } | undefined;
  readonly #maxLabels: number;
  readonly #maxLabelLength: number;
  readonly #refused = new Map<string, number>();
  readonly #metrics = new Set<string>();

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when a limit is not above 0. */
  constructor(options: SeriesLimitOptions) {
    const { maxSeries = 1_000_000, maxSeriesPerMetric = Infinity, maxSeriesPerSource } = options;
    const { maxLabels = 128, maxLabelLength = 8_192 } = options;
    const perSource = maxSeriesPerSource?.maxSeries ?? Infinity;
    const limits = { maxSeries, maxSeriesPerMetric, maxSeriesPerSource: perSource, maxLabels, maxLabelLength };
    for (const [name, limit] of Object.entries(limits)) {
      if (!(limit > 0)) throw invalidInput(`${name} must be above 0, not ${String(limit)}`);
    }
    this.#total = maxSeries;
    this.#perMetric = maxSeriesPerMetric;
    this.#perSource = maxSeriesPerSource;
    this.#maxLabels = maxLabels;
    this.#maxLabelLength = maxLabelLength;
  }

  /** Whether there may be one more series; counts it as refused when not. */
  allow(index: SeriesIndex, metric: string, labels: Labels): boolean {
    const limit = this.#exceeded(index, metric, labels);
    if (limit === undefined) return true;
    if (this.#metrics.size < maxRefusals && metric.length <= this.#maxLabelLength) this.#metrics.add(metric);
    if (this.#refused.size < maxRefusals || this.#refused.has(limit)) {
      this.#refused.set(limit, (this.#refused.get(limit) ?? 0) + 1);
    }
    return false;
  }

  /** The metrics of which series were refused. */
  get metrics(): ReadonlySet<string> {
    return this.#metrics;
  }

  /** What was refused by which limit, the most frequent first. */
  refused(): CountedName[] {
    const list = Array.from(this.#refused, ([name, count]) => ({ name, count }));
    return list.sort((a, b) => b.count - a.count).slice(0, 100);
  }

  #exceeded(index: SeriesIndex, metric: string, labels: Labels): string | undefined {
    if (index.size >= this.#total) return 'series';
    if (metric.length > this.#maxLabelLength) return 'length of names';
    let labelCount = 0;
    for (const label in labels) {
      if (++labelCount > this.#maxLabels) return `labels of ${metric}`;
      if (label.length > this.#maxLabelLength || (labels[label] as string).length > this.#maxLabelLength) {
        return `length of labels of ${metric}`;
      }
    }
    if (this.#perMetric !== Infinity && index.seriesOfMetric(metric) >= this.#perMetric) return `metric ${metric}`;
    const source = this.#perSource;
    const value = source === undefined ? undefined : labels[source.label];
    if (source === undefined || value === undefined) return undefined;
    return index.seriesOfPair(source.label, value) >= source.maxSeries ? `${source.label}=${value}` : undefined;
  }
}
