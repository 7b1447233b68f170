import type { TextRange } from '../ast/expression.ts';
import { lineAndColumn } from '../ast/position.ts';

/** Warnings and remarks on a query, in Prometheus' words, each once. */
export class Annotations {
  readonly #text: string;
  readonly #warnings = new Set<string>();
  readonly #infos = new Set<string>();

  /** @param text - The query. */
  constructor(text: string) {
    this.#text = text;
  }

  /** The warnings. */
  get warnings(): string[] {
    return [...this.#warnings];
  }

  /** The remarks. */
  get infos(): string[] {
    return [...this.#infos];
  }

  /** Quantiles of which some are none. */
  invalidQuantiles(quantiles: Float64Array, range: TextRange): void {
    for (const quantile of quantiles) if (!(quantile >= 0 && quantile <= 1)) this.invalidQuantile(quantile, range);
  }

  /** A quantile that is not between 0 and 1. */
  invalidQuantile(quantile: number, range: TextRange): void {
    const got = `quantile value should be between 0 and 1, got ${formatGo(quantile)}`;
    this.#warnings.add(`PromQL warning: ${got}${this.#place(range)}`);
  }

  /** A ratio that is not between -1 and 1. */
  invalidRatio(ratio: number, capped: number, range: TextRange): void {
    const got = `ratio value should be between -1 and 1, got ${formatGo(ratio)}, capping to ${capped}`;
    this.#warnings.add(`PromQL warning: ${got}${this.#place(range)}`);
  }

  /** A series of a histogram without a usable label `le`. */
  badBucketLabel(metric: string, value: string, range: TextRange): void {
    const what = `bucket label "le" is missing or has a malformed value of ${JSON.stringify(value)}`;
    this.#warnings.add(`PromQL warning: ${what}${forMetric(metric)}${this.#place(range)}`);
  }

  /** A metric of which the store refused series. */
  refusedSeries(metric: string, range: TextRange): void {
    const what = `some series of metric ${JSON.stringify(metric)} were refused by the store's limits`;
    this.#warnings.add(`PromQL warning: ${what}${this.#place(range)}`);
  }

  /** A rate of something that is not named like a counter. */
  possibleNonCounter(metric: string, range: TextRange): void {
    const what = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket:';
    this.#infos.add(`PromQL info: ${what} ${JSON.stringify(metric)}${this.#place(range)}`);
  }

  /** Buckets whose counts went down. */
  forcedMonotonicity(metric: string, range: TextRange): void {
    const what =
      'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)';
    this.#infos.add(`PromQL info: ${what}${forMetric(metric)}${this.#place(range)}`);
  }

  #place({ from }: TextRange): string {
    const { line, column } = lineAndColumn(this.#text, from);
    return ` (${line}:${column})`;
  }
}

function forMetric(metric: string): string {
  return metric === '' ? '' : ` for metric name ${JSON.stringify(metric)}`;
}

/** A number as Go's `%g` writes it. */
function formatGo(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
