import type { CallOptions, Labels, Sample, Series } from '@novacron/core';
import type { Cardinality, CountedName } from './cardinality.ts';
import type { Aggregate } from './rollup.ts';
import type { LabelCondition, LabelSelector } from './label-selector.ts';

/**
 * A place that keeps samples. One contract for memory, file and remote stores.
 *
 * Within a series times rise strictly: a sample that is not later than the newest of its series is rejected and
 * counted, the rest of the call is stored, unless the store was made with an out-of-order window. A store keeps every 64-bit value as it is, infinities and the bits of NaNs
 * included; what is worth keeping is decided by `collect`.
 *
 * Every call can throw NOVA_CORE_ABORTED and NOVA_CORE_TIMEOUT, and NOVA_MONITORING_CONFLICT after `close`.
 */
export interface MetricStore extends AsyncDisposable {
  /** How much older than the newest of its series a sample may be, in milliseconds; nothing when it is not known. */
  readonly outOfOrderMs?: number | undefined;
  /**
   * Stores samples; resolves when they are as durable as the store promises. All that are accepted are kept, or, when
   * it throws, none.
   *
   * @throws {MonitoringError} NOVA_MONITORING_CAPACITY when there is no room.
   */
  append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult>;
  /**
   * Gives the series' references for {@link MetricStore.appendBatch}, in the same order, and makes those that are
   * new. A reference is good until the store is closed or retention takes the series away; a series that has no sample goes
   * after an hour.
   *
   * @throws {NovaError} NOVA_CORE_INVALID when a name or a label does not fit.
   * @throws {MonitoringError} NOVA_MONITORING_QUOTA when the store holds as many series as it may.
   */
  register(series: readonly SeriesId[], options?: CallOptions): Promise<Uint32Array>;
  /**
   * Stores columns of samples without an object for each; as {@link MetricStore.append} otherwise. The arrays are
   * read until the promise settles and not kept.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when the columns' lengths differ.
   * @throws {MonitoringError} NOVA_MONITORING_CAPACITY when there is no room.
   */
  appendBatch(batch: SampleBatch, options?: CallOptions): Promise<AppendResult>;
  /**
   * The samples of the series that match, with `fromMs <= time < toMs`, sorted by metric and then label by label.
   * Series without a sample in the range are left out. The arrays belong to the caller.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   * @throws {MonitoringError} NOVA_MONITORING_QUOTA when there is more than the query's limits allow;
   * `details.limit` says which, `maxSamples` or `maxSeries`.
   */
  select(query?: SeriesQuery, options?: CallOptions): Promise<readonly Series[]>;
  /**
   * The series that match, sorted, without their samples. With a range, those that may have samples in it: more are
   * told rather than less.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  series(query?: SeriesListQuery, options?: CallOptions): Promise<readonly SeriesId[]>;
  /**
   * The values that a label has in the series that match, sorted; those of `__name__` are the metrics' names.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  labelValues(label: string, selector?: SeriesSelector, options?: CallOptions): Promise<readonly string[]>;
  /**
   * The labels that the series that match have, sorted; `__name__` is among them when there is a series.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  labelNames(selector?: SeriesSelector, options?: CallOptions): Promise<readonly string[]>;
  /**
   * What the series are made of: which metrics, labels and values have the most. Without a selector stores have it
   * counted.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  cardinality(query?: CardinalityQuery, options?: CallOptions): Promise<Cardinality>;
  /**
   * Takes samples away: those of the series that match with `fromMs <= time < toMs`. A series goes with its last
   * sample. A query without a selector and a range takes everything.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher or a bound makes no sense.
   * @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when the store can't.
   */
  delete(query: SeriesListQuery, options?: CallOptions): Promise<DeleteResult>;
  /** How much it holds. */
  stats(options?: CallOptions): Promise<StoreStats>;
  /** The metrics of which series were refused since the store was opened, as far as it knows: queries warn of them. */
  refusedMetrics?(): ReadonlySet<string>;
  /** Takes away what is older than the store's retention. Stores do so by themselves now and then. */
  maintain(options?: CallOptions): Promise<void>;
  /** Lets go of memory and files. What was acknowledged stays. Calling it again does nothing. */
  close(): Promise<void>;
}

/** What tells a series from all others. */
export interface SeriesId {
  /** The metric's name. */
  readonly metric: string;
  /** Its labels. */
  readonly labels: Labels;
}

/** Columns of samples, all of the same length. */
export interface SampleBatch {
  /** Which series, as {@link MetricStore.register} numbers them. */
  readonly refs: Uint32Array;
  /** Epoch milliseconds UTC. */
  readonly timesMs: Float64Array;
  /** Values in the metric's unit. */
  readonly values: Float64Array;
}

/** Which series. */
export interface SeriesSelector {
  /** The metric's name. @default all */
  readonly metric?: string | undefined;
  /** What the metric's name must be, beside or instead of `metric`. @default anything */
  readonly metricMatch?: LabelCondition | undefined;
  /** What their labels must be. @default anything */
  readonly labels?: LabelSelector | undefined;
}

/** Of what the cardinality is told, and how much. */
export interface CardinalityQuery extends SeriesSelector {
  /** The most entries of each list. @default 10 */
  readonly limit?: number | undefined;
}

/** Which series, and when. */
export interface SeriesListQuery extends SeriesSelector {
  /** First time, epoch milliseconds. @default the oldest */
  readonly fromMs?: number | undefined;
  /** First time that is out, epoch milliseconds. @default the newest is in */
  readonly toMs?: number | undefined;
}

/** Which samples. */
export interface SeriesQuery extends SeriesListQuery {
  /**
   * One sample for each bucket of five minutes or an hour, whichever is the longest that is not longer than `stepMs`,
   * in place of all samples: what the bucket's samples come to, at the time of the last of them. With a shorter step, or
   * from a store without buckets, each sample is a bucket. NaN is left out.
   *
   * What is said of a window that begins and ends with buckets is exact for count, sum, min, max and last; of any other
   * one it is off by the samples of one bucket at either end at most. @default all samples
   */
  readonly downsample?: { readonly stepMs: number; readonly aggregate: Aggregate } | undefined;
  /**
   * Whether the answer's arrays may be the store's own, and the same for several series: they are for reading only, and
   * what is in them does not change. A store that cannot do so gives arrays that belong to the caller. @default false
   */
  readonly shared?: boolean | undefined;
  /** The most samples to read; more are an error. @default no limit */
  readonly maxSamples?: number | undefined;
  /** The most series to read; more are an error. @default no limit */
  readonly maxSeries?: number | undefined;
}

/** What became of samples. */
export interface AppendResult {
  /** How many were stored. */
  readonly appended: number;
  /** How many were not, by reason; empty when all were. */
  readonly rejected: readonly Rejection[];
}

/** Samples that were not stored. */
export interface Rejection {
  /** Why. */
  readonly reason: RejectionReason;
  /** How many. */
  readonly count: number;
}

/**
 * Why a sample was not stored. `duplicate`: its series has a sample of that time. `out-of-order`: its series has a
 * newer one, and it is not within the out-of-order window. `too-old`: before the retention. `future`: too far after the
 * clock's present. `invalid`: its time is not finite, or its name or a label does not fit. `unknown-series`: no such
 * reference. `series-limit`: there are as many series as there may be.
 */
export type RejectionReason =
  | 'duplicate'
  | 'out-of-order'
  | 'too-old'
  | 'future'
  | 'invalid'
  | 'unknown-series'
  | 'series-limit';

/** What was taken away. */
export interface DeleteResult {
  /** Series of which nothing is left. */
  readonly series: number;
  /** Samples. */
  readonly samples: number;
}

/** How much a store holds. */
export interface StoreStats {
  /** Series. */
  readonly series: number;
  /** Samples. */
  readonly samples: number;
  /** Bytes on disk, or of the columns in memory. */
  readonly sizeBytes: number;
  /** Samples that were not stored since the store was opened, by reason. */
  readonly rejected: readonly Rejection[];
  /**
   * Series that were refused since the store was opened, by the limit: `series`, `metric http_requests_total` or
   * `instance=10.0.0.1:9100`, the most frequent ones.
   */
  readonly refused: readonly CountedName[];
  /** What of it is in memory, as far as the store knows that. */
  readonly head?: HeadStats | undefined;
}

/** How much of a store is in memory. */
export interface HeadStats {
  /** Series with samples there. */
  readonly chunks: number;
  /** The oldest time, epoch milliseconds; nothing when there is no sample. */
  readonly fromMs: number | undefined;
  /** The newest time, epoch milliseconds. */
  readonly toMs: number | undefined;
}
