import { describe, expect, it } from 'vitest';
import { call, exemplars, json, make, metadata, sample, store } from './fixture.ts';

const form = (values: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(values),
});

describe('queries', () => {
  it.each([
    ['GET', '/api/v1/query?query=sum(requests_total)&time=60', undefined],
    ['POST', '/api/v1/query', form({ query: 'sum(requests_total)', time: '1970-01-01T00:01:00Z' })],
  ])('answer by %s', async (_, path, init) => {
    expect(await json(path, init)).toEqual({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: {}, value: [60, '180'] }] },
    });
  });

  it('answer for a range, with scalars and texts as Prometheus has them', async () => {
    expect(await json('/api/v1/query_range?query=requests_total{instance="b"}&start=15&end=45&step=15s')).toEqual({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: { __name__: 'requests_total', job: 'web', instance: 'b' },
            values: [
              [15, '15'],
              [30, '30'],
              [45, '45'],
            ],
          },
        ],
      },
    });
    expect((await json('/api/v1/query?query=1/0&time=1.5'))['data']).toEqual({
      resultType: 'scalar',
      result: [1.5, '+Inf'],
    });
    expect((await json('/api/v1/query?query="x"&time=0'))['data']).toEqual({ resultType: 'string', result: [0, 'x'] });
    expect((await json('/api/v1/format_query?query=sum(rate(up[5m]))by(job)'))['data']).toBe(
      'sum by (job) (rate(up[5m]))',
    );
  });

  it('say what to know about the answer, and how it was found', async () => {
    await store.append([sample('load', {}, 30_000, 1), sample('load', {}, 60_000, 2)]);
    const answer = await json('/api/v1/query?query=rate(load[5m])&time=60&stats=all');
    expect(answer['infos']).toEqual([expect.stringContaining('load')]);
    expect(answer['data']).toHaveProperty('stats.explain.reads');
    const cut = await json('/api/v1/query?query=requests_total&time=60&limit=1');
    expect(cut['warnings']).toEqual(['results truncated due to limit']);
    expect((cut['data'] as { result: unknown[] }).result).toHaveLength(1);
  });

  it('looks back as far as the request says', async () => {
    const found = async (more: string): Promise<number> => {
      const { data } = await json(`/api/v1/query?query=requests_total&time=110${more}`);
      return (data as { result: unknown[] }).result.length;
    };
    const all = await found('');
    expect(all).toBeGreaterThan(0);
    expect([
      await found('&lookback_delta=30s'),
      await found('&lookback_delta=60'),
      await found('&lookback_delta=0'),
    ]).toEqual([0, all, all]);
    const wrong = await json('/api/v1/query_range?query=up&start=0&end=1&step=1&lookback_delta=soon');
    expect(wrong).toMatchObject({ errorType: 'bad_data', error: expect.stringContaining('lookback_delta') as string });
  });

  it('reads buckets in place of samples when the request allows it', async () => {
    const tierOf = async (resolution: string): Promise<unknown> => {
      const path = `/api/v1/query?query=max_over_time(up[1d])&time=60&stats=all&max_source_resolution=${resolution}`;
      const { stats } = (await json(path))['data'] as { stats: { explain: { reads: { tier: string }[] } } };
      return stats.explain.reads[0]?.tier;
    };
    expect([await tierOf(''), await tierOf('auto'), await tierOf('5m'), await tierOf('0s')]).toEqual([
      'raw',
      '1h',
      '5m',
      'raw',
    ]);
    const wrong = await json('/api/v1/query?query=up&max_source_resolution=soon');
    expect(wrong['errorType']).toBe('bad_data');
  });

  it.each([
    ['/api/v1/query', 400, 'bad_data', 'query'],
    ['/api/v1/query?query=sum(', 400, 'bad_data', 'parse error'],
    ['/api/v1/query?query=up&time=soon', 400, 'bad_data', '"time"'],
    ['/api/v1/query?query=up&timeout=x', 400, 'bad_data', '"timeout"'],
    ['/api/v1/query_range?query=up&start=0&end=1', 400, 'bad_data', '"step"'],
    ['/api/v1/query_range?query=up&start=5&end=1&step=1', 400, 'bad_data', 'before start'],
    ['/api/v1/query_range?query=up&start=0&end=11000&step=1', 400, 'bad_data', '11,000'],
    ['/api/v1/query?query=requests_total*on(job)requests_total&time=60', 422, 'execution', 'many-to-many'],
    ['/api/v1/series', 400, 'bad_data', 'match[]'],
    ['/api/v1/series?match[]=up[5m]', 400, 'bad_data', 'no series selector'],
    ['/api/v1/series?match[]=up&limit=-1', 400, 'bad_data', '"limit"'],
    ['/api/v1/label/a-b/values', 400, 'bad_data', 'label name'],
    ['/api/v2/query', 404, 'not_found', '/api/v2/query'],
  ])('answer %s with %i %s', async (path, status, errorType, message) => {
    const response = await call(path);
    expect(response.status).toBe(status);
    const body = (await response.json()) as { error: string };
    expect(body).toMatchObject({ status: 'error', errorType });
    expect(body.error).toContain(message);
  });

  it('run at most so many at once, and refuse when too many wait', async () => {
    const own = make({ maxConcurrentQueries: 1, maxWaitingQueries: 1 });
    const answers = await Promise.all(
      [1, 2, 3].map(() => call('/api/v1/query?query=sum(requests_total)&time=60', {}, own)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 503]);
  });

  it('end with their time and with the client', async () => {
    store.select = () => new Promise(() => {}); // a store that never answers
    const late = await call('/api/v1/query?query=up&timeout=20ms');
    expect([late.status, await late.json()]).toMatchObject([503, { errorType: 'timeout' }]);
    const gone = new AbortController();
    gone.abort();
    const response = await call('/api/v1/query?query=up', { signal: gone.signal });
    expect(await response.json()).toMatchObject({ errorType: 'canceled' });
  });

  it('give a long answer piece by piece, so that others get their turn', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => sample('many', { vm: `vm-${i}` }, 60_000, i));
    await store.append(many);
    const response = await call('/api/v1/query?query=many&time=60');
    let pieces = 0;
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of response.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(piece, { stream: true });
      pieces++;
    }
    expect(pieces).toBeGreaterThan(3);
    expect((JSON.parse(text) as { data: { result: unknown[] } }).data.result).toHaveLength(20_000);
  });
});

describe('series, labels and metadata', () => {
  it('are there', async () => {
    metadata.set({ metric: 'up', type: 'gauge', help: 'Is it there?', unit: '' });
    expect((await json('/api/v1/series?match[]=up&match[]=requests_total{instance="a"}'))['data']).toEqual([
      { __name__: 'up', job: 'db' },
      { __name__: 'requests_total', instance: 'a', job: 'web' },
    ]);
    expect((await json('/api/v1/labels'))['data']).toEqual(['__name__', 'instance', 'job']);
    expect((await json('/api/v1/labels?match[]=up'))['data']).toEqual(['__name__', 'job']);
    expect((await json('/api/v1/label/__name__/values'))['data']).toEqual(['requests_total', 'up']);
    expect((await json('/api/v1/label/job/values', form({})))['data']).toEqual(['db', 'web']);
    expect(await json('/api/v1/label/instance/values?limit=1')).toMatchObject({
      data: ['a'],
      warnings: ['results truncated due to limit'],
    });
    expect((await json('/api/v1/metadata?metric=up'))['data']).toEqual({
      up: [{ type: 'gauge', help: 'Is it there?', unit: '' }],
    });
  });

  it('have exemplars, for the series that a query names', async () => {
    const labels = { trace_id: '4bf9' };
    exemplars.add('h', { metric: 'latency_bucket', labels: { le: '1' } }, { labels, value: 0.5, timeMs: 30_000 });
    const query = encodeURIComponent('histogram_quantile(0.9, sum by (le) (rate(latency_bucket[5m])))');
    expect((await json(`/api/v1/query_exemplars?query=${query}&start=0&end=60`))['data']).toEqual([
      {
        seriesLabels: { __name__: 'latency_bucket', le: '1' },
        exemplars: [{ labels, value: '0.5', timestamp: 30 }],
      },
    ]);
    expect((await json('/api/v1/query_exemplars?query=up'))['data']).toEqual([]);
    expect((await json(`/api/v1/query_exemplars?query=${query}&start=40&end=60`))['data']).toEqual([]);
  });

  it('are counted', async () => {
    expect((await json('/api/v1/status/tsdb?limit=1'))['data']).toMatchObject({
      headStats: { numSeries: 3, chunkCount: 3, minTime: 0, maxTime: 60_000 },
      seriesCountByMetricName: [{ name: 'requests_total', value: 2 }],
      labelValueCountByLabelName: [{ name: '__name__', value: 2 }],
      seriesCountByLabelValuePair: [{ name: 'job=web', value: 2 }],
    });
    expect((await json('/api/v1/status/buildinfo'))['data']).toMatchObject({
      version: expect.stringMatching(/^3\./) as string,
    });
    expect((await json('/api/v1/status/runtimeinfo'))['data']).toMatchObject({ timeSeriesCount: 3 });
  });

  it('are there for the time that is asked for', async () => {
    await store.append([sample('late', {}, 500_000, 1)]);
    const names = async (range: string): Promise<unknown[]> =>
      ((await json(`/api/v1/series?match[]={__name__=~".%2B"}&${range}`))['data'] as { __name__: string }[]).map(
        ({ __name__: name }) => name,
      );
    expect(await names('start=400&end=600')).toEqual(['late']);
    expect(await names('start=0&end=60')).toEqual(['requests_total', 'requests_total', 'up']);
  });

  it('are taken away by those who may', async () => {
    const remove = (query: string): Promise<Response> =>
      call(`/api/v1/admin/tsdb/delete_series?${query}`, { method: 'POST' });
    expect((await remove('match[]=requests_total{instance="a"}')).status).toBe(204);
    expect((await remove('match[]=requests_total&end=30')).status).toBe(204);
    const [left, ...others] = await store.select({ metric: 'requests_total' });
    expect(others).toEqual([]);
    expect([left?.labels['instance'], ...(left?.timesMs ?? [])]).toEqual(['b', 45_000, 60_000]);
    expect((await remove('')).status).toBe(400);
  });

  it('stand beside rules and alerts of whoever evaluates them', async () => {
    const alert = { labels: { alertname: 'Down' }, state: 'firing' };
    const own = make({
      rules: () => [
        {
          name: 'vms',
          file: 'rules.yml',
          interval: 60,
          rules: [
            { type: 'alerting', name: 'Down', query: 'up == 0', alerts: [alert] },
            { type: 'recording', name: 'job:up', query: 'sum by (job) (up)' },
          ],
        },
      ],
    });
    const groups = async (path: string): Promise<string[]> => {
      const { data } = (await json(path, {}, own)) as { data: { groups: { rules: { name: string }[] }[] } };
      return data.groups.flatMap(({ rules }) => rules.map(({ name }) => name));
    };
    expect(await groups('/api/v1/rules')).toEqual(['Down', 'job:up']);
    expect(await groups('/api/v1/rules?type=record')).toEqual(['job:up']);
    expect(await groups('/api/v1/rules?rule_name[]=Down')).toEqual(['Down']);
    expect(await groups('/api/v1/rules?rule_group[]=other')).toEqual([]);
    expect((await json('/api/v1/alerts', {}, own))['data']).toEqual({ alerts: [alert] });
    expect((await json('/api/v1/alerts'))['data']).toEqual({ alerts: [] });
  });
});

describe('createPrometheusApi', () => {
  it('is there, and says so', async () => {
    expect(await (await call('/-/healthy')).text()).toBe('Healthy.\n');
    expect((await call('/-/ready')).status).toBe(200);
  });

  it('packs long answers for clients that take them so', async () => {
    await store.append(Array.from({ length: 500 }, (_, i) => sample('many', { vm: `vm-${i}` }, 60_000, i)));
    const response = await call('/api/v1/query?query=many&time=60', { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
  });

  it('keeps its own mistakes to itself', async () => {
    await store.close();
    const response = await call('/api/v1/query?query=up');
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ status: 'error', errorType: 'internal', error: 'internal error' });
  });

  it('refuses options that make no sense', () => {
    for (const options of [{ maxBodyBytes: 0 }, { maxConcurrentQueries: -1 }, { maxWaitingQueries: Number.NaN }]) {
      expect(() => make(options)).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
    }
  });
});
