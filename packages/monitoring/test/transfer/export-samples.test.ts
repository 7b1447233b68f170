import { memoryStore, exportSamples, type MetricStore, type TransferProgress } from '@novacron/monitoring';
import { describe, expect, it } from 'vitest';
import { textOf } from './texts.ts';

async function smallStore(): Promise<MetricStore> {
  const store = memoryStore();
  await store.append([
    { metric: 'vm.up', labels: { vm: 'web-1' }, timeMs: 1_000, value: 1 },
    { metric: 'vm.up', labels: { vm: 'web-1' }, timeMs: 2_500, value: 0.1 },
    { metric: 'vm.up', labels: { vm: 'a "b", c', zone: 'x\ny' }, timeMs: 1_000, value: Infinity },
    { metric: 'vm.odd', labels: {}, timeMs: 1_000, value: -0 },
    { metric: 'vm.odd', labels: {}, timeMs: 2_000, value: Number.NaN },
  ]);
  return store;
}

describe('an export', () => {
  it('is lines of JSON as VictoriaMetrics has them', async () => {
    await using store = await smallStore();
    expect(await textOf(exportSamples(store))).toBe(
      [
        '{"metric":{"__name__":"vm.odd"},"values":[-0,null],"timestamps":[1000,2000]}\n',
        '{"metric":{"__name__":"vm.up","vm":"a \\"b\\", c","zone":"x\\ny"},"values":["Infinity"],"timestamps":[1000]}\n',
        '{"metric":{"__name__":"vm.up","vm":"web-1"},"values":[1,0.1],"timestamps":[1000,2500]}\n',
      ].join(''),
    );
  });

  it('takes no series of a table for another when a label comes that none had at the start', async () => {
    await using store = memoryStore();
    await store.append([{ metric: 'b', labels: { vm: '1' }, timeMs: 1_000, value: 1 }]);
    const pieces = exportSamples(store, { format: 'csv' });
    expect((await pieces.next()).value).toBe('metric,time_ms,value,vm\n');
    await store.append([{ metric: 'b', labels: { vm: '1', disk: 'sda' }, timeMs: 2_000, value: 99 }]);
    await expect(pieces.next()).rejects.toMatchObject({
      code: 'NOVA_MONITORING_CONFLICT',
      retryable: true,
      details: { label: 'disk' },
    });
    const lines = await textOf(exportSamples(store, { format: 'csv' }));
    expect(lines).toBe('metric,time_ms,value,disk,vm\nb,2000,99,sda,1\nb,1000,1,,1\n');
  });

  it.each([0, -1, Number.NaN])('refuses pieces of %s samples', async (maxSamples) => {
    await using store = await smallStore();
    const refused = textOf(exportSamples(store, { maxSamples }));
    await expect(refused).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
  });

  it('keeps a label that is called like a part of every object', async () => {
    await using store = memoryStore();
    const labels = Object.fromEntries([['__proto__', 'a']]);
    await store.append([{ metric: 'm', labels, timeMs: 1, value: 1 }]);
    expect(await textOf(exportSamples(store, { format: 'csv' }))).toBe('metric,time_ms,value,__proto__\nm,1,1,a\n');
  });

  it('is a table with a column for each label', async () => {
    await using store = await smallStore();
    expect(await textOf(exportSamples(store, { format: 'csv' }))).toBe(
      [
        'metric,time_ms,value,vm,zone\n',
        'vm.odd,1000,-0,,\nvm.odd,2000,NaN,,\n',
        'vm.up,1000,Infinity,"a ""b"", c","x\ny"\n',
        'vm.up,1000,1,web-1,\nvm.up,2500,0.1,web-1,\n',
      ].join(''),
    );
  });

  it('is an OpenMetrics page that ends as it must', async () => {
    await using store = await smallStore();
    expect(await textOf(exportSamples(store, { format: 'openmetrics' }))).toBe(
      [
        'vm_odd -0 1\nvm_odd NaN 2\n',
        'vm_up{vm="a \\"b\\", c",zone="x\\ny"} +Inf 1\n',
        'vm_up{vm="web-1"} 1 1\nvm_up{vm="web-1"} 0.1 2.5\n# EOF\n',
      ].join(''),
    );
  });

  it('holds what was asked for, from a first time on and before a last one', async () => {
    await using store = await smallStore();
    const query = { metric: 'vm.up', labels: { vm: 'web-1' }, fromMs: 1_000, toMs: 2_500, format: 'csv' } as const;
    expect(await textOf(exportSamples(store, query))).toBe('metric,time_ms,value,vm\nvm.up,1000,1,web-1\n');
  });

  it('is empty but for what the format asks when there is nothing', async () => {
    await using store = memoryStore();
    expect(await textOf(exportSamples(store))).toBe('');
    expect(await textOf(exportSamples(store, { format: 'csv' }))).toBe('metric,time_ms,value\n');
    expect(await textOf(exportSamples(store, { format: 'openmetrics' }))).toBe('# EOF\n');
  });

  it('comes in pieces of few samples, oldest first, and tells how far it is', async () => {
    await using store = memoryStore();
    const [ref = 0] = await store.register([{ metric: 'm', labels: {} }]);
    const timesMs = Float64Array.from({ length: 10_000 }, (_, i) => 1.7e12 + i * 1_000);
    await store.appendBatch({ refs: new Uint32Array(10_000).fill(ref), timesMs, values: timesMs });
    const heard: TransferProgress[] = [];
    const pieces: string[] = [];
    const options = {
      format: 'csv',
      maxSamples: 1_000,
      onProgress: (progress: TransferProgress) => heard.push(progress),
    } as const;
    for await (const piece of exportSamples(store, options)) pieces.push(piece);
    expect(Math.max(...pieces.map((piece) => piece.split('\n').length - 1))).toBeLessThanOrEqual(1_000);
    const times = pieces
      .join('')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[1]));
    expect(times).toEqual([...timesMs]);
    expect(heard.at(-1)).toEqual({ samples: 10_000, characters: pieces.join('').length });
  });

  it('does not look for a part of one moment that is too big', async () => {
    await using store = memoryStore();
    await store.append(
      Array.from({ length: 50 }, (_, i) => ({ metric: 'm', labels: { i: `${i}` }, timeMs: 5, value: i })),
    );
    expect((await textOf(exportSamples(store, { maxSamples: 10 }))).split('\n')).toHaveLength(51);
  });

  it('ends when it is aborted, and refuses what it does not know', async () => {
    await using store = await smallStore();
    const stop = new AbortController();
    const pieces = exportSamples(store, { signal: stop.signal });
    await pieces.next();
    stop.abort();
    await expect(pieces.next()).rejects.toMatchObject({ kind: 'aborted' });
    await expect(exportSamples(store, { format: 'parquet' as never }).next()).rejects.toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
    });
  });
});
