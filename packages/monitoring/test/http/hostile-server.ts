import type { Sample } from '@novacron/core';
import type { MetricStore } from '@novacron/monitoring';
import { createPrometheusApi, listen, type Listening } from '@novacron/monitoring/http';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { afterAll, beforeAll, expect } from 'vitest';
import { temporaryPath } from '../sqlite/temporary-path.ts';

const dayMs = 86_400_000;

/** The end of what is stored, epoch milliseconds. */
export const endMs: number = 30 * dayMs;
/** The last time that something is stored for, as a query has it. */
export const at: string = String(endMs / 1_000 - 3_600);

/** A server over a store with 30 days of 50 series, for the tests of one file. */
export interface HostileServer {
  readonly store: MetricStore;
  readonly url: string;
  /** What the server says, and that it answers somebody else in the meantime. */
  ask(path: string, parameters: Record<string, string>): Promise<[status: number, answer: Record<string, unknown>]>;
}

/** Sets a server up for a file. */
export function useHostileServer(): HostileServer {
  let store: MetricStore | undefined;
  let server: Listening | undefined;

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
    await server?.close();
    await store?.close();
  });

  return {
    get store() {
      return store ?? expect.unreachable('the store is opened before the tests');
    },
    get url() {
      return server?.url ?? expect.unreachable('the server is started before the tests');
    },
    async ask(path, parameters) {
      const body = new URLSearchParams(parameters);
      const asked = fetch(`${this.url}/api/v1/${path}`, { method: 'POST', body });
      const other = await fetch(`${this.url}/api/v1/query?query=count(m0)&time=${at}`);
      const { data } = (await other.json()) as { data: { result: { value: unknown[] }[] } };
      expect(data.result[0]?.value[1]).toBe('10');
      const response = await asked;
      return [response.status, (await response.json()) as Record<string, unknown>];
    },
  };
}
