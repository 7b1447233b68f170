import { mkdtempSync, openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NovaError, Series } from '@novacron/core';
import {
  exportParquet,
  importParquet,
  memoryStore,
  type MetricStore,
  type ParquetProgress,
} from '@novacron/monitoring';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadParquetReading, loadParquetWriting } from '../../src/transfer/parquet-libraries.ts';
import { bitsOf } from '../codec/bits.ts';
import { parquetBytes } from './texts.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'ü', '"', '\\', ',', '\n', ' ', '😀', '\0'), maxLength: 8 });
const series = fc.record({
  metric: fc.constantFrom('up', 'cpu_seconds_total', 'vm.cpu'),
  labels: fc.dictionary(
    fc.constantFrom('vm', 'zone', 'value', 'metric', 'time', 'label_value', 'label_label_value', 'constructor'),
    text,
    { maxKeys: 4 },
  ),
  times: fc.uniqueArray(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 20 }),
  bits: fc.array(fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 2n ** 63n)), {
    minLength: 20,
    maxLength: 20,
  }),
});

async function filled(
  all: readonly { metric: string; labels: Record<string, string>; times: number[]; bits: bigint[] }[],
) {
  const store = memoryStore();
  for (const { metric, labels, times, bits } of all) {
    const named = Object.fromEntries(Object.entries(labels).filter(([, each]) => each !== ''));
    const [ref] = await store.register([{ metric, labels: named }]);
    const timesMs = Float64Array.from(times.toSorted((a, b) => a - b));
    const values = new Float64Array(BigUint64Array.from(bits.slice(0, times.length)).buffer);
    await store.appendBatch({ refs: new Uint32Array(times.length).fill(ref as number), timesMs, values });
  }
  return store;
}

/** A store of some machines' samples. */
async function machines(count: number, rounds: number): Promise<MetricStore> {
  const store = memoryStore();
  const refs = await store.register(
    Array.from({ length: count }, (_, i) => ({ metric: `m_${i % 3}`, labels: { vm: `vm-${i}`, zone: 'eu' } })),
  );
  for (let round = 0; round < rounds; round++) {
    const timesMs = new Float64Array(count).fill(1.76e12 + round * 15_000);
    await store.appendBatch({ refs, timesMs, values: Float64Array.from(refs, (_, i) => round * i) });
  }
  return store;
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

function plain(stored: readonly Series[]): unknown[] {
  return stored.map(({ metric, labels, timesMs, values }) => [metric, { ...labels }, bitsOf(timesMs), bitsOf(values)]);
}

describe('Parquet', () => {
  it('comes back bit by bit, in row groups of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(series, { maxLength: 6 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        async (all, rowGroupSamples, batchSamples) => {
          await using store = await filled(all);
          const { samples } = await store.stats();
          const file = await parquetBytes(store, { rowGroupSamples, maxSamples: 7 });
          expect(parquetMetadata(file).row_groups).toHaveLength(Math.ceil(samples / rowGroupSamples));
          await using copy = memoryStore({ outOfOrderMs: Infinity });
          expect(await importParquet(copy, file, { batchSamples })).toEqual({ appended: samples, rejected: [] });
          expect(plain(await copy.select())).toEqual(plain(await store.select()));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps every bit in many row groups, when all code is as fast as it gets', async () => {
    await using store = memoryStore();
    const [ref] = await store.register([{ metric: 'm', labels: {} }]);
    const stale = 0x7ff0_0000_0000_0002n;
    const length = 60_000;
    const bits = BigUint64Array.from({ length }, (_, i) => (i % 3 === 0 ? stale : i % 3 === 1 ? 2n ** 63n : BigInt(i)));
    const values = new Float64Array(bits.buffer);
    const timesMs = Float64Array.from({ length }, (_, i) => i * 1_000);
    await store.appendBatch({ refs: new Uint32Array(length).fill(ref as number), timesMs, values });
    await using copy = memoryStore();
    await importParquet(copy, await parquetBytes(store, { rowGroupSamples: 5_000 }));
    const [found] = await copy.select();
    expect(bitsOf((found as Series).values)).toEqual([...bits]);
  });

  it('is what was asked for, and tells how far it is', async () => {
    await using store = await machines(6, 10);
    const heard: ParquetProgress[] = [];
    const query = { metric: 'm_1', labels: { zone: 'eu' }, fromMs: 1.76e12 + 30_000, toMs: 1.76e12 + 90_000 };
    const file = await parquetBytes(store, {
      ...query,
      rowGroupSamples: 3,
      onProgress: (progress) => heard.push(progress),
    });
    const rows = await parquetReadObjects({ file: file.buffer });
    const selected = await store.select(query);
    expect(rows).toEqual(
      selected.flatMap(({ metric, labels, timesMs, values }) =>
        Array.from(values, (value, i) => ({ time: new Date(timesMs[i] as number), metric, value, ...labels })),
      ),
    );
    expect(heard.map(({ samples }) => samples)).toEqual([3, 6, 8]);
    expect(heard.at(-1)?.bytes).toBe(file.length);
    heard.length = 0;
    await using copy = memoryStore();
    await importParquet(copy, file, { batchSamples: 2, onProgress: (progress) => heard.push(progress) });
    expect(heard.map(({ samples }) => samples)).toEqual([2, 3, 5, 6, 8]);
    expect(heard.at(-1)?.bytes).toBe(file.length);
  });

  it('of nothing is a file of no rows', async () => {
    await using store = memoryStore();
    const file = await parquetBytes(store);
    expect(parquetMetadata(file)).toMatchObject({ num_rows: 0n, row_groups: [] });
    expect(await importParquet(store, file)).toEqual({ appended: 0, rejected: [] });
  });

  it('is read from a file on disk, from bytes, and from whatever reads parts of them', async () => {
    await using store = await machines(5, 20);
    const path = join(mkdtempSync(join(tmpdir(), 'parquet-')), 'metrics.parquet');
    await writeFile(path, exportParquet(store, { rowGroupSamples: 30 }));
    const file = await openAsBlob(path);
    const bytes = new Uint8Array(await file.arrayBuffer());
    let asked = 0;
    const remote = {
      byteLength: bytes.length,
      slice: async (start: number, end: number): Promise<ArrayBuffer> => {
        asked++;
        return bytes.slice(start, end).buffer;
      },
    };
    const offset = new Uint8Array(bytes.length + 3);
    offset.set(bytes, 3);
    for (const source of [file, bytes, bytes.buffer, offset.subarray(3), Buffer.from(bytes), remote]) {
      await using copy = memoryStore();
      expect(await importParquet(copy, source)).toEqual({ appended: 100, rejected: [] });
      expect(plain(await copy.select())).toEqual(plain(await store.select()));
    }
    expect(asked).toBeGreaterThan(4);
  });

  it('counts what a store does not take, so that an import can be run again', async () => {
    await using store = await machines(2, 10);
    const file = await parquetBytes(store);
    expect(await importParquet(store, file)).toMatchObject({ appended: 0 });
    expect((await store.stats()).samples).toBe(20);
  });

  it('rounds times to the millisecond, and says which are no dates', async () => {
    await using store = memoryStore();
    await store.append([{ metric: 'm', labels: {}, timeMs: 10.4, value: 1 }]);
    const [row] = await parquetReadObjects({ file: (await parquetBytes(store)).buffer });
    expect(row?.['time']).toEqual(new Date(10));
    await store.append([{ metric: 'm', labels: {}, timeMs: 1e300, value: 1 }]);
    await expect(parquetBytes(store)).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
  });

  it('is stopped by a signal, on its way out and in', async () => {
    await using store = await machines(10, 100);
    const controller = new AbortController();
    const pieces = exportParquet(store, { rowGroupSamples: 100, signal: controller.signal });
    await pieces.next();
    controller.abort();
    await expect(pieces.next()).rejects.toMatchObject({ code: 'NOVA_CORE_ABORTED' });
    await expect(parquetBytes(store, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'NOVA_CORE_ABORTED',
    });

    const file = await parquetBytes(store, { rowGroupSamples: 100 });
    await using copy = memoryStore();
    const stopping = new AbortController();
    const onProgress = ({ samples }: ParquetProgress): void => {
      if (samples === 200) stopping.abort();
    };
    const options = { signal: stopping.signal, batchSamples: 50, onProgress };
    await expect(importParquet(copy, file, options)).rejects.toMatchObject({ code: 'NOVA_CORE_ABORTED' });
    expect((await copy.stats()).samples).toBe(200);
    const never = { byteLength: 1_000, slice: () => new Promise<ArrayBuffer>(() => {}) };
    await expect(importParquet(copy, never, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'NOVA_CORE_TIMEOUT' });
  });

  it('takes as much memory as a row group, however much there is', { timeout: 60_000 }, async () => {
    await using store = await machines(100, 3_000);
    let most = 0;
    let bytes = 0;
    let pieces = 0;
    const collectGarbage = garbageCollector();
    collectGarbage();
    const before = process.memoryUsage();
    for await (const piece of exportParquet(store, { rowGroupSamples: 10_000, maxSamples: 20_000 })) {
      bytes += piece.length;
      expect(piece.length).toBeLessThan(300_000);
      if (++pieces % 6 !== 0) continue;
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      most = Math.max(most, heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers);
    }
    expect(pieces).toBe(31);
    expect(bytes).toBeGreaterThan(250_000);
    expect(most).toBeLessThan(10 * 2 ** 20); // 300,000 samples are 20 MiB as rows of text and numbers
  });

  it('says what to install when the libraries are not there', async () => {
    const gone = (): Promise<never> => Promise.reject(new Error("Cannot find package 'hyparquet'"));
    for (const loading of [loadParquetReading(gone), loadParquetWriting(gone)]) {
      await expect(loading).rejects.toMatchObject({
        code: 'NOVA_MONITORING_UNSUPPORTED',
        message: expect.stringContaining('npm install hyparquet hyparquet-writer'),
      });
    }
  });

  it('refuses options and sources that make no sense', async () => {
    await using store = memoryStore();
    const invalid = { code: 'NOVA_MONITORING_INVALID' };
    for (const rowGroupSamples of [0, -1, 1.5, Number.NaN, 1e9]) {
      await expect(parquetBytes(store, { rowGroupSamples })).rejects.toMatchObject(invalid);
    }
    const file = await parquetBytes(store);
    for (const batchSamples of [0, 0.5, Infinity]) {
      await expect(importParquet(store, file, { batchSamples })).rejects.toMatchObject(invalid);
    }
    for (const source of [undefined, null, 7, 'metrics.parquet', {}, { byteLength: 9 }]) {
      await expect(importParquet(store, source as never)).rejects.toMatchObject(invalid);
    }
    const broken = new Error('the disk is on fire');
    const onFire = { byteLength: 1_000, slice: () => Promise.reject(broken) };
    const failed = await importParquet(store, onFire).catch((error: unknown) => error);
    expect([failed, (failed as NovaError).cause]).toContain(broken);
  });
});
