import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore, MetadataIndex, type MetricStore } from '@novacron/monitoring';
import { createPrometheusApi, listen, type Listening } from '@novacron/monitoring/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prometheusIn } from '../../../../lab/prometheus.ts';
import { serverDown, serverUp, type LabServer } from '../../../../lab/server.ts';

let store: MetricStore;
let server: Listening;
let prometheus: LabServer;
let peer = '';
const metadata = new MetadataIndex();

beforeAll(async () => {
  store = memoryStore();
  const authentication = {
    basic: { agent: { password: 'pencil', principal: { name: 'agent', scopes: ['read', 'write'] as const } } },
  };
  server = await listen(createPrometheusApi(store, { metadata, authentication }), { port: 0 });
  await store.append([{ metric: 'vm_up', labels: { vm: 'web-1' }, timeMs: Date.now(), value: 7 }]);
  const target = server.url.replace('http://', '');
  prometheus = prometheusIn(
    mkdtempSync(join(tmpdir(), 'prometheus-')),
    `global: { scrape_interval: 1s }
remote_write:
  - url: ${server.url}/api/v1/write
    basic_auth: { username: agent, password: pencil }
    metadata_config: { send: true, send_interval: 1s }
    queue_config: { batch_send_deadline: 200ms }
scrape_configs:
  - job_name: self
    static_configs: [{ targets: ['SELF'] }]
  - job_name: federate
    honor_labels: true
    metrics_path: /federate
    params: { 'match[]': ['vm_up'] }
    basic_auth: { username: agent, password: pencil }
    static_configs: [{ targets: ['${target}'] }]
`,
  );
  peer = (await serverUp(prometheus)).replace('http://', '');
}, 30_000);

afterAll(async () => {
  await serverDown(prometheus);
  await server.close();
  await store.close();
});

/** What a query gives, of us or of Prometheus, once it gives anything. */
async function soon(
  url: string,
  query: string,
  headers: Record<string, string> = {},
): Promise<{ metric: object; value: [number, string] }[]> {
  for (;;) {
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`, { headers }).catch(
      () => undefined,
    );
    const body = (await response?.json()) as
      | { data?: { result: { metric: object; value: [number, string] }[] } }
      | undefined;
    if (body?.data !== undefined && body.data.result.length > 0) return body.data.result;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const authorization = `Basic ${Buffer.from('agent:pencil').toString('base64')}`;

describe('a real Prometheus', () => {
  it('writes what it scrapes to us, and asks get the same answer from both', { timeout: 40_000 }, async () => {
    const [up] = await soon(server.url, 'up{job="self"}', { authorization });
    expect(up).toMatchObject({
      metric: { __name__: 'up', job: 'self', instance: peer },
      value: [expect.any(Number), '1'],
    });
    await soon(server.url, 'prometheus_http_requests_total', { authorization });
    const names = async (): Promise<readonly string[]> => (await store.labelValues('job', {})).toSorted();
    await expect.poll(names, { timeout: 20_000 }).toEqual(['federate', 'self']);
    expect((await store.series()).length).toBeGreaterThan(300);
  });

  it('tells us what its metrics are', { timeout: 40_000 }, async () => {
    while (
      metadata.get('prometheus_tsdb_compaction_duration_seconds') === undefined ||
      metadata.get('prometheus_http_requests_total') === undefined
    )
      await new Promise((resolve) => setTimeout(resolve, 200));
    expect(metadata.get('prometheus_http_requests_total')?.type).toBe('counter');
    expect(metadata.get('prometheus_tsdb_compaction_duration_seconds')?.type).toBe('histogram');
  });

  it('federates us', { timeout: 40_000 }, async () => {
    const [federated] = await soon(`http://${peer}`, 'vm_up');
    expect(federated).toMatchObject({ metric: { __name__: 'vm_up', vm: 'web-1' }, value: [expect.any(Number), '7'] });
  });
});
