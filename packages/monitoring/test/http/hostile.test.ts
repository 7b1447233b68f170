import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Sample } from '@novacron/core';
import type { MetricStore } from '@novacron/monitoring';
import { createPrometheusApi, listen, type Listening } from '@novacron/monitoring/http';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWriteRequestV1 } from '../../src/remote-write/encode-v1.ts';
import { compressSnappy } from '../../src/wire/compress-snappy.ts';
import { temporaryPath } from '../sqlite/temporary-path.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const dayMs = 86_400_000;
const endMs = 30 * dayMs;
let store: MetricStore;
let server: Listening;

beforeAll(async () => {
  store = await sqliteStore({ path: temporaryPath(), retentionMs: Infinity });
  const samples: Sample[] = [];
  for (let timeMs = 0; timeMs < endMs; timeMs += 3_600_000) {
    for (let i = 0; i < 50; i++) {
      samples.push({ metric: `m${i % 5}`, labels: { vm: `vm-${i}-${'a'.repeat(30)}` }, timeMs, value: i });
    }
  }
  await store.append(samples);
  const engine = { maxSamples: 500_000, maxWindowSamples: 5_000_000, timeoutMs: 5_000 };
  server = await listen(createPrometheusApi(store, { engine }), { port: 0 });
}, 60_000);

afterAll(async () => {
  await server.close();
  await store.close();
});

/** What the server says, and that it answers somebody else in the meantime. */
async function ask(path: string, parameters: Record<string, string>): Promise<[number, Record<string, unknown>]> {
  const body = new URLSearchParams(parameters);
  const asked = fetch(`${server.url}/api/v1/${path}`, { method: 'POST', body });
  const other = await fetch(`${server.url}/api/v1/query?query=count(m0)&time=${endMs / 1_000 - 3_600}`);
  expect(((await other.json()) as { data: { result: { value: unknown[] }[] } }).data.result[0]?.value[1]).toBe('10');
  const response = await asked;
  return [response.status, (await response.json()) as Record<string, unknown>];
}

async function write(body: Uint8Array<ArrayBuffer>): Promise<number> {
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };
  const response = await fetch(`${server.url}/api/v1/write`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

const at = String(endMs / 1_000 - 3_600);
const range = { start: '0', end: at, step: '3600' };

describe('queries of somebody who means no good', () => {
  it.each([
    ['an expression that other engines take years for', 'count({vm=~"(a+)+b|(vm-.*)+(a|aa)+c"})'],
    ['an expression with a huge repetition', 'count({vm=~"((a{1,100}){1,100}){1,10}"})'],
    ['many alternatives', `count({vm=~"${Array.from({ length: 20_000 }, (_, i) => `x${i}`).join('|')}"})`],
  ])('with %s are answered in time, or refused', async (_, query) => {
    const startedMs = performance.now();
    const [status] = await ask('query', { query, time: at });
    expect([200, 400, 422]).toContain(status);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it.each([
    [
      'everything over 30 days, at all times',
      'query_range',
      { query: 'sum_over_time({__name__=~".+"}[30d])', ...range },
    ],
    [
      'five nested subqueries',
      'query',
      {
        query: `${'max_over_time('.repeat(5)}m0${'[30d:1m])'.repeat(5)}`,
        time: at,
      },
    ],
    ['11,001 points', 'query_range', { query: 'm0', start: '0', end: '11000', step: '1' }],
    ['a tree that is too deep', 'query', { query: `${'('.repeat(5_000)}1${')'.repeat(5_000)}` }],
    ['a text that is too long', 'query', { query: `${'1+'.repeat(200_000)}1` }],
    ['a product of everything', 'query', { query: 'm0 * on() group_left m1 * on() group_left m2', time: at }],
  ])('for %s are refused as Prometheus does', async (_, path, parameters) => {
    const [status, answer] = await ask(path, parameters);
    expect([400, 422, 503]).toContain(status);
    expect(answer).toMatchObject({ status: 'error' });
    expect(['bad_data', 'execution', 'timeout']).toContain(answer['errorType']);
  });

  it('leave no memory behind', async () => {
    const heavy = { query: 'sum by (vm) (rate({__name__=~"m.*"}[1d]))', ...range, step: '7200' };
    await ask('query_range', heavy);
    collectGarbage();
    const before = process.memoryUsage();
    for (let i = 0; i < 20; i++) await ask('query_range', heavy);
    collectGarbage();
    const after = process.memoryUsage();
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(64 * 2 ** 20);
  });
});

describe('writes of somebody who means no good', () => {
  const series = (labels: Record<string, string>, timesMs = [endMs]) =>
    compressSnappy(
      encodeWriteRequestV1([
        { metric: 'bomb', labels, timesMs: Float64Array.from(timesMs), values: new Float64Array(timesMs.length) },
      ]),
    );

  it.each([
    ['a length of two gigabytes', Uint8Array.of(0x05, 0x10, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x07)],
    ['a length of 2^63', Uint8Array.of(0x0b, 0x28, 0x0a, ...Array<number>(9).fill(0xff), 0x7f)],
    ['a packing that refers to before its beginning', Uint8Array.of(0x10, 0x00, 0x61, 0x3e, 0xff, 0xff)],
    ['a packing that claims four gigabytes', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0x00)],
    ['nothing', new Uint8Array(0)],
  ])('with %s are refused', async (_, body) => {
    expect([400, 413, 422]).toContain(await write(body));
  });

  it('with too many labels or too long ones are refused, and told as such', async () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`label_${i}`, 'x']));
    expect(await write(series(wide))).toBe(400);
    expect(await write(series({ vm: 'x'.repeat(5_000_000) }))).toBe(400);
    expect((await store.stats()).refused.map(({ name }) => name)).toEqual([
      'labels of bomb',
      'length of labels of bomb',
    ]);
    expect(await store.series({ metric: 'bomb' })).toEqual([]);
  });

  it('with texts that are no UTF-8 are refused', async () => {
    const plain = encodeWriteRequestV1([
      { metric: 'bomb', labels: { vm: 'zzzz' }, timesMs: Float64Array.of(endMs), values: Float64Array.of(1) },
    ]);
    const at = Buffer.from(plain).indexOf('zzzz');
    plain.set([0xc3, 0x28, 0xff, 0xfe], at);
    expect(await write(compressSnappy(plain))).toBe(400);
    const page = await fetch(`${server.url}/api/v1/import/prometheus`, {
      method: 'POST',
      body: Uint8Array.of(0x62, 0xff, 0xfe, 0x20, 0x31, 0x0a),
    });
    expect(page.status).toBe(400);
    expect(await store.series({ metric: 'bomb' })).toEqual([]);
  });

  it('are over when they are over: others are stored', async () => {
    expect(await write(series({ vm: 'fine' }, [endMs, endMs + 1]))).toBe(204);
    expect((await store.select({ metric: 'bomb' }))[0]?.values).toHaveLength(2);
  });
});
