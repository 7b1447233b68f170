import { systemClock, type Sample } from '@novacron/core';
import { memoryStore, type MemoryStoreOptions, type MetricStore } from '@novacron/monitoring';
import { createPrometheusApi } from '@novacron/monitoring/http';
import { remoteStore, type RemoteStoreOptions } from '@novacron/monitoring/remote';
import { describeStore } from '@novacron/monitoring/testing';
import { describe, expect, it } from 'vitest';
import { temporaryPath } from '../sqlite/temporary-path.ts';

/** A server that is away now and then; it answers as one that is reached over the network does. */
class Server {
  readonly store: MetricStore;
  readonly requests: { url: string; tenant: string | null }[] = [];
  /** The status of every answer while it is set; 0 is none at all. */
  failing: number | undefined;
  readonly #api;

  constructor(options: MemoryStoreOptions = {}) {
    this.store = memoryStore(options);
    const clock = options.clock ?? systemClock;
    const now = (): number => clock.now();
    this.#api = createPrometheusApi(this.store, { clock: { ...systemClock, now } });
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    this.requests.push({ url: request.url, tenant: request.headers.get('x-scope-orgid') });
    if (this.failing === 0) throw new TypeError('fetch failed');
    if (this.failing !== undefined) return new Response('no', { status: this.failing });
    return this.#api.fetch(request);
  };

  open(options: Partial<RemoteStoreOptions> = {}): Promise<MetricStore> {
    return remoteStore({ url: 'http://server.test', fetch: this.fetch, retryMs: 20, ...options });
  }
}

describeStore('remoteStore', ({ clock, ...rules }) => new Server({ clock }).open({ clock, ...rules }), [
  'bits',
  'fractions',
  'empty-labels',
  'retention',
  'deletion',
  'late',
]);

const sample = (metric: string, timeMs: number, value: number, labels: Record<string, string> = {}): Sample => ({
  metric,
  labels,
  timeMs,
  value,
});

const rounds = (from: number, to: number): Sample[] =>
  Array.from({ length: to - from }, (_, i) => sample('m', (from + i) * 1_000, from + i));

async function valuesOf(store: MetricStore): Promise<number[]> {
  return [...((await store.select({ metric: 'm' }))[0]?.values ?? [])];
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It never came to be');
}

describe('remoteStore', () => {
  it('adds its own labels there and takes them off here, and sees no other series', async () => {
    const server = new Server();
    await using store = await server.open({ labels: { app: 'mine' }, tenant: 'team-a' });
    await server.store.append([sample('m', 1_000, 9, { app: 'other' })]);
    await store.append([sample('m', 1_000, 1, { vm: 'a' })]);
    expect(await store.select()).toMatchObject([{ metric: 'm', labels: { vm: 'a' } }]);
    expect(await store.labelNames()).toEqual(['__name__', 'vm']);
    expect(await server.store.series({ labels: { app: 'mine' } })).toEqual([
      { metric: 'm', labels: { app: 'mine', vm: 'a' } },
    ]);
    expect(new Set(server.requests.map(({ tenant }) => tenant))).toEqual(new Set(['team-a']));
  });

  it('refuses times that the protocol does not have, and stores the rest', async () => {
    await using store = await new Server().open();
    expect(await store.append([sample('m', 0.5, 1), sample('m', -1, 1), sample('m', 7, 1)])).toEqual({
      appended: 1,
      rejected: [{ reason: 'invalid', count: 2 }],
    });
  });

  it('says when the other side is away, and forgets what it could not write', async () => {
    const server = new Server();
    await using store = await server.open();
    for (const [status, code] of [
      [0, 'NOVA_MONITORING_UNAVAILABLE'],
      [503, 'NOVA_MONITORING_UNAVAILABLE'],
      [429, 'NOVA_MONITORING_THROTTLED'],
      [401, 'NOVA_MONITORING_PERMISSION'],
    ] as const) {
      server.failing = status;
      await expect(store.append([sample('m', 1_000, 1)])).rejects.toMatchObject({ code });
    }
    server.failing = undefined;
    expect(await store.append([sample('m', 1_000, 1)])).toEqual({ appended: 1, rejected: [] });
  });

  it('leaves a side alone that failed again and again, and finds out when it is back', async () => {
    const server = new Server();
    await using store = await server.open({ breakerFailures: 3, retryMs: 60 });
    server.failing = 500;
    for (let call = 0; call < 10; call++) {
      await expect(store.select()).rejects.toMatchObject({ code: 'NOVA_MONITORING_UNAVAILABLE' });
    }
    expect(server.requests).toHaveLength(3);
    server.failing = undefined;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await store.select()).toEqual([]);
  });

  it('keeps what it can not write in a file, and sends it in order when the other side is back', async () => {
    const server = new Server();
    await using store = await server.open({ bufferPath: temporaryPath() });
    await store.append(rounds(0, 10));
    server.failing = 503;
    for (let round = 10; round < 40; round++) await store.append(rounds(round, round + 1));
    expect((await valuesOf(server.store)).length).toBe(10);
    server.failing = undefined;
    await store.append(rounds(40, 50));
    await until(async () => (await valuesOf(server.store)).length === 50);
    expect(await valuesOf(server.store)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    await until(async () => (await store.stats()).sizeBytes === 0);
  });

  it('sends what a process left in the buffer when the next one opens it', async () => {
    const server = new Server();
    const bufferPath = temporaryPath();
    server.failing = 0;
    const first = await server.open({ bufferPath });
    await first.append(rounds(0, 20));
    await first.close();
    server.failing = undefined;
    await using second = await server.open({ bufferPath });
    await until(async () => (await valuesOf(server.store)).length === 20);
    await second.maintain();
    expect((await second.stats()).sizeBytes).toBe(0);
  });

  it.each([401, 403, 404, 405, 429, 500])('keeps what waits while the other side says %i', async (status) => {
    const server = new Server();
    await using store = await server.open({ bufferPath: temporaryPath() });
    server.failing = 503;
    await store.append(rounds(0, 3));
    server.failing = status;
    const { length } = server.requests;
    await expect(store.maintain()).rejects.toMatchObject({ kind: expect.not.stringMatching('invalid') as string });
    await until(() => server.requests.length > length + 1);
    server.failing = undefined;
    await until(async () => (await valuesOf(server.store)).length === 3);
    expect((await store.stats()).rejected).toEqual([]);
  });

  it('says when the buffer is full, and counts what is refused in the end', async () => {
    const server = new Server();
    await using store = await server.open({ bufferPath: temporaryPath(), maxBufferBytes: 200 });
    await server.store.append(rounds(100, 101));
    server.failing = 503;
    await store.append(rounds(0, 3));
    await expect(store.append(rounds(3, 50))).rejects.toMatchObject({ code: 'NOVA_MONITORING_CAPACITY' });
    server.failing = undefined;
    await until(async () => (await store.stats()).sizeBytes === 0);
    expect((await store.stats()).rejected).toEqual([{ reason: 'invalid', count: 3 }]);
    expect((await store.append(rounds(101, 102))).appended).toBe(1);
  });

  it('spreads series over several writers, each series always to the same', async () => {
    const server = new Server();
    const writeUrls = ['a', 'b', 'c'].map((name) => `http://${name}.test/api/v1/write`);
    await using store = await server.open({ writeUrls });
    for (let round = 0; round < 3; round++) {
      await store.append(Array.from({ length: 60 }, (_, i) => sample('m', round, i, { i: String(i) })));
    }
    const hosts = server.requests.map(({ url }) => new URL(url).host);
    expect(hosts.toSorted()).toEqual(
      ['a', 'b', 'c'].flatMap((name) => Array.from({ length: 3 }, () => `${name}.test`)),
    );
    expect((await store.stats()).samples).toBe(180);
  });

  it('refuses options that make no sense', async () => {
    const wrong = [
      { url: 'ftp://x' },
      { url: 'x' },
      { url: 'http://x', writeUrls: [] },
      { url: 'http://x', retryMs: 0 },
    ];
    for (const options of wrong) {
      await expect(remoteStore(options)).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
    }
  });
});
