import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { encodeWriteRequestV1 } from '../../src/remote-write/encode-v1.ts';
import { compressSnappy } from '../../src/wire/compress-snappy.ts';
import { at, endMs, useHostileServer } from './hostile-server.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const server = useHostileServer();

async function write(body: Uint8Array<ArrayBuffer>): Promise<number> {
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };
  const response = await fetch(`${server.url}/api/v1/write`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

const range = { start: '0', end: at, step: '3600' };

describe('queries of somebody who means no good', () => {
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
    const [status, answer] = await server.ask(path, parameters);
    expect([400, 422, 503]).toContain(status);
    expect(answer).toMatchObject({ status: 'error' });
    expect(['bad_data', 'execution', 'timeout']).toContain(answer['errorType']);
  });

  it('leave no memory behind', async () => {
    const heavy = { query: 'sum by (vm) (rate({__name__=~"m.*"}[1d]))', ...range, step: '7200' };
    await server.ask('query_range', heavy);
    collectGarbage();
    const before = process.memoryUsage();
    for (let i = 0; i < 20; i++) await server.ask('query_range', heavy);
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
    expect((await server.store.stats()).refused.map(({ name }) => name)).toEqual([
      'labels of bomb',
      'length of labels of bomb',
    ]);
    expect(await server.store.series({ metric: 'bomb' })).toEqual([]);
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
    expect(await server.store.series({ metric: 'bomb' })).toEqual([]);
  });

  it('are over when they are over: others are stored', async () => {
    expect(await write(series({ vm: 'fine' }, [endMs, endMs + 1]))).toBe(204);
    expect((await server.store.select({ metric: 'bomb' }))[0]?.values).toHaveLength(2);
  });
});
