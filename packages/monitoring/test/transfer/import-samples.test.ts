import type { Series } from '@novacron/core';
import {
  exportSamples,
  importSamples,
  memoryStore,
  type TransferFormat,
  type TransferProgress,
} from '@novacron/monitoring';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf } from './texts.ts';

const formats = ['jsonl', 'csv', 'openmetrics'] as const;

const text = fc.string({
  unit: fc.constantFrom('a', 'ü', '"', '\\', ',', '\n', '\r', ' ', '{', '}', '=', '#', '😀'),
  maxLength: 8,
});
const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, Infinity, -Infinity, Number.NaN, 5e-324));
const series = fc.record({
  metric: fc.constantFrom('up', 'cpu_seconds_total', 'x:y'),
  labels: fc.dictionary(fc.constantFrom('vm', 'zone', 'value', 'metric'), text, { maxKeys: 3 }),
  times: fc.uniqueArray(fc.nat(10_000), { minLength: 1, maxLength: 20 }),
  values: fc.array(value, { minLength: 20, maxLength: 20 }),
});

/** Series as they can be compared: a NaN is a NaN, and labels without a value are none. */
function plain(stored: readonly Series[]): unknown[] {
  return stored.map(({ metric, labels, timesMs, values }) => ({ metric, labels: { ...labels }, timesMs, values }));
}

describe('an import', () => {
  it.each(formats)('of what was exported as %s is the same again, in pieces of any size', async (format) => {
    const property = fc.asyncProperty(
      fc.array(series, { maxLength: 5 }),
      fc.integer({ min: 1, max: 40 }),
      async (all, size) => {
        await using store = memoryStore();
        for (const { metric, labels, times, values } of all) {
          const named = Object.fromEntries(Object.entries(labels).filter(([, each]) => each !== ''));
          const sorted = times.toSorted((a, b) => a - b);
          await store.append(
            sorted.map((timeMs, i) => ({ metric, labels: named, timeMs, value: values[i] as number })),
          );
        }
        const bytes = new TextEncoder().encode(await textOf(exportSamples(store, { format, maxSamples: 7 })));
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        await using copy = memoryStore({ outOfOrderMs: Infinity });
        const { samples } = await store.stats();
        expect(await importSamples(copy, pieces, { format, batchSamples: 10 })).toEqual({
          appended: samples,
          rejected: [],
        });
        expect(plain(await copy.select())).toEqual(plain(await store.select()));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('can be run again after it broke off: what is there is counted, not stored twice', async () => {
    await using store = memoryStore();
    const lines = '{"metric":{"__name__":"m"},"values":[1,2],"timestamps":[10,20]}\n';
    await importSamples(store, [lines]);
    expect(await importSamples(store, [lines], { format: 'jsonl' })).toMatchObject({ appended: 0 });
    expect((await store.stats()).samples).toBe(2);
  });

  it('tells how far it is', async () => {
    await using store = memoryStore();
    const heard: TransferProgress[] = [];
    const lines = Array.from({ length: 30 }, (_, i) => `m,${i},1\n`);
    const source = ['metric,time_ms,value\n', ...lines];
    await importSamples(store, source, {
      format: 'csv',
      batchSamples: 10,
      onProgress: (progress) => heard.push(progress),
    });
    expect(heard.map(({ samples }) => samples)).toEqual([10, 20, 30]);
    expect(heard.at(-1)?.characters).toBe(source.join('').length);
  });

  const wrong: readonly (readonly [TransferFormat, string, number])[] = [
    ['jsonl', '{"metric":{"__name__":"m"},"values":[1],"timestamps":[10]}\nnonsense\n', 2],
    ['jsonl', '{"metric":{"__name__":"m"},"values":[1,2],"timestamps":[10]}\n', 1],
    ['jsonl', '{"metric":{"__name__":"m"},"values":["x"],"timestamps":[10]}\n', 1],
    ['jsonl', '{"metric":{"__name__":"m"},"values":[1],"timestamps":[null]}\n', 1],
    ['jsonl', '{"metric":{"vm":"m"},"values":[1],"timestamps":[10]}\n', 1],
    ['jsonl', '{"metric":{"__name__":"m","vm":7},"values":[1],"timestamps":[10]}\n', 1],
    ['jsonl', '\n\nnull', 3],
    ['csv', 'time,value\n', 1],
    ['csv', 'metric,time_ms,value,no label\n', 1],
    ['csv', 'metric,time_ms,value,vm\nm,10,1\n', 2],
    ['csv', 'metric,time_ms,value\nm,10,\n', 2],
    ['csv', 'metric,time_ms,value\nm,Infinity,1\n', 2],
    ['csv', 'metric,time_ms,value\nm,10,1\nm,20,one\n', 3],
    ['csv', 'metric,time_ms,value,vm\nm,10,1,a"b"c\n', 2],
    ['csv', 'metric,time_ms,value,vm\nm,10,1,"a\n', 2],
    ['openmetrics', 'm 1 1\nm{ 1 1\n# EOF\n', 2],
    ['openmetrics', 'm 1\n# EOF\n', 1],
    ['openmetrics', 'm 1 1\n', 1],
    ['openmetrics', 'm 1 1\n# EOF\nm 1 2\n', 3],
  ];
  it.each(wrong)('of %s that makes no sense says where: %j', async (format, source, line) => {
    await using store = memoryStore();
    await expect(importSamples(store, [source], { format })).rejects.toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
      details: { line },
    });
  });

  it('keeps what it read before a line that makes no sense, and says how much that is', async () => {
    await using store = memoryStore();
    const lines = ['metric,time_ms,value\n', 'm,1,1\n', 'm,2,1\n', 'm,3\n', 'm,4,1\n'];
    const details = { line: 4, samples: 2 };
    await expect(importSamples(store, lines, { format: 'csv' })).rejects.toMatchObject({ details });
    expect((await store.stats()).samples).toBe(2);
  });

  it('refuses bytes that are no text, and an unknown format', async () => {
    await using store = memoryStore();
    const invalid = { code: 'NOVA_MONITORING_INVALID' };
    await expect(importSamples(store, [Uint8Array.of(0xff, 0xfe, 10)])).rejects.toMatchObject(invalid);
    await expect(importSamples(store, [Uint8Array.of(0x7b, 0xc3)])).rejects.toMatchObject(invalid);
    await expect(importSamples(store, [], { format: 'xml' as never })).rejects.toMatchObject(invalid);
  });

  it('ends at once when it is aborted or its time is up, though its source hangs', async () => {
    await using store = memoryStore();
    async function* hanging(): AsyncGenerator<string> {
      yield '{"metric":{"__name__":"m"},"values":[1],"timestamps":[10]}\n';
      await new Promise(() => {});
    }
    const stop = new AbortController();
    const importing = importSamples(store, hanging(), { signal: stop.signal });
    setTimeout(() => stop.abort(), 5);
    await expect(importing).rejects.toMatchObject({ kind: 'aborted' });
    await expect(importSamples(store, hanging(), { timeoutMs: 5 })).rejects.toMatchObject({ kind: 'timeout' });
  });
});
