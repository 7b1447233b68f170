import type { MetricMetadata } from '../metadata/metric-metadata.ts';
import type { Exemplar } from '../metadata/exemplar-buffer.ts';
import type { ProtoReader } from '../wire/proto-reader.ts';
import type { WriteColumns } from './write-columns.ts';

/** A label's name and value. */
export type LabelPair = readonly [name: string, value: string];

/** Where a decoder of either protocol puts what it reads. */
export interface WriteSink {
  readonly columns: WriteColumns;
  /** Reads series ahead, if it can faster than the decoder; the decoder goes on behind them. */
  readKnown?(reader: ProtoReader): void;
  /** All samples from a place on are of the series with these bytes. Says whether it is known. */
  series(from: number, bytes: Uint8Array, start: number, end: number): boolean;
  /**
   * The series of the samples from a place on is new.
   *
   * @param labels - Makes its labels.
   */
  newSeries(from: number, bytes: Uint8Array, start: number, end: number, labels: () => readonly LabelPair[]): void;
  /** A case of the series with these labels. */
  exemplar(labels: readonly LabelPair[], exemplar: Exemplar): void;
  metadata(metadata: MetricMetadata): void;
  /** A native histogram: nothing here can keep it. */
  histogram(): void;
}
