import { abortError, type CallOptions, type Series } from '@novacron/core';
import type { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { invalidInput } from '../error.ts';
import { floatBits } from '../store/float-bits.ts';
import type { MetricStore, SeriesListQuery } from '../store/metric-store.ts';
import { columnsOfLabels, labelsKey, ownColumns } from './parquet-columns.ts';
import { loadParquetWriting, type ParquetWriting } from './parquet-libraries.ts';
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
  /** Samples of a row group, which is made in memory: from 1 to 1,000,000. @default 100_000 */
  readonly rowGroupSamples?: number | undefined;
  /** Samples of the store in memory at a time, about. @default 200_000 */
  readonly maxSamples?: number | undefined;
  /** Hears how far it has come, after each piece. */
  readonly onProgress?: ((progress: ParquetProgress) => void) | undefined;
}

const mostRowGroupSamples = 1_000_000;

/** Times that a date can be. */
const mostMs = 8.64e15;

/**
 * Writes a store's samples as a Parquet file, piece by piece: for `node:stream`'s `pipeline`, a `Response`, or any loop. Each
 * sample is a row: `time` (a timestamp in milliseconds, UTC), `metric`, `value`, and a column of text for each label, null
 * where a series does not have it. pandas, DuckDB and Polars read that without being told anything. Rows of a series follow
 * each other, oldest first. A label that is called like one of the three has a column with `label_` before it.
 *
 * Values come back bit by bit, stale markers included. Times are rounded to the millisecond. A row group is made in memory, and
 * the list of all of them stands at the end of the file: some kilobytes for each.
 *
 * The packages `hyparquet` and `hyparquet-writer` are loaded on the first call; they are not installed with this one. The
 * store may be written to meanwhile; what comes may be in the file or not. `timeoutMs` counts for each reading of the store.
 *
 * @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when the packages are missing.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the query makes no sense, or a sample's time is no date.
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
    rowGroupSamples = 100_000,
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
  const library = await loadParquetWriting();
  const options = { signal, timeoutMs };
  const { metric, metricMatch, labels: wanted } = query;
  const names = await store.labelNames({ metric, metricMatch, labels: wanted }, options);
  const file = new ParquetFile(
    library,
    names.filter((name) => name !== '__name__'),
    rowGroupSamples,
  );
  let samples = 0;
  let bytes = 0;
  const piece = (): Uint8Array<ArrayBuffer> => {
    const taken = file.take();
    bytes += taken.length;
    onProgress?.({ samples, bytes });
    return taken;
  };
  for await (const part of seriesParts(store, query, maxSamples, options)) {
    for (const series of part) {
      for (let start = 0; start < series.values.length;) {
        if (signal?.aborted === true) throw abortError(signal);
        const end = start + file.add(series, start);
        samples += end - start;
        start = end;
        if (file.isFull) yield piece();
      }
    }
  }
  if (signal?.aborted === true) throw abortError(signal);
  file.end();
  yield piece();
}

/** A file on its way, one row group at a time. */
class ParquetFile {
  readonly #bytes: ByteWriter;
  readonly #writer: ParquetWriter;
  readonly #columns: ReadonlyMap<string, string>;
  readonly #size: number;
  readonly #timesMs: BigInt64Array;
  readonly #values: Float64Array;
  readonly #bits: Uint32Array;
  readonly #metrics: string[] = [];
  readonly #labels: (string | null)[][];
  #count = 0;

  constructor({ ByteWriter, ParquetWriter }: ParquetWriting, labels: readonly string[], size: number) {
    this.#columns = columnsOfLabels(labels);
    this.#size = size;
    this.#timesMs = new BigInt64Array(size);
    this.#values = new Float64Array(size);
    this.#bits = floatBits(this.#values);
    this.#labels = labels.map(() => []);
    const renamed = [...this.#columns].filter(([label, column]) => label !== column);
    const value = JSON.stringify(Object.fromEntries(renamed.map(([label, column]) => [column, label])));
    this.#bytes = new ByteWriter();
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaOf([...this.#columns.values()]),
      createdBy: '@novacron/monitoring',
      ...(renamed.length === 0 ? {} : { kvMetadata: [{ key: labelsKey, value }] }),
    });
  }

  get isFull(): boolean {
    return this.#count === this.#size;
  }

  /** Adds the samples of a series from a place on for which there is room; tells how many. */
  add({ metric, labels, timesMs, values }: Series, start: number): number {
    const count = Math.min(values.length - start, this.#size - this.#count);
    const bits = floatBits(values);
    for (let i = 0; i < count; i++) {
      const timeMs = Math.round(timesMs[start + i] as number);
      if (Math.abs(timeMs) > mostMs) throw invalidInput(`A sample of ${metric} is at ${timeMs} ms, which is no date`);
      const row = this.#count + i;
      this.#timesMs[row] = BigInt(timeMs);
      this.#bits[row * 2] = bits[(start + i) * 2] as number;
      this.#bits[row * 2 + 1] = bits[(start + i) * 2 + 1] as number;
      this.#metrics.push(metric);
    }
    let place = 0;
    for (const label of this.#columns.keys()) {
      const text = Object.hasOwn(labels, label) ? (labels[label] as string) : null;
      const column = this.#labels[place++] as (string | null)[];
      for (let i = 0; i < count; i++) column.push(text);
    }
    this.#count += count;
    return count;
  }

  /** The bytes since the last time; a full row group is among them. */
  take(): Uint8Array<ArrayBuffer> {
    if (this.isFull) this.#writeGroup();
    const taken = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return taken;
  }

  end(): void {
    this.#writeGroup();
    void this.#writer.finish(); // writes to memory, at once
  }

  #writeGroup(): void {
    if (this.#count === 0) return;
    const columns = [...this.#columns.values()];
    void this.#writer.write({
      rowGroupSize: this.#count,
      columnData: [
        { name: ownColumns.time, data: this.#timesMs.subarray(0, this.#count), encoding: 'DELTA_BINARY_PACKED' },
        { name: ownColumns.metric, data: this.#metrics },
        // Other encodings write numbers, not bits, and a dictionary has one zero and one NaN.
        { name: ownColumns.value, data: this.#values.subarray(0, this.#count), encoding: 'BYTE_STREAM_SPLIT' },
        ...columns.map((name, i) => ({ name, data: this.#labels[i] as (string | null)[] })),
      ],
    });
    this.#count = 0;
    this.#metrics.length = 0;
    for (const column of this.#labels) column.length = 0;
  }
}

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

function schemaOf(labels: readonly string[]): Schema {
  const required = 'REQUIRED' as const;
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;
  const time = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const;
  return [
    { name: 'samples', num_children: Object.keys(ownColumns).length + labels.length },
    {
      name: ownColumns.time,
      type: 'INT64',
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: time,
      repetition_type: required,
    },
    { name: ownColumns.metric, ...text, repetition_type: required },
    { name: ownColumns.value, type: 'DOUBLE', repetition_type: required },
    ...labels.map((name) => ({ name, ...text, repetition_type: 'OPTIONAL' as const })),
  ];
}
