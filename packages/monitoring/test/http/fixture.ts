import type { Sample } from '@novacron/core';
import { ExemplarBuffer, memoryStore, MetadataIndex, type MetricStore } from '@novacron/monitoring';
import { createPrometheusApi, type PrometheusApi, type PrometheusApiOptions } from '@novacron/monitoring/http';
import { beforeEach, expect } from 'vitest';

export let store: MetricStore;
export let api: PrometheusApi;
export const metadata: MetadataIndex = new MetadataIndex();
export const exemplars: ExemplarBuffer = new ExemplarBuffer();

export const sample = (metric: string, labels: Record<string, string>, timeMs: number, value: number): Sample => ({
  metric,
  labels,
  timeMs,
  value,
});

beforeEach(async () => {
  store = memoryStore();
  api = make();
  await store.append([
    ...[0, 15, 30, 45, 60].flatMap((second) => [
      sample('requests_total', { job: 'web', instance: 'a' }, second * 1000, second * 2),
      sample('requests_total', { job: 'web', instance: 'b' }, second * 1000, second),
    ]),
    sample('up', { job: 'db' }, 60_000, 1),
  ]);
});

/** The API of the test's store. */
export function make(options: PrometheusApiOptions = {}): PrometheusApi {
  return createPrometheusApi(store, { metadata, exemplars, ...options });
}

export function call(path: string, init: RequestInit = {}, own: PrometheusApi = api): Promise<Response> {
  return own.fetch(new Request(`http://localhost${path}`, init));
}

export async function json(
  path: string,
  init: RequestInit = {},
  own: PrometheusApi = api,
): Promise<Record<string, unknown>> {
  const response = await call(path, init, own);
  expect(response.headers.get('content-type')).toBe('application/json');
  return (await response.json()) as Record<string, unknown>;
}
