import * as zlib from 'node:zlib';
import { float32, float64, int64, tableFromArrays, tableFromIPC, tableToIPC, timestamp, utf8 } from '@uwdata/flechette';
import { importParquet, memoryStore } from '@novacron/monitoring';
import * as arrow from 'parquet-wasm'; // Apache Arrow's Rust library, from which Polars and DataFusion come
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { bitsOf } from '../codec/bits.ts';
import { parquetBytes } from './texts.ts';

type Columns = Parameters<typeof tableFromArrays>[0];
type Types = NonNullable<Parameters<typeof tableFromArrays>[1]>['types'];

/** A file as others write it. */
function writtenByArrow(columns: Columns, types: Types, compression: number = arrow.Compression.SNAPPY): Uint8Array {
  const ipc = tableToIPC(tableFromArrays(columns, types === undefined ? {} : { types }), { format: 'stream' });
  const properties = new arrow.WriterPropertiesBuilder().setCompression(compression).build();
  return arrow.writeParquet(arrow.Table.fromIPCStream(ipc as Uint8Array), properties);
}

const timesMs = [1_760_000_000_000, 1_760_000_015_000, 1_760_000_030_000];
const samples = { time: timesMs, metric: ['up', 'up', 'down'], value: [1, 0.5, -2], vm: ['web-1', 'web-1', null] };
const types = { time: timestamp(1, 'UTC'), metric: utf8(), value: float64(), vm: utf8() };

async function imported(...[source, options]: [Uint8Array, Parameters<typeof importParquet>[2]?]) {
  await using store = memoryStore();
  const { appended } = await importParquet(store, source, options);
  const series = (await store.select()).map(({ metric, labels, timesMs: times, values }) => ({
    metric,
    labels: { ...labels },
    timesMs: [...times],
    values: [...values],
  }));
  return { appended, series };
}

const expected = {
  appended: 3,
  series: [
    { metric: 'down', labels: {}, timesMs: [1_760_000_030_000], values: [-2] },
    { metric: 'up', labels: { vm: 'web-1' }, timesMs: [1_760_000_000_000, 1_760_000_015_000], values: [1, 0.5] },
  ],
};

const five = <T>(value: T): T[] => Array.from({ length: 5 }, () => value);

describe('Parquet of others', () => {
  it('reads an export: types, nulls, text, every bit of the values', async () => {
    await using store = memoryStore();
    const bits = [0x7ff0_0000_0000_0002n, 2n ** 63n, 0x7ff8_0000_0000_0123n, 1n, 0x3ff8_0000_0000_0000n];
    const [ref] = await store.register([{ metric: 'vm.cpu', labels: { vm: 'wéb "1"\n😀', value: 'x' } }]);
    await store.appendBatch({
      refs: new Uint32Array(5).fill(ref as number),
      timesMs: Float64Array.from([-1, 0, 1, 1_760_000_000_000, 1_760_000_015_000]),
      values: new Float64Array(BigUint64Array.from(bits).buffer),
    });
    await store.append([{ metric: 'up', labels: { zone: 'eu' }, timeMs: 5, value: 7 }]);
    const file = await parquetBytes(store, { rowGroupSamples: 4 });
    const table = tableFromIPC(arrow.readParquet(file).intoIPCStream(), { useDate: true });
    expect(table.schema.fields.map(({ name, type, nullable }) => ({ name, type, nullable }))).toEqual([
      { name: 'time', type: timestamp(1, 'UTC'), nullable: false },
      { name: 'metric', type: utf8(), nullable: false },
      { name: 'value', type: float64(), nullable: false },
      { name: 'label_value', type: utf8(), nullable: true },
      { name: 'vm', type: utf8(), nullable: true },
      { name: 'zone', type: utf8(), nullable: true },
    ]);
    expect(table.toColumns()).toMatchObject({
      time: [new Date(5), ...[-1, 0, 1, 1_760_000_000_000, 1_760_000_015_000].map((time) => new Date(time))],
      metric: ['up', ...five('vm.cpu')],
      label_value: [null, ...five('x')],
      vm: [null, ...five('wéb "1"\n😀')],
      zone: ['eu', ...five(null)],
    });
    const values = Float64Array.from(table.getChild('value').toArray() as Float64Array);
    expect(bitsOf(values).slice(1, 6).map(String).sort()).toEqual(bits.map(String).sort());
  });

  it.each(['UNCOMPRESSED', 'SNAPPY'] as const)('is read without options when it is %s', async (codec) => {
    expect(await imported(writtenByArrow(samples, types, arrow.Compression[codec]))).toEqual(expected);
  });

  it.each([
    ['GZIP', zlib.gunzipSync],
    ['BROTLI', zlib.brotliDecompressSync],
    ...('zstdDecompressSync' in zlib ? [['ZSTD', zlib.zstdDecompressSync] as const] : []), // from Node 22.15 on,
  ] as const)('is read with a decompressor when it is %s', async (codec, inflate) => {
    const file = writtenByArrow(samples, types, arrow.Compression[codec]);
    const decompressors = { [codec]: (packed: Uint8Array) => inflate(packed) };
    expect(await imported(file, { decompressors })).toEqual(expected);
    await expect(imported(file)).rejects.toMatchObject({
      code: 'NOVA_MONITORING_UNSUPPORTED',
      message: expect.stringContaining(codec),
    });
    const lying = { [codec]: () => new Uint8Array(3) };
    await expect(imported(file, { decompressors: lying })).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
  });

  it.each([
    ['microseconds', timestamp(2, 'UTC')],
    ['nanoseconds', timestamp(3)],
    ['whole milliseconds', int64()],
    ['milliseconds', float64()],
  ] as const)('has its times in %s', async (_, time) => {
    const stored = time.typeId === int64().typeId ? { ...samples, time: timesMs.map(BigInt) } : samples;
    expect(await imported(writtenByArrow(stored, { ...types, time }))).toEqual(expected);
  });

  it('may have other names, numbers as values and labels, and nulls for NaN', async () => {
    const columns = {
      at: timesMs,
      name: ['up', 'up', 'up'],
      cpu: [1, null, 3],
      core: [0, 0, 1],
      on: [true, true, false],
      empty: ['', null, ''],
    };
    const file = writtenByArrow(columns, {
      at: timestamp(1),
      cpu: float32(),
      core: int64(),
      name: utf8(),
      empty: utf8(),
    });
    const names = { time: 'at', metric: 'name', value: 'cpu' };
    expect(await imported(file, { columns: names })).toEqual({
      appended: 3,
      series: [
        { metric: 'up', labels: { core: '0', on: 'true' }, timesMs: timesMs.slice(0, 2), values: [1, Number.NaN] },
        { metric: 'up', labels: { core: '1', on: 'false' }, timesMs: timesMs.slice(2), values: [3] },
      ],
    });
    await expect(imported(file)).rejects.toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
      message: expect.stringContaining('There is no column time; there are: at, name, cpu, core, on, empty'),
    });
  });

  it.each([
    ['MILLIS', 1n, 1n, 0n],
    ['MICROS', 1_000n, 499n, 500n],
    ['NANOS', 1_000_000n, 499_999n, 500_000n],
  ] as const)('has times in %s, each of which is the nearest whole millisecond', async (unit, per, less, half) => {
    // As numbers, 30002, 45002 and 90006 would be a little beside themselves.
    const times = [-1_500, -1, 0, 1_700_000_030_002, 1_700_000_045_002, 1_700_000_090_006, 4_102_444_800_001];
    const file = (shift: bigint, type: object = {}): ArrayBuffer =>
      parquetWriteBuffer({
        schema: [
          { name: 'root', num_children: 3 },
          {
            name: 'time',
            type: 'INT64',
            repetition_type: 'REQUIRED',
            logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit },
            ...type,
          },
          { name: 'metric', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
          { name: 'value', type: 'DOUBLE', repetition_type: 'REQUIRED' },
        ],
        columnData: [
          { name: 'time', data: BigInt64Array.from(times, (time) => BigInt(time) * per + shift) },
          { name: 'metric', data: times.map(() => 'up') },
          { name: 'value', data: times },
        ],
      });
    const found = async (shift: bigint): Promise<number[]> => {
      const { series } = await imported(new Uint8Array(file(shift)));
      return series.flatMap(({ timesMs: each }) => each);
    };
    expect(await found(0n)).toEqual(times);
    if (unit === 'MILLIS') return;
    expect(await found(less)).toEqual(times);
    expect(await found(-less)).toEqual(times);
    expect(await found(half)).toEqual(times.map((time) => time + 1));
    await using store = memoryStore({ outOfOrderMs: Infinity });
    await store.append(times.map((timeMs) => ({ metric: 'up', labels: {}, timeMs, value: timeMs })));
    expect((await importParquet(store, file(0n))).appended).toBe(0); // it has them
  });

  it('has times with fractions, or as plain numbers', async () => {
    const { time: _time, ...others } = types;
    const times = timesMs.map((time) => time + 0.4);
    expect(await imported(writtenByArrow({ ...samples, time: times }, { ...others, time: float64() }))).toEqual(
      expected,
    );
    const whole = { ...samples, time: timesMs.map(BigInt) } as Columns;
    expect(await imported(writtenByArrow(whole, { ...others, time: int64() }))).toEqual(expected);
  });

  it('may have a label that objects do not take by assignment', async () => {
    const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
    const file = parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 4 },
        { name: 'time', type: 'INT64', repetition_type: 'REQUIRED' },
        { name: 'metric', ...text, repetition_type: 'REQUIRED' },
        { name: 'value', type: 'DOUBLE', repetition_type: 'REQUIRED' },
        { name: '__proto__', ...text, repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'time', data: [1n, 1n, 1n] },
        { name: 'metric', data: ['up', 'up', 'up'] },
        { name: 'value', data: [1, 2, 3] },
        { name: '__proto__', data: ['a', 'b', null] },
      ],
    });
    await using store = memoryStore();
    expect(await importParquet(store, file)).toEqual({ appended: 3, rejected: [] });
    expect(await store.labelValues('__proto__')).toEqual(['a', 'b']);
    expect((await store.stats()).series).toBe(3);
  });

  it('reads an export in which many columns of a row group have no value', async () => {
    await using store = memoryStore();
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const [i, name] of names.entries()) {
      await store.append([0, 1, 2].map((time) => ({ metric: 'm', labels: { [name]: name }, timeMs: time, value: i })));
    }
    await store.append([{ metric: 'bare', labels: {}, timeMs: 1, value: 9 }]);
    const file = await parquetBytes(store, { rowGroupSamples: 4 });
    const table = tableFromIPC(arrow.readParquet(file).intoIPCStream());
    for (const name of names) {
      const texts = Array.from(table.getChild(name).toArray() as (string | null)[]);
      expect(texts).toEqual([
        null,
        ...names.flatMap((each) => Array.from({ length: 3 }, () => (each === name ? each : null))),
      ]);
    }
  });

  it.each([
    ['time', { time: [1, null, 3].map((time) => time && timesMs[0]) }, { row: 1, column: 'time' }],
    ['metric', { metric: ['up', null, 'up'] }, { row: 1, column: 'metric' }],
    ['metric', { metric: ['up', 'up', 'no name'] }, { row: 2 }],
    ['value', { value: ['1', '2', 'three'] }, { row: 0, column: 'value' }],
    ['vm', { vm: [[1], [2], [3]] }, { column: 'vm' }],
  ])('says which row of column %s makes no sense: %j', async (name, columns, place) => {
    const { [name as 'vm']: _changed, ...rest } = types;
    const file = writtenByArrow({ ...samples, ...columns } as Columns, name === 'time' ? types : rest);
    await expect(imported(file)).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID', details: place });
  });
});
