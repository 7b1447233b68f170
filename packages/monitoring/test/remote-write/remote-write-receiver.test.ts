import { systemClock } from '@novacron/core';
import { memoryStore, type MetricStore } from '@novacron/monitoring';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ExemplarBuffer } from '../../src/metadata/exemplar-buffer.ts';
import { MetadataIndex } from '../../src/metadata/metric-metadata.ts';
import { encodeLabels, encodeWriteRequestV1 } from '../../src/remote-write/encode-v1.ts';
import { RemoteWriteReceiver } from '../../src/remote-write/remote-write-receiver.ts';
import { floatBits } from '../../src/store/float-bits.ts';
import { compressSnappy } from '../../src/wire/compress-snappy.ts';
import { ProtoWriter } from '../../src/wire/proto-writer.ts';
import { requestV1, requestV2, series } from './requests.ts';

let store: MetricStore;
let receiver: RemoteWriteReceiver;
const metadata = new MetadataIndex();
const exemplars = new ExemplarBuffer(10);

beforeEach(() => {
  store = memoryStore();
  receiver = new RemoteWriteReceiver({ store, metadata, exemplars });
});

const up = (...samples: readonly (readonly [number, number])[]): ReturnType<typeof series> =>
  series('up', { job: 'node', instance: 'a:9100' }, ...samples);

describe('RemoteWriteReceiver', () => {
  it.each([
    { version: 1, request: requestV1 },
    { version: 2, request: requestV2 },
  ] as const)('stores what a request of version $version holds', async ({ version, request }) => {
    const first = request(
      up([1000, 1], [2000, 0]),
      series('größe', {}, [1000, 2]),
      series('load', { host: 'ü' }, [-5, 0.25]),
    );
    expect(await receiver.receive(first, version)).toMatchObject({
      appended: 3,
      rejected: [{ reason: 'invalid', count: 1 }],
      problem: expect.stringContaining('größe') as string,
    });
    expect((await receiver.receive(request(up([3000, 1])), version)).appended).toBe(1);
    const [load, ups] = await store.select();
    expect(load).toMatchObject({ metric: 'load', labels: { host: 'ü' }, timesMs: Float64Array.of(-5) });
    expect(ups).toMatchObject({
      metric: 'up',
      labels: { job: 'node', instance: 'a:9100' },
      timesMs: Float64Array.of(1000, 2000, 3000),
      values: Float64Array.of(1, 0, 1),
    });
  });

  it('keeps every bit of a value: stale markers too', async () => {
    const marked = up([1000, 0], [2000, 0]);
    floatBits(marked.values).set([2, 0x7ff0_0000], 2);
    await receiver.receive(requestV1(marked));
    const [read] = await store.select();
    expect([...floatBits(read?.values ?? new Float64Array())]).toEqual([0, 0, 2, 0x7ff0_0000]);
  });

  it('takes the labels of a series in any order and place, and leaves empty ones out', async () => {
    const label = (name: string, value: string): Uint8Array => {
      const writer = new ProtoWriter();
      writer.text(0x0a, name);
      writer.text(0x12, value);
      return writer.toBytes();
    };
    const body = new ProtoWriter();
    body.block(0x0a, label('job', 'node'));
    body.block(0x12, Uint8Array.of(0x10, 5));
    body.block(0x0a, label('__name__', 'up'));
    body.block(0x7a, Uint8Array.of(1)); // of a later version
    body.block(0x0a, label('empty', ''));
    const request = new ProtoWriter();
    request.block(0x0a, body.toBytes());
    expect((await receiver.receive(compressSnappy(request.toBytes()))).appended).toBe(1);
    expect(await store.select()).toMatchObject([
      { metric: 'up', labels: { job: 'node' }, timesMs: Float64Array.of(5), values: Float64Array.of(0) },
    ]);
  });

  it('counts what can not be stored by reason, and stores the rest', async () => {
    store = memoryStore({ maxSeries: 2 });
    receiver = new RemoteWriteReceiver({ store });
    const result = await receiver.receive(
      requestV1(
        up([2000, 1], [1000, 1]),
        series('a', {}, [1, 1]),
        series('b', {}, [1, 1], [2, 1]),
        series('0', {}, [1, 1]),
      ),
    );
    expect(result.appended).toBe(2);
    expect(Object.fromEntries(result.rejected.map(({ reason, count }) => [reason, count]))).toEqual({
      'out-of-order': 1,
      'series-limit': 2,
      invalid: 1,
    });
    expect((await receiver.receive(requestV1(up([2000, 1])))).rejected).toEqual([{ reason: 'duplicate', count: 1 }]);
  });

  it('registers series again that the store has let go of', async () => {
    let timeMs = 1000;
    store = memoryStore({ retentionMs: 1000, clock: { ...systemClock, now: () => timeMs } });
    receiver = new RemoteWriteReceiver({ store });
    await receiver.receive(requestV1(up([1000, 1]), series('b', {}, [2500, 1])));
    timeMs = 3000;
    await store.maintain();
    expect(await store.series()).toHaveLength(1);
    const again = await receiver.receive(requestV1(up([2900, 1]), series('b', {}, [2900, 1], [2400, 1])));
    expect(again).toMatchObject({ appended: 2, rejected: [{ reason: 'out-of-order', count: 1 }] });
    expect(await store.series()).toHaveLength(2);
  });

  it('keeps exemplars and metadata, and counts native histograms', async () => {
    const exemplar = { labels: { trace_id: '4bf9' }, value: 0.3, timeMs: 900 };
    const request = requestV2({
      ...series('req_bucket', { le: '1' }, [1000, 4]),
      type: 3,
      help: 'How long.',
      exemplar,
    });
    expect(await receiver.receive(request, 2)).toMatchObject({ appended: 1, exemplars: 1, histograms: 0 });
    expect(metadata.get('req')).toEqual({ metric: 'req', type: 'histogram', help: 'How long.', unit: '' });
    expect(exemplars.select(({ metric }) => metric === 'req_bucket', 0, 1000)).toEqual([
      { metric: 'req_bucket', labels: { le: '1' }, exemplars: [exemplar] },
    ]);
    const body = new ProtoWriter();
    body.raw(encodeLabels({ metric: 'native', labels: {} }));
    body.block(0x22, Uint8Array.of(0x08, 1));
    const native = new ProtoWriter();
    native.block(0x0a, body.toBytes());
    const written = { metric: 'up', type: 2, help: 'Is it there?' };
    const meta = new ProtoWriter();
    meta.varint(0x08);
    meta.varint(written.type);
    meta.text(0x12, written.metric);
    meta.text(0x22, written.help);
    native.block(0x1a, meta.toBytes());
    expect(await receiver.receive(compressSnappy(native.toBytes()))).toMatchObject({ appended: 0, histograms: 1 });
    expect(metadata.get('up')).toEqual({ metric: 'up', type: 'gauge', help: 'Is it there?', unit: '' });
  });

  it('stores nothing of a request that is damaged or too big, and goes on', async () => {
    const bytes = encodeWriteRequestV1([up([1000, 1]), series('b', { x: 'y' }, [1, 2])]);
    for (let length = 1; length < bytes.length; length++) {
      const cut = await receiver.receive(compressSnappy(bytes.slice(0, length))).catch((error: unknown) => error);
      if (cut instanceof Error) expect(cut).toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
    }
    await expect(receiver.receive(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
    const small = new RemoteWriteReceiver({ store, maxBytes: 10 });
    await expect(small.receive(requestV1(up([5, 1])))).rejects.toMatchObject({ code: 'NOVA_MONITORING_QUOTA' });
    expect((await receiver.receive(requestV1(up([9000, 1])))).appended).toBe(1);
  });

  it('refuses texts that a request of 2.0 does not have', async () => {
    const body = new ProtoWriter();
    body.block(0x0a, Uint8Array.of(7, 8));
    body.block(0x12, Uint8Array.of(0x10, 5));
    const request = new ProtoWriter();
    request.block(0x2a, body.toBytes());
    await expect(receiver.receive(compressSnappy(request.toBytes()), 2)).rejects.toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
      message: expect.stringContaining('no text 7') as string,
    });
  });

  it('ends on any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), fc.constantFrom<1 | 2>(1, 2), async (bytes, version) => {
        const result = await receiver.receive(compressSnappy(bytes), version).catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
      }),
    );
  });
});
