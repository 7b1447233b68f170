import { exportParquet, importParquet, memoryStore, type MetricStore } from '@novacron/monitoring';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { parquetBytes } from './texts.ts';

/** A store of one metric, with many labels of which each series has one, and samples without any. */
async function wide(labels: number, samples: number): Promise<MetricStore> {
  const store = memoryStore();
  await store.append(
    Array.from({ length: labels }, (_, i) => ({ metric: 'm', labels: { [`l${i}`]: `${i}` }, timeMs: i, value: i })),
  );
  const [ref] = await store.register([{ metric: 'm', labels: {} }]);
  await store.appendBatch({
    refs: new Uint32Array(samples).fill(ref as number),
    timesMs: Float64Array.from({ length: samples }, (_, i) => i),
    values: Float64Array.from({ length: samples }, (_, i) => i / 7),
  });
  return store;
}

/** A store of machines with labels of all kinds: few values, many values, and none. */
async function labelled(series: number, rounds: number): Promise<MetricStore> {
  const store = memoryStore();
  const refs = await store.register(
    Array.from({ length: series }, (_, i) => ({
      metric: 'm',
      labels: Object.fromEntries(
        Array.from({ length: 10 }, (__, label) => [`l${label}`, label < 5 ? `${i % (label + 2)}` : `id-${i}-${label}`]),
      ),
    })),
  );
  for (let round = 0; round < rounds; round++) {
    const timesMs = new Float64Array(series).fill(round * 15_000);
    await store.appendBatch({ refs, timesMs, values: Float64Array.from(refs, (_, i) => Math.sin(i + round)) });
  }
  return store;
}

const plain = async (store: MetricStore): Promise<unknown[]> =>
  (await store.select()).map(({ metric, labels, timesMs, values }) => [
    metric,
    { ...labels },
    [...timesMs],
    [...values],
  ]);

describe('an export as Parquet', () => {
  it('takes no series for another when a label comes that none had at the start', async () => {
    await using store = memoryStore();
    const [a, b] = [{ vm: '1' }, { vm: '1', disk: 'sda' }];
    await store.append([{ metric: 'a', labels: a, timeMs: 1_000, value: 1 }]);
    await store.append([{ metric: 'b', labels: a, timeMs: 1_000, value: 1 }]);
    const pieces = exportParquet(store, { rowGroupSamples: 1 });
    await pieces.next();
    await store.append([{ metric: 'b', labels: b, timeMs: 2_000, value: 99 }]);
    await expect(pieces.next()).rejects.toMatchObject({
      code: 'NOVA_MONITORING_CONFLICT',
      retryable: true,
      details: { metric: 'b', label: 'disk' },
    });
    await using copy = memoryStore();
    await importParquet(copy, await parquetBytes(store));
    expect(await plain(copy)).toEqual(await plain(store));
  });

  it.each([
    ['of labels that it knows', { disk: 'sdb' }, {}, 3],
    ['after the time up to which it goes', { late: 'yes' }, { toMs: 3_000 }, 2],
  ])('goes on when a series comes %s', async (_, labels, query, expected) => {
    await using store = memoryStore();
    const first = { metric: 'a', labels: { vm: '1', disk: 'sda' }, timeMs: 1_000, value: 1 };
    await store.append([first, { ...first, metric: 'b' }]);
    const pieces = [];
    for await (const piece of exportParquet(store, { rowGroupSamples: 1, ...query })) {
      pieces.push(piece);
      if (pieces.length === 1) await store.append([{ metric: 'b', labels, timeMs: 4_000, value: 2 }]);
    }
    expect(await parquetReadObjects({ file: await new Blob(pieces).arrayBuffer() })).toHaveLength(expected);
  });

  it(
    'has smaller row groups where there are many labels, so that an import takes each',
    { timeout: 60_000 },
    async () => {
      await using store = await wide(700, 12_000);
      const file = await parquetBytes(store, { rowGroupSamples: 1_000_000 });
      const { row_groups: groups } = parquetMetadata(file);
      for (const { columns, num_rows: rows } of groups) {
        expect(columns).toHaveLength(703);
        expect(Number(rows) * columns.length).toBeLessThanOrEqual(2 ** 22);
      }
      expect(groups.map(({ num_rows: rows }) => Number(rows))).toEqual([5_966, 5_966, 768]);
      await using copy = memoryStore();
      expect(await importParquet(copy, file)).toEqual({ appended: 12_700, rejected: [] });
      expect(await plain(copy)).toEqual(await plain(store));
    },
  );

  it('lists its row groups as readers expect them, however they were written', async () => {
    await using store = await wide(5, 40);
    const file = await parquetBytes(store, { rowGroupSamples: 20 });
    const { num_rows: rows, row_groups: groups } = parquetMetadata(file);
    expect(rows).toBe(45n);
    expect(groups.map((group) => group.num_rows)).toEqual([20n, 20n, 5n]);
    let end = 4;
    for (const { columns, total_byte_size: bytes, total_compressed_size: packed } of groups) {
      const metas = columns.map(({ meta_data: meta }) => meta);
      expect(metas.map((meta) => meta?.path_in_schema)).toEqual(
        ['time', 'metric', 'value', 'l0', 'l1', 'l2', 'l3', 'l4'].map((name) => [name]),
      );
      for (const meta of metas) {
        expect(Number(meta?.dictionary_page_offset ?? meta?.data_page_offset)).toBe(end);
        end += Number(meta?.total_compressed_size);
      }
      const sum = (sizes: (bigint | undefined)[]): bigint =>
        sizes.reduce((all: bigint, size) => all + (size ?? 0n), 0n);
      expect(packed).toBe(sum(metas.map((meta) => meta?.total_compressed_size)));
      expect(bytes).toBe(sum(metas.map((meta) => meta?.total_uncompressed_size)));
    }
  });

  it('goes metric by metric, and series by series in each stretch of time', async () => {
    await using store = memoryStore();
    for (let round = 0; round < 30; round++) {
      await store.append(
        ['a', 'b'].flatMap((vm) => [
          { metric: 'long', labels: { vm }, timeMs: 1.7e12 + round, value: round },
          ...(round < 10 ? [{ metric: 'short', labels: { vm }, timeMs: 1.7e12 + round, value: round }] : []),
        ]),
      );
    }
    const runsOf = async (maxSamples: number): Promise<string> => {
      const file = await parquetBytes(store, { maxSamples });
      const rows = await parquetReadObjects({ file: file.buffer });
      const names = rows.map((row) => `${String(row['metric'])}.${String(row['vm'])}`);
      return names.filter((name, i) => name !== names[i - 1]).join(' ');
    };
    expect(await runsOf(60)).toBe('long.a long.b short.a short.b');
    expect(await runsOf(40)).toMatch(/^(long\.a long\.b ){2,}short\.a short\.b$/);
  });

  it(
    'leaves turns to others while a row group is made, and stops in the middle of one',
    { timeout: 60_000 },
    async () => {
      await using store = await labelled(500, 100);
      const count = { turns: 0 };
      const pieces = exportParquet(store);
      const turning = setInterval(() => count.turns++, 0);
      const { value } = await pieces.next();
      clearInterval(turning);
      expect((value as Uint8Array).length).toBeGreaterThan(50_000);
      expect(count.turns).toBeGreaterThan(2);

      const controller = new AbortController();
      const stopped = exportParquet(store, { signal: controller.signal }).next();
      setTimeout(() => controller.abort(), 0);
      await expect(stopped).rejects.toMatchObject({ code: 'NOVA_CORE_ABORTED' });
    },
  );

  it.each([0, -1, Number.NaN, 0.5])('does not take %d samples at a time from the store', async (maxSamples) => {
    await using store = await wide(1, 3);
    await expect(parquetBytes(store, { maxSamples })).rejects.toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
      message: `maxSamples must be 1 or more, not ${maxSamples}`,
    });
    await expect(parquetBytes(store, { maxSamples: 1 })).resolves.toBeInstanceOf(Uint8Array);
    await expect(parquetBytes(store, { maxSamples: Infinity })).resolves.toBeInstanceOf(Uint8Array);
  });

  it('keeps labels of any name, and text as far as UTF-8 goes', async () => {
    await using store = memoryStore();
    const names = ['constructor', 'hasOwnProperty', 'toString', 'length', 'time', 'label_time'];
    for (const [i, name] of names.entries()) {
      await store.append([{ metric: 'm', labels: Object.fromEntries([[name, 'v']]), timeMs: 1_000 + i, value: i }]);
    }
    await store.append([{ metric: 'm', labels: { half: 'a\ud800b' }, timeMs: 1_000, value: 7 }]);
    await using copy = memoryStore();
    const file = await parquetBytes(store);
    expect(await importParquet(copy, file)).toEqual({ appended: names.length + 1, rejected: [] });
    const found = (await copy.select()).flatMap(({ labels }) => Object.entries(labels).map((label) => label.join('=')));
    expect(new Set(found)).toEqual(new Set([...names.map((name) => `${name}=v`), 'half=a\ufffdb']));
  });
});
