import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { systemClock, type CallOptions } from '@novacron/core';
import { ExemplarBuffer, memoryStore, MetadataIndex, type MetricStore, type SampleSink } from '@novacron/monitoring';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OtlpReceiver } from '../../src/otlp/otlp-receiver.ts';
import { floatBits } from '../../src/store/float-bits.ts';

let server: Server;
let url = '';
let store: MetricStore;
let metadata: MetadataIndex;
let exemplars: ExemplarBuffer;
let receiver: OtlpReceiver;

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      const raw = await buffer(request);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const isJson = request.headers['content-type'] === 'application/json';
      await receiver.receive(isJson ? body.toString() : body);
      response.setHeader('content-type', request.headers['content-type'] ?? '');
      response.end(isJson ? '{}' : '');
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  store = memoryStore();
  metadata = new MetadataIndex();
  exemplars = new ExemplarBuffer();
  receiver = new OtlpReceiver({ store, metadata, exemplars });
});

/** The newest value of each series, by its name and the labels that matter. */
async function newest(): Promise<Record<string, number>> {
  const all = await store.select();
  return Object.fromEntries(
    all.map(({ metric, labels, values }) => {
      const { otel_scope_name: _, job: _job, instance: _instance, ...own } = labels;
      return [`${metric}${JSON.stringify(own)}`, values.at(-1) as number];
    }),
  );
}

describe("OtlpReceiver with OpenTelemetry's own exporters", () => {
  it.each([
    { name: 'JSON', Exporter: JsonExporter, temporalityPreference: AggregationTemporality.CUMULATIVE },
    { name: 'JSON', Exporter: JsonExporter, temporalityPreference: AggregationTemporality.DELTA },
    { name: 'Protocol Buffers', Exporter: ProtoExporter, temporalityPreference: AggregationTemporality.CUMULATIVE },
    { name: 'Protocol Buffers', Exporter: ProtoExporter, temporalityPreference: AggregationTemporality.DELTA },
  ])(
    'stores what they send as $name, with temporality $temporalityPreference',
    async ({ Exporter, temporalityPreference }) => {
      const exporter = new Exporter({ url, temporalityPreference });
      const provider = new MeterProvider({
        resource: resourceFromAttributes({
          'service.name': 'shop',
          'service.namespace': 'prod',
          'service.instance.id': 'a-1',
          'host.arch': 'amd64',
        }),
        readers: [
          new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000, exportTimeoutMillis: 10_000 }),
        ],
      });
      const meter = provider.getMeter('checkout', '1.2');
      const orders = meter.createCounter('orders', { description: 'All orders.', unit: '{order}' });
      const open = meter.createUpDownCounter('orders.open');
      const load = meter.createGauge('cpu.load', { unit: '1' });
      const wait = meter.createHistogram('http.server.wait', {
        unit: 's',
        advice: { explicitBucketBoundaries: [0.1, 1] },
      });
      for (const round of [1, 2]) {
        orders.add(2, { 'payment.kind': 'card' });
        open.add(round === 1 ? 3 : -1);
        load.record(0.25 * round);
        for (const seconds of [0.05, 0.5, 5]) wait.record(seconds);
        await provider.forceFlush();
      }
      await provider.shutdown();
      const version = { otel_scope_version: '1.2' };
      expect(await newest()).toEqual({
        [`orders_total${JSON.stringify({ ...version, payment_kind: 'card' })}`]: 4,
        [`orders_open${JSON.stringify(version)}`]: 2,
        [`cpu_load_ratio${JSON.stringify(version)}`]: 0.5,
        [`http_server_wait_seconds_bucket${JSON.stringify({ le: '0.1', ...version })}`]: 2,
        [`http_server_wait_seconds_bucket${JSON.stringify({ le: '1', ...version })}`]: 4,
        [`http_server_wait_seconds_bucket${JSON.stringify({ le: '+Inf', ...version })}`]: 6,
        [`http_server_wait_seconds_count${JSON.stringify(version)}`]: 6,
        [`http_server_wait_seconds_sum${JSON.stringify(version)}`]: expect.closeTo(11.1, 9) as number,
        [`target_info${JSON.stringify({ host_arch: 'amd64' })}`]: 1,
      });
      expect(metadata.get('orders_total')).toMatchObject({ type: 'counter', help: 'All orders.' });
      expect(metadata.get('http_server_wait_seconds')?.type).toBe('histogram');
      const [series] = await store.series({ metric: 'orders_total' });
      expect(series?.labels).toMatchObject({ job: 'prod/shop', instance: 'a-1', otel_scope_name: 'checkout' });
    },
  );
});

const timeUnixNano = '1700000000000000000';

function request(metric: object, attributes: readonly object[] = []): string {
  return JSON.stringify({ resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics: [metric] }] }] });
}

describe('OtlpReceiver', () => {
  it('keeps summaries, exemplars, and the end of a series', async () => {
    await receiver.receive(
      request({
        name: 'gc.pause',
        summary: {
          dataPoints: [{ timeUnixNano, count: '4', sum: 2.5, quantileValues: [{ quantile: 0.5, value: 0.4 }] }],
        },
      }),
    );
    const point = {
      timeUnixNano,
      asInt: '7',
      exemplars: [{ timeUnixNano, asDouble: 3, traceId: '4bf9', spanId: '00f0' }],
    };
    await receiver.receive(
      request({ name: 'jobs', sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints: [point] } }),
    );
    await receiver.receive(request({ name: 'gone', gauge: { dataPoints: [{ timeUnixNano, flags: 1 }] } }));
    expect(await newest()).toMatchObject({
      'gc_pause{"quantile":"0.5"}': 0.4,
      'gc_pause_count{}': 4,
      'gc_pause_sum{}': 2.5,
      'jobs_total{}': 7,
    });
    const [gone] = await store.select({ metric: 'gone' });
    expect([...floatBits(gone?.values ?? new Float64Array())]).toEqual([2, 0x7ff0_0000]);
    expect(exemplars.select(() => true, 0, Infinity)).toEqual([
      {
        metric: 'jobs_total',
        labels: {},
        exemplars: [{ labels: { trace_id: '4bf9', span_id: '00f0' }, value: 3, timeMs: 1_700_000_000_000 }],
      },
    ]);
  });

  it('makes labels of attributes of every type, and joins those that become the same', async () => {
    const attributes = [
      { key: 'a.b', value: { stringValue: 'x' } },
      { key: 'a/b', value: { intValue: '5' } },
      { key: '9', value: { boolValue: true } },
      { key: 'list', value: { arrayValue: { values: [{ doubleValue: 1.5 }, { stringValue: 'y' }] } } },
      { key: 'map', value: { kvlistValue: { values: [{ key: 'k', value: { bytesValue: 'AQ==' } }] } } },
      { key: 'nothing', value: {} },
    ];
    await receiver.receive(request({ name: 'up', gauge: { dataPoints: [{ timeUnixNano, asDouble: 1, attributes }] } }));
    expect((await store.series())[0]?.labels).toEqual({
      a_b: 'x;5',
      key_9: 'true',
      list: '[1.5,"y"]',
      map: '{"k":"AQ=="}',
    });
  });

  it('counts points that it can not keep, says why, and stores the rest', async () => {
    const refused = [
      [{ name: 'e', exponentialHistogram: { dataPoints: [{}, {}] } }, 2, 'native histograms'],
      [{ name: 'n' }, 0, undefined],
      [{ name: 'g', gauge: { dataPoints: [{ timeUnixNano }] } }, 1, 'no value'],
      [
        { name: 'h', histogram: { dataPoints: [{ bucketCounts: ['1'], explicitBounds: [1, 2] }] } },
        1,
        '1 buckets for 2 bounds',
      ],
    ] as const;
    for (const [metric, points, why] of refused) {
      const result = await receiver.receive(request(metric));
      expect(result).toMatchObject({ appended: 0, refusedPoints: points });
      if (why === undefined) expect(result.problem).toBeUndefined();
      else expect(result.problem).toContain(why);
    }
    const delta = request({
      name: 'd',
      sum: {
        isMonotonic: true,
        aggregationTemporality: 'AGGREGATION_TEMPORALITY_DELTA',
        dataPoints: [{ timeUnixNano, asInt: 2 }],
      },
    });
    expect(await receiver.receive(delta)).toMatchObject({ appended: 1, refusedPoints: 0 });
    expect(await receiver.receive(delta)).toMatchObject({ appended: 0, refusedPoints: 1 });
  });

  const delta = (seconds: number, value: number | string): string =>
    request({
      name: 'd',
      unit: 'By/s',
      sum: {
        isMonotonic: true,
        aggregationTemporality: 1,
        dataPoints: [{ timeUnixNano: String(seconds * 1e9), asDouble: value }],
      },
    });

  it('adds up differences that are finite, and refuses the others', async () => {
    await receiver.receive(delta(10, 5));
    for (const value of ['NaN', 'Infinity']) {
      expect(await receiver.receive(delta(20, value))).toMatchObject({
        appended: 0,
        refusedPoints: 1,
        problem: 'd: a difference is not finite',
      });
    }
    await receiver.receive(delta(30, 5));
    expect((await store.select())[0]?.values).toEqual(Float64Array.of(5, 10));
    expect(metadata.all()).toMatchObject([{ unit: 'bytes_per_second' }]);
  });

  it('adds nothing up that was not stored: what is sent again counts once', async () => {
    let failures = 2;
    const failing = Object.assign(Object.create(store) as MetricStore, {
      append: async (...values: Parameters<MetricStore['append']>) => {
        if (failures-- > 0) throw new Error('no room');
        return store.append(...values);
      },
    });
    receiver = new OtlpReceiver({ store: failing });
    for (let round = 0; round < 2; round++) await expect(receiver.receive(delta(10, 5))).rejects.toThrow('no room');
    expect(await receiver.receive(delta(10, 5))).toMatchObject({ appended: 1, refusedPoints: 0 });
    expect(await receiver.receive(delta(20, 5))).toMatchObject({ appended: 1 });
    expect((await store.select())[0]?.values).toEqual(Float64Array.of(5, 10));
  });

  it('adds up in the order in which requests came, however long storing takes', async () => {
    await Promise.all([10, 20, 30].map((seconds) => receiver.receive(delta(seconds, 5))));
    expect((await store.select())[0]?.values).toEqual(Float64Array.of(5, 10, 15));
  });

  it('reads and stores many points in turns with others, and all at once for those who may not write everything', async () => {
    const dataPoints = Array.from({ length: 25_000 }, (_, i) => ({
      timeUnixNano,
      asDouble: i,
      attributes: [{ key: 'i', value: { intValue: i } }],
    }));
    const body = request({ name: 'load', gauge: { dataPoints } });
    const sizes: number[] = [];
    const sink: SampleSink = {
      append: (samples, options) => {
        sizes.push(samples.length);
        return store.append(samples, options);
      },
      register: (series, options) => store.register(series, options),
      appendBatch: (batch, options) => store.appendBatch(batch, options),
    };
    let pauses = 0;
    let elapsedMs = 0;
    const clock = {
      ...systemClock,
      now: () => 0,
      monotonic: () => (elapsedMs += 30),
      sleep: (ms: number, options?: CallOptions) => {
        pauses++;
        return systemClock.sleep(ms, options);
      },
    };
    receiver = new OtlpReceiver({ store: sink, clock });
    expect(await receiver.receive(body)).toMatchObject({ appended: 25_000, rejected: [] });
    expect(sizes).toEqual([10_000, 10_000, 5_000]);
    expect(pauses).toBeGreaterThan(50);
    sizes.length = 0;
    receiver = new OtlpReceiver({ store: sink, clock, isAllowed: () => true });
    expect(await receiver.receive(body)).toMatchObject({
      appended: 0,
      rejected: [{ reason: 'duplicate', count: 25_000 }],
    });
    expect(sizes).toEqual([25_000]);
  });

  it('counts a late histogram as the one point that it is', async () => {
    const histogram = (seconds: number): string =>
      request({
        name: 'h',
        histogram: {
          aggregationTemporality: 1,
          dataPoints: [
            { timeUnixNano: String(seconds * 1e9), count: '2', sum: 3, bucketCounts: ['1', '1'], explicitBounds: [1] },
          ],
        },
      });
    expect(await receiver.receive(histogram(20))).toMatchObject({ appended: 4, refusedPoints: 0 });
    expect(await receiver.receive(histogram(10))).toMatchObject({ appended: 0, refusedPoints: 1 });
  });

  it.each([
    ['{', 'no JSON'],
    ['[]', 'must be an object'],
    ['{"resourceMetrics":5}', 'must be a list'],
    ['{"resourceMetrics":[5]}', 'must be an object'],
    [request({ name: 5 }), 'must be a text'],
    [request({ name: 'x', gauge: { dataPoints: [{ asDouble: 'many' }] } }), 'must be a number'],
    [request({ name: 'x', gauge: { dataPoints: [{ asDouble: {} }] } }), 'must be a number'],
  ])('refuses %j', async (body, why) => {
    await expect(receiver.receive(body)).rejects.toMatchObject({
      code: 'NOVA_MONITORING_INVALID',
      message: expect.stringContaining(why) as string,
    });
  });

  it('refuses attributes that are nested without end, in both encodings', async () => {
    let value: object = { stringValue: 'x' };
    for (let depth = 0; depth < 40; depth++) value = { arrayValue: { values: [value] } };
    await expect(receiver.receive(request({ name: 'x' }, [{ key: 'k', value }]))).rejects.toMatchObject({
      message: expect.stringContaining('nested') as string,
    });
    const wrap = (tag: number, inner: readonly number[]): number[] => [tag, inner.length, ...inner];
    let bytes: number[] = [0x0a, 0];
    for (let depth = 0; depth < 20; depth++) bytes = wrap(0x2a, wrap(0x0a, bytes));
    bytes = [0x12, 0x0a, 0x0a, 0x0a].reduce((inner, tag) => wrap(tag, inner), bytes);
    await expect(receiver.receive(Uint8Array.from(bytes))).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
  });

  it('ends on any bytes', async () => {
    for (let seed = 1; seed < 2000; seed++) {
      const bytes = Uint8Array.from(
        { length: seed % 60 },
        (_, i) => (Math.imul(seed * 31 + i, 0x9e37_79b1) >>> 13) & 0xff,
      );
      const result = await receiver.receive(bytes).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
    }
  });
});
