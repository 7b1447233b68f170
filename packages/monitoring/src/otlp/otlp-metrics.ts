/** A value of an attribute; lists and maps as JSON has them. */
export type OtlpValue =
  | string
  | number
  | boolean
  | readonly OtlpValue[]
  | { readonly [key: string]: OtlpValue }
  | undefined;

/** Attributes by their keys. */
export type OtlpAttributes = Readonly<Record<string, OtlpValue>>;

/** A request of OTLP, however it was written: what a translation needs of it. */
export interface OtlpRequest {
  readonly resources: readonly {
    readonly attributes: OtlpAttributes;
    readonly scopes: readonly {
      readonly name: string;
      readonly version: string;
      readonly metrics: readonly OtlpMetric[];
    }[];
  }[];
}

/** One metric with its points. */
export interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: 'gauge' | 'sum' | 'histogram' | 'exponential-histogram' | 'summary' | 'none';
  /** Sums: whether they only grow. */
  readonly isMonotonic: boolean;
  /** Sums and histograms: whether points are sums since a start, or since the point before. */
  readonly temporality: 'cumulative' | 'delta' | 'unspecified';
  readonly points: OtlpPoints;
}

/** Points, which may be read only when they are asked for; then they are as they should be or throw. */
export interface OtlpPoints extends Iterable<OtlpPoint> {
  readonly length: number;
}

/** One point: which fields are there depends on the metric's kind. */
export interface OtlpPoint {
  readonly attributes: OtlpAttributes;
  /** Epoch nanoseconds; the last digits are lost. */
  readonly startTimeNs: number;
  readonly timeNs: number;
  /** Whether it says that there is nothing (`FLAG_NO_RECORDED_VALUE`). */
  readonly isMissing: boolean;
  readonly value?: number | undefined;
  readonly count?: number | undefined;
  readonly sum?: number | undefined;
  readonly bucketCounts?: readonly number[] | undefined;
  readonly explicitBounds?: readonly number[] | undefined;
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[] | undefined;
  readonly exemplars: readonly OtlpExemplar[];
}

/** A case behind a point. */
export interface OtlpExemplar {
  readonly attributes: OtlpAttributes;
  readonly timeNs: number;
  readonly value: number;
  /** As hexadecimal text; empty when there is none. */
  readonly traceId: string;
  readonly spanId: string;
}

/** `AggregationTemporality` by number. */
export const temporalities: readonly OtlpMetric['temporality'][] = ['unspecified', 'delta', 'cumulative'];
