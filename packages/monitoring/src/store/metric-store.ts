import type { CallOptions, Labels, Sample, Series } from '@novacron/core';
import type { LabelCondition, LabelSelector } from './label-selector.ts';

/**
 * A place that keeps samples. One contract for memory, file and, later, remote stores.
 *
 * Within a series times rise strictly: a sample that is not later than the newest of its series is rejected and
 * counted, the rest of the call is stored. A store keeps every 64-bit value as it is, infinities and the bits of NaNs
 * included; what is worth keeping is decided by `collect`.
 *
 * Every call can throw NOVA_CORE_ABORTED and NOVA_CORE_TIMEOUT, and NOVA_MONITORING_CONFLICT after `close`.
 */
export interface MetricStore extends AsyncDisposable {
  /**
   * Stores samples; resolves when they are as durable as the store promises. All that are accepted are kept, or, when
   * it throws, none.
   *
   * @throws {MonitoringError} NOVA_MONITORING_CAPACITY when there is no room.
   */
  append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult>;
  /**
   * Gives the series' references for {@link MetricStore.appendBatch}, in the same order, and makes those that are
   * new. A reference is good until the store is closed or retention takes the series away.
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
   * The samples of the series that match, with `fromMs <= time < toMs`, sorted by series. Series without a sample in
   * the range are left out. The arrays belong to the caller.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   * @throws {MonitoringError} NOVA_MONITORING_QUOTA when there is more than the query's limits allow;
   * `details.limit` says which, `maxSamples` or `maxSeries`.
   */
  select(query?: SeriesQuery, options?: CallOptions): Promise<readonly Series[]>;
  /**
   * The series that match, sorted, without their samples.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  series(selector?: SeriesSelector, options?: CallOptions): Promise<readonly SeriesId[]>;
  /**
   * The values that a label has in the series that match, sorted.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
   */
  labelValues(label: string, selector?: SeriesSelector, options?: CallOptions): Promise<readonly string[]>;
  /** How much it holds. */
  stats(options?: CallOptions): Promise<StoreStats>;
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

/** Which samples. */
export interface SeriesQuery extends SeriesSelector {
  /** First time, epoch milliseconds. @default the oldest */
  readonly fromMs?: number | undefined;
  /** First time that is out, epoch milliseconds. @default the newest is in */
  readonly toMs?: number | undefined;
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
 * Why a sample was not stored. `duplicate`: its series has a newest sample of that time. `out-of-order`: its series
 * has a newer one. `too-old`: before the retention. `invalid`: its time is not finite, or its name or a label does not
 * fit. `unknown-series`: no such reference. `series-limit`: the store holds as many series as it may.
 */
export type RejectionReason = 'duplicate' | 'out-of-order' | 'too-old' | 'invalid' | 'unknown-series' | 'series-limit';

/** How much a store holds. */
export interface StoreStats {
  /** Series. */
  readonly series: number;
  /** Samples. */
  readonly samples: number;
  /** Bytes on disk, or of the columns in memory. */
  readonly sizeBytes: number;
}
