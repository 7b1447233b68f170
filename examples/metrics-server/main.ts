/**
 * A metrics server in one process: it scrapes exporters, keeps the samples in a file, works out a rule in advance, and
 * answers as Prometheus does. Without targets it scrapes this host, which it exports itself.
 *
 *     npm start -- [--target URL]... [--store FILE] [--port 9090] [--rounds N]
 *
 * With `--rounds` it ends after so many scrapes; without, it runs until Ctrl+C. In Grafana, add a data source of the type
 * Prometheus with the address that it prints.
 */
import { parseArgs } from 'node:util';
import { MetadataIndex, Scraper } from '@novacron/monitoring';
import { createPrometheusApi, listen } from '@novacron/monitoring/http';
import { createPromqlEngine, RecordingRules } from '@novacron/monitoring/promql';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { exportHost } from './export-host.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: [] },
    store: { type: 'string', default: 'metrics.db' },
    port: { type: 'string', default: '9090' },
    rounds: { type: 'string', default: 'Infinity' },
  },
});
const rounds = Number(values.rounds);
const host = values.target.length === 0 ? await exportHost() : undefined;
const urls = host === undefined ? values.target : [host.url];

const store = await sqliteStore({ path: values.store, retentionMs: 30 * 86_400_000, synchronous: 'normal' });
const metadata = new MetadataIndex();
const engine = createPromqlEngine(store);
const targets = urls.map((url) => ({ url, labels: { job: host === undefined ? 'target' : 'host' } }));
const scraper = new Scraper({ targets, store, metadata, intervalMs: 1000 });
const rules = new RecordingRules({
  engine,
  store,
  groups: [{ name: 'targets', intervalMs: 1000, rules: [{ record: 'job:up:sum', query: 'sum by (job) (up)' }] }],
});
const server = await listen(createPrometheusApi(store, { metadata, rules: () => rules.groups() }), {
  port: Number(values.port),
});
console.log(`Grafana's Prometheus data source: ${server.url}`);

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
let round = 0;
const recording = rules.run(stop.signal);
await scraper.run(stop.signal, (reports) => {
  round++;
  for (const { target, samples, error } of reports) {
    console.log(`${round}. ${target.url}: ${error === undefined ? `${samples} samples` : `down, ${error.message}`}`);
  }
  if (round >= rounds) stop.abort();
});
await recording;

const response = await fetch(`${server.url}/api/v1/query`, {
  method: 'POST',
  body: new URLSearchParams({ query: 'topk(5, count by (__name__) ({job=~".+"}))' }),
});
const { data } = (await response.json()) as {
  data: { result: { metric: { __name__: string }; value: [number, string] }[] };
};
console.log('Most series:');
for (const { metric, value } of data.result) console.log(`  ${value[1].padStart(5)}  ${metric.__name__}`);
await server.close();
await host?.close();
await store.close();
