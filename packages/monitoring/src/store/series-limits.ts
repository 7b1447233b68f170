import type { Labels } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { CountedName } from './cardinality.ts';
import type { SeriesIndex } from './series-index.ts';

/** How many series there may be. Samples of further ones are rejected as `series-limit`. */
export interface SeriesLimitOptions {
  /** Series in all. @default 1_000_000 */
  readonly maxSeries?: number | undefined;
  /** Series of one metric. @default Infinity */
  readonly maxSeriesPerMetric?: number | undefined;
  /** Series with one value of a label that says where samples come from. @default no limit */
  readonly maxSeriesPerSource?: { readonly label: string; readonly maxSeries: number } | undefined;
}

/** Limits that are told at most: a source with random names must not fill the memory by being refused. */
const maxRefusals = 1_000;

/** Guards a store against metrics and sources that make more series than anybody meant. */
export class SeriesLimits {
  readonly #total: number;
  readonly #perMetric: number;
  readonly #perSource: { readonly label: string; readonly maxSeries: number } | undefined;
  readonly #refused = new Map<string, number>();

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when a limit is not above 0. */
  constructor({ maxSeries = 1_000_000, maxSeriesPerMetric = Infinity, maxSeriesPerSource }: SeriesLimitOptions) {
    const limits = { maxSeries, maxSeriesPerMetric, maxSeriesPerSource: maxSeriesPerSource?.maxSeries ?? Infinity };
    for (const [name, limit] of Object.entries(limits)) {
      if (!(limit > 0)) throw invalidInput(`${name} must be above 0, not ${String(limit)}`);
    }
    this.#total = maxSeries;
    this.#perMetric = maxSeriesPerMetric;
    this.#perSource = maxSeriesPerSource;
  }

  /** Whether there may be one more series; counts it as refused when not. */
  allow(index: SeriesIndex, metric: string, labels: Labels): boolean {
    const limit = this.#exceeded(index, metric, labels);
    if (limit === undefined) return true;
    if (this.#refused.size < maxRefusals || this.#refused.has(limit)) {
      this.#refused.set(limit, (this.#refused.get(limit) ?? 0) + 1);
    }
    return false;
  }

  /** What was refused by which limit, the most frequent first. */
  refused(): CountedName[] {
    const list = Array.from(this.#refused, ([name, count]) => ({ name, count }));
    return list.sort((a, b) => b.count - a.count).slice(0, 100);
  }

  #exceeded(index: SeriesIndex, metric: string, labels: Labels): string | undefined {
    if (index.size >= this.#total) return 'series';
    if (this.#perMetric !== Infinity && index.seriesOfMetric(metric) >= this.#perMetric) return `metric ${metric}`;
    const source = this.#perSource;
    const value = source === undefined ? undefined : labels[source.label];
    if (source === undefined || value === undefined) return undefined;
    return index.seriesOfPair(source.label, value) >= source.maxSeries ? `${source.label}=${value}` : undefined;
  }
}
