import { abortError, type Labels, type Series } from '@novacron/core';
import type { ColumnChunk, RowGroup } from 'hyparquet';
import type { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { invalidInput } from '../error.ts';
import { floatBits } from '../store/float-bits.ts';
import { lateLabel } from './late-label.ts';
import { columnsOfLabels, labelsKey, ownColumns } from './parquet-columns.ts';
import type { ParquetWriting } from './parquet-libraries.ts';

/** Rows times columns of a row group. Who reads one holds them all, as an import does. */
const mostGroupFields = 2 ** 22;

/** Times that a date can be. */
const mostMs = 8.64e15;

const longestSliceMs = 20;

type ColumnData = Parameters<ParquetWriter['write']>[0]['columnData'][number];

/** A column without a value: what it is to the file, and its bytes. */
interface NullColumn {
  readonly chunk: ColumnChunk;
  readonly bytes: Uint8Array;
}

/** A Parquet file of samples on its way, one row group at a time, which is written column by column. */
export class ParquetTable {
  readonly #bytes: ByteWriter;
  readonly #writer: ParquetWriter;
  /** By label. */
  readonly #columns: ReadonlyMap<string, string>;
  readonly #size: number;
  readonly #signal: AbortSignal | undefined;
  readonly #timesMs: BigInt64Array;
  readonly #values: Float64Array;
  readonly #bits: Uint32Array;
  /** The series of the rows, and how many rows each has on end. */
  readonly #runs: { readonly metric: string; readonly labels: Labels; readonly rows: number }[] = [];
  readonly #used = new Set<string>();
  #count = 0;
  #sliceMs = 0;

  /** @param size - Rows of a row group, or as many fewer as keep it from having too many fields. */
  constructor(
    { ByteWriter, ParquetWriter }: ParquetWriting,
    labels: readonly string[],
    size: number,
    signal?: AbortSignal,
  ) {
    this.#columns = columnsOfLabels(labels);
    this.#signal = signal;
    const width = Object.keys(ownColumns).length + labels.length;
    this.#size = Math.max(1, Math.min(size, Math.floor(mostGroupFields / width)));
    this.#timesMs = new BigInt64Array(this.#size);
    this.#values = new Float64Array(this.#size);
    this.#bits = floatBits(this.#values);
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

  /** Whether the row group has as many rows as it may have. */
  get isFull(): boolean {
    return this.#count === this.#size;
  }

  /**
   * Adds the samples of a series from a place on for which there is room; tells how many.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when one is at no date, NOVA_MONITORING_CONFLICT when the series has a
   * label without a column.
   */
  add({ metric, labels, timesMs, values }: Series, start: number): number {
    for (const label of Object.keys(labels)) {
      if (labels[label] === '') continue; // as good as none
      if (!this.#columns.has(label)) throw lateLabel(metric, label);
      this.#used.add(label);
    }
    const count = Math.min(values.length - start, this.#size - this.#count);
    const bits = floatBits(values);
    for (let i = 0; i < count; i++) {
      const timeMs = Math.round(timesMs[start + i] as number);
      if (!(Math.abs(timeMs) <= mostMs))
        throw invalidInput(`A sample of ${metric} is at ${timeMs} ms, which is no date`);
      const row = this.#count + i;
      this.#timesMs[row] = BigInt(timeMs);
      this.#bits[row * 2] = bits[(start + i) * 2] as number;
      this.#bits[row * 2 + 1] = bits[(start + i) * 2 + 1] as number;
    }
    this.#runs.push({ metric, labels, rows: count });
    this.#count += count;
    return count;
  }

  /**
   * The rows since the last time as a row group. Between columns other work has its turn.
   *
   * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires.
   */
  async rowGroup(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#count > 0) await this.#writeGroup();
    const taken = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return taken;
  }

  /**
   * The last row group, and the end of the file.
   *
   * @throws {NovaError} NOVA_CORE_ABORTED when the signal fires.
   */
  async end(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#count > 0) await this.#writeGroup();
    void this.#writer.finish(); // writes to memory, at once
    return await this.rowGroup();
  }

  async #writeGroup(): Promise<void> {
    const rows = this.#count;
    const before = this.#writer.num_rows;
    const columns: ColumnChunk[] = [];
    let nulls: NullColumn | undefined;
    const { time, metric, value } = ownColumns;
    const times = this.#timesMs.subarray(0, rows);
    const values = this.#values.subarray(0, rows);
    await this.#breathe();
    columns.push(this.#written({ name: time, data: times, encoding: 'DELTA_BINARY_PACKED' }));
    await this.#breathe();
    columns.push(this.#written({ name: metric, data: this.#texts((run) => run.metric) }));
    await this.#breathe();
    // Other encodings write numbers, not bits, and a dictionary has one zero and one NaN.
    columns.push(this.#written({ name: value, data: values, encoding: 'BYTE_STREAM_SPLIT' }));
    for (const [label, name] of this.#columns) {
      await this.#breathe();
      if (this.#used.has(label)) {
        const data = this.#texts(({ labels }) => (Object.hasOwn(labels, label) ? (labels[label] as string) : null));
        columns.push(this.#written({ name, data }));
      } else if (nulls === undefined) {
        const start = this.#bytes.index;
        const chunk = this.#written({ name, data: this.#texts(() => null) });
        nulls = { chunk, bytes: this.#bytes.getBytes().slice(start) };
        columns.push(chunk);
      } else columns.push(this.#copied(name, nulls));
    }
    this.#writer.row_groups.push(groupOf(columns, rows));
    this.#writer.num_rows = before + BigInt(rows);
    this.#count = 0;
    this.#runs.length = 0;
    this.#used.clear();
  }

  /** Writes a column, of which the library makes a row group; that is left to who has all columns. */
  #written(column: ColumnData): ColumnChunk {
    void this.#writer.write({ columnData: [column], rowGroupSize: this.#count }); // to memory, at once
    return this.#writer.row_groups.pop()?.columns[0] as ColumnChunk;
  }

  /** Writes one more column without a value: the same bytes, elsewhere. */
  #copied(name: string, { chunk, bytes }: NullColumn): ColumnChunk {
    const offset = BigInt(this.#bytes.offset);
    this.#bytes.appendBytes(bytes);
    const meta = chunk.meta_data as NonNullable<ColumnChunk['meta_data']>;
    return { ...chunk, file_offset: offset, meta_data: { ...meta, path_in_schema: [name], data_page_offset: offset } };
  }

  /** A text, or none, for each row. */
  #texts<T extends string | null>(textOf: (run: { readonly metric: string; readonly labels: Labels }) => T): T[] {
    const texts: T[] = [];
    for (const run of this.#runs) {
      const text = textOf(run);
      for (let i = 0; i < run.rows; i++) texts.push(text);
    }
    return texts;
  }

  async #breathe(): Promise<void> {
    if (performance.now() - this.#sliceMs > longestSliceMs) {
      // A turn of the event loop, not a wait.
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#sliceMs = performance.now();
    }
    if (this.#signal?.aborted === true) throw abortError(this.#signal);
  }
}

function groupOf(columns: ColumnChunk[], rows: number): RowGroup {
  let bytes = 0n;
  let packed = 0n;
  for (const { meta_data: meta } of columns) {
    bytes += meta?.total_uncompressed_size ?? 0n;
    packed += meta?.total_compressed_size ?? 0n;
  }
  return { columns, total_byte_size: bytes, num_rows: BigInt(rows), total_compressed_size: packed };
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
