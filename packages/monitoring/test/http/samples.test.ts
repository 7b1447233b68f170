import { gzipSync } from 'node:zlib';
import { systemClock } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { requestV1, requestV2, series } from '../remote-write/requests.ts';
import { call, json, make, metadata, store } from './fixture.ts';

describe('samples in', () => {
  const write = (body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
    call('/api/v1/write', {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy', ...headers },
      body: Uint8Array.from(body),
    });
  const v2 = { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' };

  it('by Remote-Write 1.0 and 2.0', async () => {
    expect((await write(requestV1(series('a', { x: 'y' }, [1000, 5])))).status).toBe(204);
    const second = await write(requestV2(series('b', { x: 'y' }, [1000, 6], [2000, 7])), v2);
    expect(second.status).toBe(204);
    expect(second.headers.get('x-prometheus-remote-write-samples-written')).toBe('2');
    expect((await json('/api/v1/query?query={x="y"}&time=2'))['data']).toMatchObject({
      result: [{ value: [2, '5'] }, { value: [2, '7'] }],
    });
  });

  it('say what was refused, so that it is not sent again, and keep the rest', async () => {
    const response = await write(
      requestV1(series('a', {}, [2000, 1], [1000, 1], [3000, 1]), series('b-c', {}, [1, 1])),
    );
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toContain('1 out-of-order');
    expect(text).toContain('1 invalid');
    expect((await json('/api/v1/query?query=count_over_time(a[1m])&time=10'))['data']).toMatchObject({
      result: [{ value: [10, '2'] }],
    });
  });

  it.each([
    ['what is damaged', Uint8Array.of(1, 2, 3), {}, 400],
    ['another message', requestV1(), { 'content-type': 'application/x-protobuf;proto=other.Request' }, 415],
    ['JSON', requestV1(), { 'content-type': 'application/json' }, 415],
    ['another packing', requestV1(), { 'content-encoding': 'zstd' }, 415],
    ['what is too big', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f), {}, 422],
  ])('refuse %s', async (_, body, headers, status) => {
    expect((await write(body, headers)).status).toBe(status);
  });

  it('by text, in both formats, with labels added', async () => {
    const page = '# TYPE jobs_total counter\njobs_total{queue="mail"} 42 # {trace_id="1"} 1\n# EOF\n';
    const response = await call('/api/v1/import/prometheus?extra_label=host=a&timestamp=90', {
      method: 'POST',
      headers: { 'content-type': 'application/openmetrics-text; version=1.0.0', 'content-encoding': 'gzip' },
      body: gzipSync(page),
    });
    expect(response.status).toBe(204);
    expect((await json('/api/v1/query?query=jobs_total&time=90'))['data']).toMatchObject({
      result: [{ metric: { queue: 'mail', host: 'a' }, value: [90, '42'] }],
    });
    expect((await call('/api/v1/import/prometheus', { method: 'POST', body: 'up{' })).status).toBe(400);
    expect((await call('/api/v1/import/prometheus?extra_label=x', { method: 'POST', body: 'up 1' })).status).toBe(400);
  });

  it('by text of many lines, others having their turn, with what was refused told once', async () => {
    const lines = Array.from({ length: 25_000 }, (_, i) => `many{i="${i}"} ${i}\n`).join('');
    const post = (): Promise<Response> =>
      call('/api/v1/import/prometheus?timestamp=90', { method: 'POST', body: lines });
    let turns = 0;
    const turn = setInterval(() => turns++, 0);
    expect((await post()).status).toBe(204);
    clearInterval(turn);
    expect(turns).toBeGreaterThan(3);
    expect(await (await post()).text()).toBe('Not all of it was stored: 25000 duplicate\n');
  });

  it('by OTLP, saying what was refused', async () => {
    const dataPoints = [{ timeUnixNano: '60000000000', asDouble: 2.5 }, { timeUnixNano: '61000000000' }];
    const body = JSON.stringify({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'load', gauge: { dataPoints } }] }] }],
    });
    const headers = { 'content-type': 'application/json' };
    const response = await call('/api/v1/otlp/v1/metrics', { method: 'POST', headers, body });
    expect(await response.json()).toEqual({
      partialSuccess: { rejectedDataPoints: '1', errorMessage: 'load: a point has no value' },
    });
    const empty = await call('/v1/metrics', {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: '',
    });
    expect([empty.status, (await empty.arrayBuffer()).byteLength]).toEqual([200, 0]);
    expect((await call('/v1/metrics', { method: 'POST', body: 'x' })).status).toBe(400);
  });

  it('refuse bodies that are too big, also once unpacked, without keeping them', async () => {
    const own = make({ maxBodyBytes: 1000 });
    const bomb = gzipSync('up 1\n'.repeat(100_000));
    expect(bomb.length).toBeLessThan(1000);
    const headers = { 'content-encoding': 'gzip' };
    const path = '/api/v1/import/prometheus';
    expect((await call(path, { method: 'POST', headers, body: bomb }, own)).status).toBe(413);
    expect((await call(path, { method: 'POST', body: 'x'.repeat(2000) }, own)).status).toBe(413);
    expect((await call(path, { method: 'POST', headers, body: 'no gzip' }, own)).status).toBe(400);
  });
});

describe('samples out', () => {
  it('by federation: the newest of each series that goes on', async () => {
    const stale = new Float64Array(Uint32Array.of(2, 0x7ff0_0000).buffer);
    const refs = await store.register([{ metric: 'gone', labels: {} }]);
    await store.appendBatch({ refs, timesMs: Float64Array.of(60_000), values: stale });
    metadata.set({ metric: 'up', type: 'gauge', help: 'Is it there?', unit: '' });
    const own = make({ clock: { ...systemClock, now: () => 61_000 } });
    const response = await call('/federate?match[]={__name__=~".%2B"}', {}, own);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toBe(
      `requests_total{instance="a",job="web"} 120 60000
requests_total{instance="b",job="web"} 60 60000
# HELP up Is it there?
# TYPE up gauge
up{job="db"} 1 60000
`,
    );
    expect((await call('/federate', {}, own)).status).toBe(400);
  });
});
