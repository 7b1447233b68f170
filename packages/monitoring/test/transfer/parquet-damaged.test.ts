import { NovaError, seededRandom } from '@novacron/core';
import { importParquet, memoryStore } from '@novacron/monitoring';
import type { FileMetaData } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import { describe, expect, it } from 'vitest';
import { CompactThrift } from '../../src/transfer/compact-thrift.ts';
import { checkPages } from '../../src/transfer/parquet-pages.ts';
import { parquetBytes } from './texts.ts';

/** A file of three row groups. */
async function wholeFile(): Promise<Uint8Array<ArrayBuffer>> {
  await using store = memoryStore();
  for (let round = 0; round < 20; round++) {
    await store.append(
      [0, 1, 2].map((i) => ({
        metric: `m_${i}`,
        labels: { vm: `vm-${i}`, ...(i === 2 ? { zone: 'eu' } : {}) },
        timeMs: 1.76e12 + round * 15_000,
        value: round * i + Math.sin(i),
      })),
    );
  }
  return await parquetBytes(store, { rowGroupSamples: 25 });
}

/** What an import says, which must be a result or an error of the project's own. */
async function outcome(file: Uint8Array): Promise<NovaError | { readonly appended: number }> {
  await using store = memoryStore();
  try {
    return await importParquet(store, file);
  } catch (error) {
    expect(NovaError.isInstance(error), `${String(error)} ${(error as Error).stack}`).toBe(true);
    return error as NovaError;
  }
}

/** A file whose description of itself was changed after its rows were written. */
function lyingFile(change: (groups: FileMetaData['row_groups'], writer: ParquetWriter) => void): Uint8Array {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'root', num_children: 3 },
      { name: 'time', type: 'INT64', repetition_type: 'REQUIRED' },
      { name: 'metric', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'value', type: 'DOUBLE', repetition_type: 'REQUIRED' },
    ],
  });
  const time = Array.from({ length: 100 }, (_, i) => BigInt(i));
  const columns = { time, metric: time.map(() => 'up'), value: time.map(Number) };
  void writer.write({ columnData: Object.entries(columns).map(([name, data]) => ({ name, data })) });
  change(writer.row_groups, writer);
  void writer.finish();
  return new Uint8Array(bytes.getBuffer());
}

type Chunk = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>;
const firstColumn = (groups: FileMetaData['row_groups']): Chunk => groups[0]?.columns[0]?.meta_data as Chunk;

/** A number of Thrift's: its bits from below, 7 to a byte, of which the lowest says whether it is negative. */
function number(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value * 2; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
  }
  return bytes;
}

function double(value: number): number[] {
  return [...new Uint8Array(new Float64Array([value]).buffer)];
}

const i32 = 0x15; // the next field, which is a number of 32 bits
const many = 3_000_000;

/** A header of an old data page of 5 bytes. */
function pageOf(values: readonly number[], type: readonly number[] = [i32, ...number(0)]): number[] {
  return [...type, i32, ...number(5), i32, ...number(5), 0x2c, ...values, i32, 0, i32, ...number(3), i32, 6, 0, 0];
}

/** A page header, and the bytes behind it. */
function page(header: object, behind = 0): Uint8Array {
  const writer = new ByteWriter();
  serializeTCompactProtocol(writer, header as never);
  writer.appendBytes(new Uint8Array(behind));
  return new Uint8Array(writer.getBuffer());
}

describe('a damaged Parquet file', () => {
  it('is told from a whole one, wherever it was cut off', async () => {
    const file = await wholeFile();
    expect(await outcome(file)).toEqual({ appended: 60, rejected: [] });
    for (let length = 0; length < file.length; length += 7) {
      expect(await outcome(file.subarray(0, length))).toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
    }
    expect(await outcome(new TextEncoder().encode('metric,time_ms,value\nup,1,1\n'))).toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
    });
  });

  it('never ends otherwise than with a result or an error that says where', { timeout: 120_000 }, async () => {
    const file = await wholeFile();
    const random = seededRandom(17);
    let failed = 0;
    for (let run = 0; run < 1_500; run++) {
      const damaged = file.slice();
      const changes = 1 + Math.floor(random() * 3);
      for (let i = 0; i < changes; i++) {
        damaged[Math.floor(random() * file.length)] = Math.floor(random() * 256);
      }
      const started = performance.now();
      const found = await outcome(damaged);
      expect(performance.now() - started).toBeLessThan(5_000);
      if (NovaError.isInstance(found)) failed++;
    }
    expect(failed).toBeGreaterThan(300);
  });

  it('says which row group and column, and how much was stored before', async () => {
    const file = await wholeFile();
    const { row_groups: groups } = (await import('hyparquet')).parquetMetadata(file);
    const offset = Number(groups[1]?.columns[2]?.meta_data?.data_page_offset);
    file.fill(0xff, offset, offset + 8);
    expect(await outcome(file)).toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
      message: expect.stringContaining(
        `Row group 1 can't be read. Column value: the page at byte ${offset} makes no sense`,
      ),
      details: { rowGroup: 1, column: 'value', offset, samples: 25 },
    });
  });
});

describe('a hostile Parquet file', () => {
  it.each<[string, (groups: FileMetaData['row_groups'], writer: ParquetWriter) => void]>([
    ['more rows than there are', (groups) => Object.assign(groups[0] as object, { num_rows: 101n })],
    ['far too many rows', (groups) => Object.assign(groups[0] as object, { num_rows: 2n ** 50n })],
    ['fewer rows than none', (groups) => Object.assign(groups[0] as object, { num_rows: -5n })],
    ['a column behind its end', (groups) => Object.assign(firstColumn(groups), { data_page_offset: 2n ** 40n })],
    ['a column before its beginning', (groups) => Object.assign(firstColumn(groups), { data_page_offset: -9n })],
    ['a column without end', (groups) => Object.assign(firstColumn(groups), { total_compressed_size: 2n ** 60n })],
    ['an empty column', (groups) => Object.assign(firstColumn(groups), { total_compressed_size: 0n })],
    ['another codec', (groups) => Object.assign(firstColumn(groups), { codec: 'LZO' })],
    [
      'values in another file',
      (groups) => Object.assign(groups[0]?.columns[0] as object, { file_path: '/etc/passwd' }),
    ],
    [
      'a column of another name',
      (groups) => Object.assign(firstColumn(groups), { path_in_schema: ['other'], statistics: undefined }),
    ],
    [
      'columns twice',
      (groups, { schema }) => {
        Object.assign(schema[1] as object, { name: 'value' });
        for (const { meta_data: meta } of groups[0]?.columns ?? []) delete meta?.statistics;
      },
    ],
    ['nested columns', (_, writer) => Object.assign(writer.schema[1] as object, { repetition_type: 'REPEATED' })],
  ])('that claims %s is refused at once', async (_, change) => {
    const file = lyingFile(change);
    const started = performance.now();
    expect(await outcome(file)).toMatchObject({
      code: expect.stringMatching(/^NOVA_MONITORING_(INVALID|QUOTA|UNSUPPORTED)$/),
    });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it.each([
    [
      'two thousand million values',
      {
        field_1: 3,
        field_2: 5,
        field_3: 5,
        field_8: { field_1: 2 ** 31 - 1, field_2: 0, field_3: 2 ** 31 - 1, field_4: 0, field_5: 0, field_6: 0 },
      },
    ],
    [
      'two thousand million values of the old kind',
      { field_1: 0, field_2: 5, field_3: 5, field_5: { field_1: 2 ** 31 - 1, field_2: 0, field_3: 3, field_4: 3 } },
    ],
    [
      'fewer values than none',
      { field_1: 0, field_2: 5, field_3: 5, field_5: { field_1: -1, field_2: 0, field_3: 3, field_4: 3 } },
    ],
    [
      'a dictionary of two thousand million entries',
      { field_1: 2, field_2: 5, field_3: 5, field_7: { field_1: 2 ** 31 - 1, field_2: 0 } },
    ],
    [
      'two thousand million bytes',
      { field_1: 0, field_2: 2 ** 31 - 1, field_3: 5, field_5: { field_1: 10, field_2: 0, field_3: 3, field_4: 3 } },
    ],
    [
      'to be longer than its column',
      { field_1: 0, field_2: 5, field_3: 500, field_5: { field_1: 10, field_2: 0, field_3: 3, field_4: 3 } },
    ],
    [
      'to be shorter than nothing',
      { field_1: 0, field_2: 5, field_3: -5, field_5: { field_1: 10, field_2: 0, field_3: 3, field_4: 3 } },
    ],
    [
      'levels longer than itself',
      {
        field_1: 3,
        field_2: 5,
        field_3: 5,
        field_8: { field_1: 10, field_2: 0, field_3: 10, field_4: 0, field_5: 900, field_6: 0 },
      },
    ],
    [
      'more nulls than values',
      {
        field_1: 3,
        field_2: 5,
        field_3: 5,
        field_8: { field_1: 10, field_2: 11, field_3: 10, field_4: 0, field_5: 0, field_6: 0 },
      },
    ],
    [
      'other rows than values',
      {
        field_1: 3,
        field_2: 5,
        field_3: 5,
        field_8: { field_1: 10, field_2: 0, field_3: 3, field_4: 0, field_5: 0, field_6: 0 },
      },
    ],
    ['nothing of itself', {}],
  ])('has a page that claims %s', (_, header) => {
    expect(() => checkPages(page(header, 5), 10, 1_000)).toThrow(
      expect.objectContaining({ code: 'NOVA_MONITORING_INVALID', details: { offset: 1_000 } }),
    );
  });

  it.each<[string, readonly number[], string]>([
    ['has values twice', pageOf([i32, ...number(10), 0x05, ...number(1), ...number(many)]), 'field 1 is there twice'],
    [
      'has values twice, once in halves',
      pageOf([i32, ...number(10), 0x07, ...number(1), ...double(many)]),
      'field 1 is there twice',
    ],
    ['counts values in halves', pageOf([0x17, ...double(many)]), 'field 1 is of the type 7'],
    ['counts values with 64 bits', pageOf([0x16, ...number(10)]), 'field 1 is of the type 6'],
    ['counts values in a text', pageOf([0x18, 1, 10]), 'field 1 is of the type 8'],
    ['has truth for a header', [i32, 0, i32, 10, i32, 10, 0x21, 0], 'field 5 is of the type 1'],
    ['is of a kind for which 32 bits are too few', pageOf([i32, 20], [i32, ...number(2 ** 32 + 3)]), 'too long'],
    [
      'is of a kind that takes seven bytes',
      pageOf([i32, 20], [i32, 0x86, 0x80, 0x80, 0x80, 0x80, 0x80, 0]),
      'too long',
    ],
    ['is of no kind', pageOf([i32, 20], [i32, ...number(4)]), 'it is of the kind 4'],
    ['has a field beyond all', pageOf([i32, 20, 0x05, ...number(2 ** 16 + 1), ...number(many)]), 'no field 65537'],
    ['has a field before all', pageOf([i32, 20, 0x05, 1, ...number(many)]), 'no field -1'],
  ])('has a page that %s', (_, head, reason) => {
    expect(() => checkPages(new Uint8Array([...head, 0, 0, 0, 0, 0]), 10, 1_000)).toThrow(
      expect.objectContaining({
        code: 'NOVA_MONITORING_INVALID',
        message: expect.stringContaining(reason),
        details: { offset: 1_000 },
      }),
    );
  });

  it('has pages behind the last that it should have', () => {
    const whole = [...pageOf([i32, ...number(10)]), 0, 0, 0, 0, 0];
    expect(() => checkPages(new Uint8Array(whole), 10, 0)).not.toThrow();
    const more = new Uint8Array([...whole, ...pageOf([i32, ...number(many)]), 0, 0, 0, 0, 0]);
    expect(() => checkPages(more, 10, 0)).toThrow('its column has more values than the 10 rows of the group');
  });

  it.each([
    ['twice', [i32, ...number(100), 0x07, ...number(1), ...double(many)]],
    ['in halves', [0x17, ...double(many)]],
  ])('that says %s how many values a page has does not get room for them', async (_, values) => {
    const file = lyingFile((groups, { writer }) => {
      const head = [i32, 0, i32, ...number(3), i32, ...number(3), 0x2c, ...values, i32, 16, i32, 6, i32, 6, 0, 0];
      const meta = groups[0]?.columns[1]?.meta_data as Chunk;
      const dictionary = new Uint8Array([
        ...page({ field_1: 2, field_2: 6, field_3: 6, field_7: { field_1: 1, field_2: 0 } }),
        2,
        0,
        0,
        0,
        117,
        112,
      ]);
      const start = writer.offset;
      const bytes = new Uint8Array([...dictionary, ...head, 0, 0, 0]);
      writer.appendBytes(bytes);
      Object.assign(meta, {
        codec: 'UNCOMPRESSED',
        dictionary_page_offset: BigInt(start),
        data_page_offset: BigInt(start + dictionary.length),
        total_compressed_size: BigInt(bytes.length),
      });
    });
    expect(await outcome(file)).toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
      details: { column: 'metric', rowGroup: 0, samples: 0 },
    });
  });

  it('has structs in structs without end, or no end at all', () => {
    const deep = new Uint8Array(1_000_000).fill(0x1c); // a struct, in whose first field is a struct
    const lists = new Uint8Array(1_000_000).fill(0x19);
    const long = new Uint8Array(30).fill(0xff);
    long[0] = 0x16; // a number
    const full = new Uint8Array([0x19, 0xf3, 0xff, 0xff, 0xff, 0xff, 0x07]); // a list of bytes
    const text = new Uint8Array([0x18, 0xff, 0xff, 0xff, 0xff, 0x07, 0]);
    for (const bytes of [deep, lists, long, full, text, new Uint8Array(0), new Uint8Array([0x1f])]) {
      const started = performance.now();
      expect(() => new CompactThrift(bytes, 0).struct()).toThrow(
        expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }),
      );
      expect(performance.now() - started).toBeLessThan(1_000);
    }
  });

  it('is passed over where a page says what nobody needs', () => {
    // Statistics, a checksum, booleans, a list of texts, and a double.
    const header = {
      field_1: 0,
      field_2: 5,
      field_3: 5,
      field_4: 123_456,
      field_5: {
        field_1: 10,
        field_2: 0,
        field_3: 3,
        field_4: 3,
        field_5: { field_3: 1n, field_5: new Uint8Array(300), field_7: true },
      },
      field_9: ['some', 'text'],
      field_10: [1, 2, 3],
      field_40: true,
      field_41: false,
    };
    expect(() => checkPages(page(header, 5), 10, 0)).not.toThrow();
    expect(() =>
      checkPages(
        new Uint8Array([...page({ field_1: 1, field_2: 5, field_3: 5, field_6: {} }, 5), ...page(header, 5)]),
        10,
        0,
      ),
    ).not.toThrow();
    expect(() => checkPages(page(header, 5), 11, 0)).toThrow('it has 10 values, not 11');
  });
});
