import { NovaError } from '@novacron/core';
import type { ColumnData, ColumnMetaData, FileMetaData, RowGroup, SchemaElement } from 'hyparquet';
import { invalidInput, MonitoringError } from '../error.ts';
import { labelsKey, labelsOfColumns, ownColumns, type ParquetColumns } from './parquet-columns.ts';
import type { ParquetReading } from './parquet-libraries.ts';
import { checkPages } from './parquet-pages.ts';
import { Source, type Decompressor, type ParquetSource } from './parquet-source.ts';
import { SampleRows } from './sample-rows.ts';

/** Rows times columns of a row group, which is in memory as a whole. */
const mostFields = 2 ** 26;
/** Bytes of a column in a row group. */
const mostColumnBytes = 2 ** 30;

/** A Parquet file with samples. What it says of itself is not believed before it was checked. */
export class ParquetFile {
  readonly #library: ParquetReading;
  readonly #source: Source;
  readonly #decompressors: Readonly<Record<string, Decompressor>>;
  readonly #metadata: FileMetaData;
  readonly #columns: Required<{ [Name in keyof ParquetColumns]: string }>;
  /** By column: the label. */
  readonly #labels: ReadonlyMap<string, string>;

  private constructor(
    library: ParquetReading,
    source: Source,
    decompressors: Readonly<Record<string, Decompressor>>,
    metadata: FileMetaData,
    { time = ownColumns.time, metric = ownColumns.metric, value = ownColumns.value }: ParquetColumns,
  ) {
    this.#library = library;
    this.#source = source;
    this.#decompressors = decompressors;
    this.#metadata = metadata;
    this.#columns = { time, metric, value };
    const names = columnNames(metadata);
    for (const column of [time, metric, value]) {
      if (names.includes(column)) continue;
      throw invalidInput(`There is no column ${column}; there are: ${names.join(', ').slice(0, 500)}`, { column });
    }
    const renamed = labelsOfColumns(metadata.key_value_metadata?.find(({ key }) => key === labelsKey)?.value);
    const others = names.filter((name) => name !== time && name !== metric && name !== value);
    this.#labels = new Map(others.map((name) => [name, renamed.get(name) ?? name]));
  }

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when it is no Parquet file, or one without the columns of samples. */
  static async open(
    library: ParquetReading,
    from: ParquetSource,
    decompressors: Readonly<Record<string, Decompressor>>,
    columns: ParquetColumns = {},
  ): Promise<ParquetFile> {
    const source = new Source(from);
    if (source.byteLength < 12) throw invalidInput(`${source.byteLength} bytes are no Parquet file`);
    const metadata = await source.tried("The file's own description", () =>
      library.parquetMetadataAsync(source, { geoparquet: false }),
    );
    return new ParquetFile(library, source, decompressors, metadata, columns);
  }

  /** How many row groups it has. */
  get groups(): number {
    return this.#metadata.row_groups.length;
  }

  /** Bytes of the file up to the end of a row group, about. */
  bytesUpTo(group: number): number {
    return Math.round((this.#source.byteLength * (group + 1)) / this.groups);
  }

  /**
   * The samples of a row group.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is damaged, NOVA_MONITORING_QUOTA when it is too large,
   * NOVA_MONITORING_UNSUPPORTED when nobody can inflate it.
   */
  async read(group: number, signal: AbortSignal): Promise<SampleRows> {
    const rows = Number(this.#metadata.row_groups[group]?.num_rows);
    if (!Number.isSafeInteger(rows) || rows < 0) throw invalidInput(`It is said to have ${rows} rows`);
    const names = [...Object.values(this.#columns), ...this.#labels.keys()];
    if (rows * names.length > mostFields) {
      const message = `A row group of ${rows} rows and ${names.length} columns is too large: write the file with smaller ones`;
      throw new MonitoringError({ kind: 'quota', message, details: { limit: mostFields } });
    }
    const samples = new SampleRows(rows);
    for (const name of names) {
      signal.throwIfAborted();
      const take = this.#taker(samples, name);
      try {
        await this.#readColumn(group, name, rows, take);
      } catch (error) {
        if (!NovaError.isInstance(error) || error.kind !== 'invalid') throw error;
        throw invalidInput(`Column ${name}: ${error.message}`, { ...error.details, column: name });
      }
    }
    return samples;
  }

  #taker(samples: SampleRows, name: string): (data: ArrayLike<unknown>, row: number) => void {
    const { time, metric, value } = this.#columns;
    if (name === time) return (data, row) => samples.takeTimes(data, row);
    if (name === value) return (data, row) => samples.takeValues(data, row);
    if (name === metric) return (data, row) => samples.takeMetrics(data, row);
    const column = samples.addLabel(this.#labels.get(name) as string);
    return (data, row) => samples.takeLabels(column, data, row);
  }

  async #readColumn(
    group: number,
    name: string,
    rows: number,
    take: (data: ArrayLike<unknown>, row: number) => void,
  ): Promise<void> {
    if (rows === 0) return;
    const { schema, row_groups: groups } = this.#metadata;
    const chunk = groups[group]?.columns.find(({ meta_data: meta }) => meta?.path_in_schema[0] === name);
    const meta = chunk?.meta_data;
    if (chunk === undefined || meta === undefined || chunk.file_path)
      throw invalidInput('its values are not in this file');
    this.#checkCodec(meta.codec);
    const [start, end] = this.#rangeOf(meta);
    const bytes = new Uint8Array(await this.#source.slice(start, end));
    checkPages(bytes, rows, start);
    const file = {
      byteLength: this.#source.byteLength,
      slice(from: number, to: number = end): ArrayBuffer {
        if (from < start || to > end) throw new Error('it goes on elsewhere');
        return bytes.slice(from - start, to - start).buffer;
      },
    };
    // A file of this column and row group alone: else the library looks through all of them each time.
    const root = { ...(schema[0] as SchemaElement), num_children: 1 };
    const metadata: FileMetaData = {
      ...this.#metadata,
      schema: [root, schema.findLast((each) => each.name === name) as SchemaElement],
      row_groups: [{ ...(groups[group] as RowGroup), columns: [chunk] }],
    };
    let found = 0;
    const onChunk = ({ columnData, rowStart }: ColumnData): void => {
      const data = columnData.length > rows - rowStart ? columnData.slice(0, rows - rowStart) : columnData;
      take(data, rowStart);
      found += data.length;
    };
    await this.#source.tried('it', async () => {
      // What happens in `onChunk` is not told to who waits for the reading.
      const chunks: ColumnData[] = [];
      const reading = { file, metadata, columns: [name], rowStart: 0, rowEnd: rows };
      const how = { parsers, compressors: this.#decompressors, geoparquet: false };
      await this.#library.parquetRead({ ...reading, ...how, onChunk: (each) => chunks.push(each) });
      chunks.forEach(onChunk);
    });
    if (found !== rows) throw invalidInput(`it has ${found} values, not ${rows}`);
  }

  #checkCodec(codec: string): void {
    if (codec === 'UNCOMPRESSED' || codec === 'SNAPPY' || Object.hasOwn(this.#decompressors, codec)) return;
    const message = `The file is compressed with ${codec}: give a decompressor for it, or write it with Snappy`;
    throw new MonitoringError({ kind: 'unsupported', message, details: { codec } });
  }

  #rangeOf({
    dictionary_page_offset: dictionary,
    data_page_offset: data,
    total_compressed_size: size,
  }: ColumnMetaData) {
    const start = Number(dictionary || data);
    const bytes = Number(size);
    const end = start + bytes;
    if (!(start >= 4 && bytes > 0 && end <= this.#source.byteLength - 8)) {
      throw invalidInput(`bytes ${start} to ${end} are not in the file, or none of its values`, { offset: start });
    }
    if (bytes > mostColumnBytes) {
      const message = `A column of ${bytes} bytes in a row group is too large: write the file with smaller ones`;
      throw new MonitoringError({ kind: 'quota', message, details: { limit: mostColumnBytes } });
    }
    return [start, end] as const;
  }
}

/** The columns of a file, in which nothing is nested. */
function columnNames({ schema }: FileMetaData): string[] {
  const columns = schema.slice(1);
  const nested = columns.find(({ num_children: children, repetition_type: kind }) => children || kind === 'REPEATED');
  if (nested !== undefined) {
    throw invalidInput(`Column ${nested.name} holds more than one value a row: write a column of text for each label`, {
      column: nested.name,
    });
  }
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw invalidInput(`There are two columns ${twice}`, { column: twice });
  return names;
}

/** The nearest millisecond. A number holds no nanoseconds of these times: only the rest may become one. */
function millisecondsOf(time: bigint, perMillisecond: bigint): number {
  const whole = time / perMillisecond;
  return Number(whole) + Math.round(Number(time - whole * perMillisecond) / Number(perMillisecond));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Times as whole milliseconds, and text that must be UTF-8. */
const parsers = {
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: (time: bigint): number => millisecondsOf(time, 1_000n),
  timestampFromNanoseconds: (time: bigint): number => millisecondsOf(time, 1_000_000n),
  dateFromDays: (days: number): number => days * 86_400_000,
  stringFromBytes: (bytes: Uint8Array): string => utf8.decode(bytes),
};
