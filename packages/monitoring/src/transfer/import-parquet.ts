import { NovaError, withDeadline, type CallOptions } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { AppendResult, MetricStore } from '../store/metric-store.ts';
import { Rejections } from '../store/rejections.ts';
import type { ParquetProgress } from './export-parquet.ts';
import type { ParquetColumns } from './parquet-columns.ts';
import { ParquetFile } from './parquet-file.ts';
import { loadParquetReading } from './parquet-libraries.ts';
import type { Decompressor, ParquetSource } from './parquet-source.ts';
import type { SampleRows } from './sample-rows.ts';

/** What is imported from Parquet, and how. */
export interface ParquetImportOptions extends CallOptions {
  /** What the columns of time, metric and value are called in this file; every other one is a label. */
  readonly columns?: ParquetColumns | undefined;
  /**
   * Inflates pages that were compressed otherwise than with Snappy, by the name of the codec: `{ ZSTD: (bytes) =>
   * zstdDecompressSync(bytes) }` of `node:zlib`, or all of the package `hyparquet-compressors`.
   */
  readonly decompressors?: Readonly<Record<string, Decompressor>> | undefined;
  /** Samples that are stored together. @default 20_000 */
  readonly batchSamples?: number | undefined;
  /** Hears how far it has come, after each batch; `bytes` are those of the row groups read. */
  readonly onProgress?: ((progress: ParquetProgress) => void) | undefined;
}

/**
 * Reads samples from a Parquet file and stores them, a row group at a time; resolves when all are stored. A file of
 * {@link exportParquet} needs no options, nor does one of pandas, DuckDB or Polars with columns `time` (a timestamp of any
 * unit, or milliseconds), `metric`, `value` (any number) and a column for each label; `columns` gives them other names. Times
 * are rounded to the millisecond. What the store does not take is counted by reason: samples that it has already, so that an
 * import that broke off can be run again. In a store that holds newer samples of the same series give it an out-of-order
 * window.
 *
 * A row group is in memory at a time, of which neither a hostile nor a huge file may have more than 2^26 fields.
 *
 * @param source - `await openAsBlob(path)` of `node:fs`, any other `Blob`, the bytes, or who reads a part of them when asked.
 * @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when the package `hyparquet`, an optional peer, is missing, or when
 * the file is compressed in a way for which there is no decompressor.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the file is damaged or has other columns: `details.rowGroup`,
 * `details.column`, `details.row` and `details.offset` say where, as far as it is known, from 0, and `details.samples` how
 * many were read before and stored.
 * @throws {MonitoringError} NOVA_MONITORING_QUOTA when a row group is too large, or there are more series than the store takes.
 * @throws {NovaError} NOVA_CORE_ABORTED and NOVA_CORE_TIMEOUT; batches that were stored stay.
 *
 * @example
 * ```ts
 * import { exportParquet, importParquet, memoryStore } from '@novacron/monitoring';
 * import { mkdtempSync, openAsBlob } from 'node:fs';
 * import { writeFile } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 *
 * await using store = memoryStore();
 * await store.append([{ metric: 'vm.up', labels: { vm: 'web-1' }, timeMs: 1_000, value: 1 }]);
 * const path = join(mkdtempSync(join(tmpdir(), 'export-')), 'metrics.parquet');
 * await writeFile(path, exportParquet(store));
 *
 * await using copy = memoryStore();
 * await importParquet(copy, await openAsBlob(path)) // => { appended: 1, rejected: [] }
 * ```
 */
export function importParquet(
  store: MetricStore,
  source: ParquetSource,
  { columns, decompressors = {}, batchSamples = 20_000, onProgress, ...options }: ParquetImportOptions = {},
): Promise<AppendResult> {
  return withDeadline(options, async (signal) => {
    if (!Number.isInteger(batchSamples) || batchSamples < 1) {
      throw invalidInput(`batchSamples must be 1 or more, not ${String(batchSamples)}`);
    }
    const file = await ParquetFile.open(await loadParquetReading(), source, decompressors, columns);
    const importing = new Importing(store, batchSamples, onProgress);
    for (let group = 0; group < file.groups; group++) {
      try {
        await importing.store(await file.read(group, signal), file.bytesUpTo(group), signal);
      } catch (error) {
        if (!NovaError.isInstance(error) || error.kind !== 'invalid') throw error;
        const message = `Row group ${group} can't be read. ${error.message}`;
        throw invalidInput(message, { ...error.details, rowGroup: group, samples: importing.samples });
      }
    }
    return importing.result();
  });
}

class Importing {
  readonly #store: MetricStore;
  readonly #batchSamples: number;
  readonly #onProgress: ParquetImportOptions['onProgress'];
  readonly #rejections = new Rejections();
  #appended = 0;
  #samples = 0;

  constructor(store: MetricStore, batchSamples: number, onProgress: ParquetImportOptions['onProgress']) {
    this.#store = store;
    this.#batchSamples = batchSamples;
    this.#onProgress = onProgress;
  }

  /** Samples that were read and stored. */
  get samples(): number {
    return this.#samples;
  }

  async store(rows: SampleRows, bytes: number, signal: AbortSignal): Promise<void> {
    const { length } = rows.values;
    for (let from = 0; from < length; from += this.#batchSamples) {
      signal.throwIfAborted();
      const to = Math.min(length, from + this.#batchSamples);
      const { ids, numbers } = rows.seriesOf(from, to);
      const refsOf = await this.#store.register(ids, { signal });
      const refs = numbers.map((number) => refsOf[number] as number);
      const batch = { refs, timesMs: rows.timesMs.slice(from, to), values: rows.values.slice(from, to) };
      const { appended, rejected } = await this.#store.appendBatch(batch, { signal });
      this.#appended += appended;
      this.#samples += to - from;
      for (const { reason, count } of rejected) this.#rejections.add(reason, count);
      this.#onProgress?.({ samples: this.#samples, bytes });
    }
  }

  result(): AppendResult {
    return { appended: this.#appended, rejected: this.#rejections.list() };
  }
}
