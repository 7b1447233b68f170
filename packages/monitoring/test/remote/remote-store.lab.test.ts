import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from '@novacron/core';
import type { MetricStore } from '@novacron/monitoring';
import { remoteStore, type RemoteStoreOptions } from '@novacron/monitoring/remote';
import { describeStore, type StoreAbility } from '@novacron/monitoring/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prometheusIn } from '../../../../lab/prometheus.ts';
import { serverDown, serverStop, serverUp, type LabServer } from '../../../../lab/server.ts';
import { victoriaMetricsIn } from '../../../../lab/victoria-metrics.ts';

/** Servers with what makes them show at once what they were given, and what they can't do. */
const kinds: readonly {
  readonly name: string;
  readonly serverIn: (folder: string) => LabServer;
  readonly flushPath?: string;
  readonly cannot: readonly StoreAbility[];
}[] = [
  {
    name: 'Prometheus',
    // All tests write around the same early time, some of them later; Prometheus alone would refuse what is an hour older.
    serverIn: (folder) => prometheusIn(folder, 'storage: { tsdb: { out_of_order_time_window: 1000d } }'),
    cannot: ['bits', 'fractions', 'empty-labels', 'retention', 'deletion', 'late'],
  },
  {
    name: 'VictoriaMetrics',
    serverIn: victoriaMetricsIn,
    flushPath: '/internal/force_flush',
    cannot: ['bits', 'fractions', 'empty-labels', 'retention', 'deletion', 'late', 'series-ranges'],
  },
];

const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'remote-'));

for (const { name, serverIn, flushPath, cannot } of kinds) {
  /** Starts a server for the tests that follow, and opens stores on it that don't see each other's series. */
  const stores = (server: LabServer): ((options?: Partial<RemoteStoreOptions>) => Promise<MetricStore>) => {
    let url = '';
    let opened = 0;
    beforeAll(async () => {
      url = await serverUp(server);
    });
    afterAll(() => serverDown(server));
    const flushing: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (flushPath !== undefined && new Request(input, init).url.endsWith('/write')) await fetch(url + flushPath);
      return response;
    };
    return (options = {}) => remoteStore({ url, fetch: flushing, labels: { store: String(opened++) }, ...options });
  };

  describe(`the contract on ${name}`, () => {
    describeStore(`remoteStore on ${name}`, stores(serverIn(temporaryFolder())), cannot);
  });

  describe(`remoteStore on ${name}, now`, () => {
    const server = serverIn(temporaryFolder());
    const open = stores(server);
    const samples = (vm: string, fromMs: number, count: number): Sample[] =>
      Array.from({ length: count }, (_, i) => ({ metric: 'm', labels: { vm }, timeMs: fromMs + i * 1_000, value: i }));
    const startMs = Date.now() - 600_000;
    const held = async (store: MetricStore): Promise<[string | undefined, number][]> =>
      (await store.select()).map(({ labels, values }) => [labels['vm'], values.length]);

    it('deletes whole series, those of a function too, and nobody else’s', async () => {
      await using store = await open();
      await using other = await open();
      for (const each of [store, other]) for (const vm of ['a', 'b', 'c']) await each.append(samples(vm, startMs, 10));
      const isB = { op: 'test', test: (value: string) => value === 'b' } as const;
      expect(await store.delete({ labels: { vm: isB } })).toEqual({ series: 1, samples: 10 });
      expect(await store.delete({ labels: { vm: isB } })).toEqual({ series: 0, samples: 0 });
      expect(await held(store)).toEqual([
        ['a', 10],
        ['c', 10],
      ]);
      expect(await store.delete({ metric: 'm' })).toEqual({ series: 2, samples: 20 });
      expect(await held(store)).toEqual([]);
      expect(await held(other)).toHaveLength(3);
    });

    it('deletes a part of a series, or says that it can not and deletes nothing', async () => {
      await using store = await open();
      await store.append(samples('a', startMs, 10));
      const part = { metric: 'm', fromMs: startMs, toMs: startMs + 4_000 };
      if (name === 'Prometheus') expect(await store.delete(part)).toEqual({ series: 0, samples: 4 });
      else await expect(store.delete(part)).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
      expect(await held(store)).toEqual([['a', name === 'Prometheus' ? 6 : 10]]);
      expect((await store.append(samples('a', startMs + 60_000, 1))).appended).toBe(1);
    });

    it('keeps what can not be written in an outage, and writes it in order when the server is back', async () => {
      await using store = await open({ bufferPath: join(temporaryFolder(), 'outage.db'), retryMs: 50 });
      await store.append(samples('a', startMs, 5));
      await serverStop(server);
      for (let i = 5; i < 15; i++) await store.append(samples('a', startMs + i * 1_000, 1));
      await expect(store.select()).rejects.toMatchObject({ code: 'NOVA_MONITORING_UNAVAILABLE' });
      await serverUp(server);
      await expect
        .poll(async () => (await store.stats().catch(() => undefined))?.sizeBytes, { timeout: 20_000 })
        .toBe(0);
      expect(await held(store)).toEqual([['a', 15]]);
    });
  });
}
