import { abortError, type CallOptions } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { MetricStore, SeriesListQuery } from '../store/metric-store.ts';
import { loadParquetWriting } from './parquet-libraries.ts';
import { ParquetTable } from './parquet-table.ts';
import { seriesParts } from './series-parts.ts';

/** How far a transfer of Parquet has come. */
export interface ParquetProgress {
  /** Samples read and written so far. */
  readonly samples: number;
  /** Bytes of the file so far. */
  readonly bytes: number;
}

/** What is exported as Parquet, and how. */
export interface ParquetExportOptions extends SeriesListQuery, CallOptions {
  /**
   * Samples of a row group at most, from 1 to 1,000,000; fewer where there are so many labels that it would have more than
   * 2^22 fields. A column of it is written at once.
   *
   * @default 50_000
   */
  readonly rowGroupSamples?: number | undefined;
  /** Samples of the store in memory at a time, about: 1 or more. @default 200_000 */
  readonly maxSamples?: number | undefined;
  /** Hears how far it has come, after each piece. */
  readonly onProgress?: ((progress: ParquetProgress) => void) | undefined;
}

const mostRowGroupSamples = 1_000_000;

/**
 * Writes a store's samples as a Parquet file, piece by piece: for `node:stream`'s `pipeline`, a `Response`, or any loop. Each
 * sample is a row: `time` (a timestamp in milliseconds, UTC), `metric`, `value`, and a column of text for each label, null
 * where a series does not have it. pandas, DuckDB and Polars read that without being told anything. Rows go metric
 * by metric, and those of a series oldest first. They follow each other where the metric has at most `maxSamples`; one that
 * has more comes in several stretches of time, and in each of them series by series. A label that is called like one of the
 * three has a column with `label_` before it.
 *
 * Values come back bit by bit, stale markers included. Times are rounded to the millisecond. Text is UTF-8, so that half of a
 * surrogate pair becomes U+FFFD.
 *
 * A row group is made in memory and written column by column; between columns what else there is to do has its turn. The list
 * of all row groups, some 100 bytes for each column of each, is kept until it stands at the end of the file.
 *
 * The packages `hyparquet` and `hyparquet-writer` are loaded on the first call; they are not installed with this one. The
 * store may be written to meanwhile; what comes may be in the file or not. Only a label that no series had at the start has
 * no column any more: a series with one ends the export with an error, lest it be taken for another. `timeoutMs` counts for
 * each reading of the store.
 *
 * @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when the packages are missing.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the query or an option makes no sense, or a sample's time is no date.
 * @throws {MonitoringError} NOVA_MONITORING_CONFLICT, which can be tried again, when a series comes with a label that none had
 * at the start; `details.label` says which.
 * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires.
 *
 * @example
 * ```ts
 * import { exportParquet, importParquet, memoryStore } from '@novacron/monitoring';
 *
 * await using store = memoryStore();
 * await store.append([{ metric: 'vm.up', labels: { vm: 'web-1' }, timeMs: 1_000, value: 1 }]);
 * const pieces: Uint8Array<ArrayBuffer>[] = [];
 * for await (const piece of exportParquet(store, { metric: 'vm.up' })) pieces.push(piece);
 *
 * await using copy = memoryStore();
 * await importParquet(copy, new Blob(pieces)) // => { appended: 1, rejected: [] }
 * ```
 */
export async function* exportParquet(
  store: MetricStore,
  {
    rowGroupSamples = 50_000,
    maxSamples = 200_000,
    onProgress,
    signal,
    timeoutMs,
    ...query
  }: ParquetExportOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  if (!Number.isInteger(rowGroupSamples) || rowGroupSamples < 1 || rowGroupSamples > mostRowGroupSamples) {
    throw invalidInput(`rowGroupSamples must be 1 to ${mostRowGroupSamples}, not ${String(rowGroupSamples)}`);
  }
  if (!(maxSamples >= 1)) throw invalidInput(`maxSamples must be 1 or more, not ${String(maxSamples)}`);
  const library = await loadParquetWriting();
  const options = { signal, timeoutMs };
  const { metric, metricMatch, labels: wanted } = query;
  const names = await store.labelNames({ metric, metricMatch, labels: wanted }, options);
  const table = new ParquetTable(
    library,
    names.filter((name) => name !== '__name__'),
    rowGroupSamples,
    signal,
  );
  let samples = 0;
  let bytes = 0;
  const told = (piece: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
    bytes += piece.length;
    onProgress?.({ samples, bytes });
    return piece;
  };
  for await (const part of seriesParts(store, query, maxSamples, options)) {
    for (const series of part) {
      for (let start = 0; start < series.values.length;) {
        if (signal?.aborted === true) throw abortError(signal);
        const end = start + table.add(series, start);
        samples += end - start;
        start = end;
        if (table.isFull) yield told(await table.rowGroup());
      }
    }
  }
  if (signal?.aborted === true) throw abortError(signal);
  yield told(await table.end());
}
