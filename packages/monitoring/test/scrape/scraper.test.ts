import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { acceleratedClock, systemClock } from '@novacron/core';
import {
  ExemplarBuffer,
  memoryStore,
  MetadataIndex,
  Scraper,
  type MetricStore,
  type ScraperOptions,
} from '@novacron/monitoring';
import { createPromqlEngine } from '@novacron/monitoring/promql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

let server: Server;
let url = '';
let page: string | number = '';
let contentType = 'text/plain';
let headers: Record<string, unknown> = {};
let store: MetricStore;
let nowMs = 0;
const clock = { ...systemClock, now: () => nowMs };

beforeAll(async () => {
  server = createServer((request, response) => {
    ({ headers } = request);
    if (page === 0) return; // it hangs
    response.statusCode = typeof page === 'number' ? page : 200;
    response.setHeader('content-type', contentType);
    response.end(String(page));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics?token=secret`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  store = memoryStore();
  nowMs = 1_000_000;
  contentType = 'text/plain';
});

const scraper = (options: Partial<ScraperOptions> = {}): Scraper =>
  new Scraper({ targets: [{ url, labels: { job: 'node', instance: 'a' } }], store, clock, ...options });

/** What queries show of a metric now. */
async function shown(metric: string): Promise<unknown> {
  const { result } = await createPromqlEngine(store).query(metric, { timeMs: nowMs });
  return result.type === 'vector' ? result.series.map(({ labels }, i) => [labels, result.values[i]]) : [];
}

describe('Scraper', () => {
  it('stores a page with the labels of its target, and what is known of the scrape', async () => {
    page = '# TYPE load gauge\nload{cpu="0"} 0.5\nload{cpu="1",job="own"} 0.25\n';
    const metadata = new MetadataIndex();
    const [report] = await scraper({ metadata }).scrape();
    expect(report).toMatchObject({ timeMs: nowMs, samples: 2, appended: 5, error: undefined });
    const target = { job: 'node', instance: 'a' };
    expect(await shown('load')).toEqual([
      [{ ...target, cpu: '0' }, 0.5],
      [{ ...target, cpu: '1', exported_job: 'own' }, 0.25],
    ]);
    expect(await shown('up')).toEqual([[target, 1]]);
    expect(await shown('scrape_samples_scraped')).toEqual([[target, 2]]);
    expect(metadata.get('load')?.type).toBe('gauge');
    expect(headers['accept']).toContain('openmetrics');
  });

  it('ends series that are not on the page any more, and all when the target is down', async () => {
    const own = scraper();
    for (const [next, expected] of [
      ['a 1\nb{x="1"} 2\n', [1, 1]],
      ['a 1\n', [1, 0]],
      ['a 1\nb{x="1"} 2\n', [1, 1]],
      [500, [0, 0]],
    ] as const) {
      page = next;
      nowMs += 15_000;
      await own.scrape();
      expect([((await shown('a')) as unknown[]).length, ((await shown('b')) as unknown[]).length]).toEqual(expected);
    }
    expect(await shown('up')).toEqual([[{ job: 'node', instance: 'a' }, 0]]);
  });

  it('lets the page’s labels win where it is told to, and names the instance by its address', async () => {
    page = 'a{job="own"} 1\n';
    await scraper({ targets: [{ url, honorLabels: true, labels: { job: 'federate' } }] }).scrape();
    expect(await shown('a')).toEqual([[{ job: 'own', instance: new URL(url).host }, 1]]);
  });

  it('reads OpenMetrics where it is served, with exemplars', async () => {
    contentType = 'application/openmetrics-text; version=1.0.0';
    page = 'h_bucket{le="1"} 3 # {trace_id="4bf9"} 0.5\n# EOF\n';
    const exemplars = new ExemplarBuffer();
    await scraper({ exemplars }).scrape();
    expect(exemplars.select(({ metric }) => metric === 'h_bucket', 0, Infinity)).toMatchObject([
      { labels: { le: '1', job: 'node' }, exemplars: [{ labels: { trace_id: '4bf9' }, value: 0.5 }] },
    ]);
  });

  it.each([
    ['answers with an error', 503, {}, 'answers 503'],
    ['serves what is no page', 'a b c', {}, 'Line 1'],
    ['serves too many samples', 'a 1\nb 1\n', { maxSamples: 1 }, '2 samples'],
    ['serves too many bytes', 'a 1\n', { maxBytes: 3 }, 'more than 3 bytes'],
    ['hangs', 0, { timeoutMs: 50 }, ''],
  ])('counts a target that %s as down, without its secrets', async (_, served, options, why) => {
    page = served;
    const [report] = await scraper({
      targets: [{ url, headers: { authorization: 'Bearer hidden' } }],
      ...options,
    }).scrape();
    expect(report?.error?.message).toContain(why);
    expect(String(report?.error?.message)).not.toMatch(/secret|hidden/);
    expect(await shown('up')).toEqual([[{ instance: new URL(url).host }, 0]]);
    expect(headers['authorization']).toBe('Bearer hidden');
  });

  it('counts a target that is not there as down', async () => {
    const [report] = await scraper({ targets: [{ url: 'http://127.0.0.1:1/metrics' }] }).scrape();
    expect(report?.error).toBeDefined();
    expect(await shown('up')).toEqual([[{ instance: '127.0.0.1:1' }, 0]]);
  });

  it('goes on, round after round, until it is told to stop', async () => {
    page = 'a 1\n';
    const accelerated = acceleratedClock(10_000, 0);
    const stop = new AbortController();
    let rounds = 0;
    await scraper({ clock: accelerated, intervalMs: 15_000, timeoutMs: 1e9 }).run(stop.signal, () => {
      if (++rounds === 3) stop.abort();
    });
    expect(rounds).toBe(3);
    expect((await store.select({ metric: 'a' }))[0]?.timesMs.length).toBe(3);
    await scraper().run(AbortSignal.abort());
  });

  it('refuses options that make no sense', () => {
    for (const options of [
      { intervalMs: 0 },
      { maxBytes: -1 },
      { targets: [{ url: 'host:9100' }] },
      { targets: [{ url: 'nothing' }] },
    ]) {
      expect(() => scraper({ ...options })).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
    }
    expect(() => scraper({ targets: [{ url, labels: { 'a-b': '' } }] })).toThrow(
      expect.objectContaining({ code: 'NOVA_CORE_INVALID' }),
    );
  });
});
