import type { SampleBatch } from '../store/metric-store.ts';
import type { FileOptions } from './file-format.ts';

/** How a store's file is written. */
export interface WriterOptions extends FileOptions {
  /** Samples of a chunk, about. */
  readonly chunkSamples: number;
  /** Samples that compaction makes one chunk of, about. */
  readonly mergedSamples: number;
  /** Whether compaction sums samples up in longer and longer buckets. */
  readonly rollups: boolean;
}

/** A series that is new. */
export interface NewSeries {
  readonly ref: number;
  readonly metric: string;
  readonly labels: string;
}

/** Samples of series, those of each together. */
export interface CutSamples {
  readonly refs: Uint32Array;
  /** Samples of each. */
  readonly counts: Uint32Array;
  /** 1 for series whose chunks are encrypted. */
  readonly secret: Uint8Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** A row of the log. */
export interface LogRow {
  readonly number: number;
  readonly batch: SampleBatch;
}

/** What an append changes, all in one transaction. */
export interface Commit {
  readonly series: readonly NewSeries[];
  /** Its samples are given away. */
  readonly cut?: CutSamples | undefined;
  /** Their columns are given away. */
  readonly rows: readonly LogRow[];
  /** Rows of the log that nobody needs any more have lower numbers. */
  readonly logBefore: number;
}

/** What retention takes away. */
export interface Retention {
  /** Series, and before which time samples and rollups of each are too old. */
  readonly refs: Uint32Array;
  readonly oldestMs: Float64Array;
  readonly oldestRollupMs: Float64Array;
  /** Series that have nothing left. */
  readonly gone: Uint32Array;
}

/** What a caller wants gone. */
export interface Deletion {
  readonly refs: Uint32Array;
  readonly fromMs: number;
  readonly toMs: number;
  /** The log's rows up to now have lower numbers. */
  readonly logBefore: number;
  /** Those of the series of which nothing is left in memory. */
  readonly empty: Uint32Array;
}
