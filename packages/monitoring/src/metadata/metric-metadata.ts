/** What a metric is, as Prometheus knows it. */
export interface MetricMetadata {
  /** The metric's name, without the suffixes of its series (`_bucket`, `_sum`, `_count`). */
  readonly metric: string;
  /** How its values are to be read. */
  readonly type: MetricType;
  /** What it is, in one sentence for people; empty when nobody said. */
  readonly help: string;
  /** The unit of its values (`seconds`, `bytes`); empty when there is none or it is not known. */
  readonly unit: string;
}

/** The types of Prometheus' and OpenMetrics' data model. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

const types: ReadonlySet<string> = new Set<MetricType>([
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
]);

/** The type of a name as exposition formats write it; `unknown` for all others, `untyped` among them. */
export function metricType(name: string): MetricType {
  return types.has(name) ? (name as MetricType) : 'unknown';
}

/** The newest metadata of each metric. */
export class MetadataIndex {
  private readonly byMetric = new Map<string, MetricMetadata>();
  private readonly maxMetrics: number;

  /** @param maxMetrics - How many metrics are kept; what comes for others then is left out. @default 100_000 */
  constructor(maxMetrics: number = 100_000) {
    this.maxMetrics = maxMetrics;
  }

  /** How many metrics it knows. */
  get size(): number {
    return this.byMetric.size;
  }

  /** Remembers what a metric is; says whether there was room. */
  set(metadata: MetricMetadata): boolean {
    if (!this.byMetric.has(metadata.metric) && this.byMetric.size >= this.maxMetrics) return false;
    this.byMetric.set(metadata.metric, metadata);
    return true;
  }

  /** What a metric is, if it is known. */
  get(metric: string): MetricMetadata | undefined {
    return this.byMetric.get(metric);
  }

  /** All of them, by name. */
  all(): MetricMetadata[] {
    return [...this.byMetric.values()].sort((a, b) => (a.metric < b.metric ? -1 : 1));
  }
}
