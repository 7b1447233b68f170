import { createPrometheusApi, restrictedStore, type Principal, type RuleGroup } from '@novacron/monitoring/http';
import { ExemplarBuffer, memoryStore, MetadataIndex, type MetricStore } from '@novacron/monitoring';
import { beforeEach, describe, expect, it } from 'vitest';
import { requestV1, requestV2, series, type SeriesV2 } from '../remote-write/requests.ts';
import { call, json, sample } from './fixture.ts';

let store: MetricStore;
beforeEach(async () => {
  store = memoryStore();
  await store.append([sample('secret', { team: 'blue' }, 1_000, 1), sample('open', { team: 'red' }, 1_000, 1)]);
});

/** How the next request's sender is told: a new object each time, as the guide has it. */
const as = (series: Principal['series']): { identify: () => Principal } => ({
  identify: () => ({ name: 'agent', scopes: ['read', 'write', 'admin'], series }),
});

describe('restrictedStore', () => {
  it('takes samples only for references that it gave itself', async () => {
    const red = restrictedStore(store, { team: 'red' });
    const [foreign = 0] = await store.register([{ metric: 'secret', labels: { team: 'blue' } }]);
    const [own = 0] = await red.register([{ metric: 'open', labels: { team: 'red' } }]);
    const result = await red.appendBatch({
      refs: Uint32Array.of(foreign, own, foreign),
      timesMs: Float64Array.of(2_000, 2_000, 3_000),
      values: Float64Array.of(666, 2, 666),
    });
    expect(result).toEqual({ appended: 1, rejected: [{ reason: 'unknown-series', count: 2 }] });
    const [open, secret] = await store.select();
    expect([open?.values, secret?.values]).toEqual([Float64Array.of(1, 2), Float64Array.of(1)]);
  });

  it.each([
    [{ __name__: { op: '!=', value: 'secret' } }, ['open']],
    [{ __name__: 'secret' }, ['secret']],
    [{ __name__: { op: 'prefix', value: 'o' }, team: 'red' }, ['open']],
    [{ __name__: 'secret', team: 'red' }, []],
  ] as const)('knows the name of the metric: %j', async (allowed, metrics) => {
    const part = restrictedStore(store, allowed);
    expect((await part.select()).map(({ metric }) => metric)).toEqual(metrics);
    expect(await part.labelValues('__name__')).toEqual(metrics);
    expect((await part.series({ metricMatch: { op: '!=', value: 'open' } })).map(({ metric }) => metric)).toEqual(
      metrics.filter((metric) => metric !== 'open'),
    );
    expect((await part.series({ metric: 'secret' })).length).toBe(metrics.filter((each) => each === 'secret').length);
    const refused = (['open', 'secret'] as const).filter((each) => !(metrics as readonly string[]).includes(each));
    for (const metric of refused) {
      const labels = { team: metric === 'open' ? 'red' : 'blue' };
      await expect(part.register([{ metric, labels }])).rejects.toMatchObject({ kind: 'permission' });
      await expect(part.append([sample(metric, labels, 5_000, 1)])).rejects.toMatchObject({ kind: 'permission' });
      await part.delete({ metric });
    }
    expect((await store.stats()).series).toBe(2);
  });
});

describe('those who see a part', () => {
  const exemplar = { labels: { trace_id: '1' }, value: 1, timeMs: 5_000 };

  it('leave nothing of a request that they may not send', async () => {
    const metadata = new MetadataIndex();
    const exemplars = new ExemplarBuffer();
    const api = createPrometheusApi(store, { authentication: as({ team: 'red' }), metadata, exemplars });
    const write = (...all: readonly SeriesV2[]): Promise<Response> =>
      call(
        '/api/v1/write',
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' },
          body: Uint8Array.from(requestV2(...all)),
        },
        api,
      );
    const blue = { ...series('secret', { team: 'blue' }, [2_000, 1]), exemplar, type: 1, help: 'Mine now.' };
    expect((await write(blue)).status).toBe(403);
    const onlyMore = { ...blue, timesMs: new Float64Array(), values: new Float64Array() };
    expect((await write(onlyMore)).status).toBe(204);
    expect([metadata.size, exemplars.select(() => true, 0, Infinity)]).toEqual([0, []]);
    const red = { ...series('open', { team: 'red' }, [2_000, 1]), exemplar, type: 1, help: 'Ours.' };
    expect((await write(red)).headers.get('x-prometheus-remote-write-exemplars-written')).toBe('1');
    expect(metadata.all()).toMatchObject([{ metric: 'open', help: 'Ours.' }]);
    expect(exemplars.select(() => true, 0, Infinity)).toMatchObject([{ metric: 'open', exemplars: [exemplar] }]);
  });

  it('are told what their metrics are, by whatever name their series have', async () => {
    const metadata = new MetadataIndex();
    for (const metric of ['jobs', 'build', 'secret']) metadata.set({ metric, type: 'counter', help: '', unit: '' });
    await store.append([
      sample('jobs_total', { team: 'red' }, 1_000, 1),
      sample('jobs_created', { team: 'red' }, 1_000, 1),
      sample('build_info', { team: 'red' }, 1_000, 1),
    ]);
    const api = createPrometheusApi(store, { authentication: as({ team: 'red' }), metadata });
    expect(Object.keys((await json('/api/v1/metadata', {}, api))['data'] as object)).toEqual(['build', 'jobs']);
  });

  it('see the alerts and rules that are of their series', async () => {
    const alert = (team?: string): object => ({ labels: team === undefined ? {} : { team }, value: '42' });
    const rule = { type: 'alerting', name: 'A', query: 'secret' } as const;
    const groups = [
      {
        name: 'g',
        file: '',
        interval: 1,
        rules: [
          { ...rule, alerts: [alert('blue'), alert('red'), alert()] },
          { ...rule, name: 'B', labels: { team: 'red' }, alerts: [alert('blue'), alert('red')] },
          { type: 'recording', name: 'c', query: 'sum(secret)' },
        ],
      },
    ] as unknown as readonly RuleGroup[];
    const asked = async (series: Principal['series']): Promise<unknown[]> => {
      const api = createPrometheusApi(store, { authentication: as(series), rules: () => groups });
      const alerts = (await json('/api/v1/alerts', {}, api))['data'] as { alerts: unknown[] };
      const rules = (await json('/api/v1/rules', {}, api))['data'] as { groups: RuleGroup[] };
      return [alerts.alerts, rules.groups.flatMap((group) => group.rules)];
    };
    expect(await asked({ team: 'red' })).toEqual([
      [alert('red'), alert('red')],
      [{ ...rule, name: 'B', labels: { team: 'red' }, alerts: [alert('red')] }],
    ]);
    expect(await asked({ team: { op: '!=', value: 'blue' } })).toMatchObject([[alert('red'), alert('red')], [{}]]);
    expect(await asked({ __name__: 'open' })).toEqual([[], []]);
    expect(await asked(undefined)).toMatchObject([{ length: 5 }, { length: 3 }]);
  });

  it('go on with running sums and kept results, though their name is a new object each time', async () => {
    const clock = { now: () => 1e9 };
    const { systemClock } = await import('@novacron/core');
    const api = createPrometheusApi(store, {
      authentication: as({ team: { op: 'in', values: ['red'] } }),
      engine: { cache: {} },
      clock: { ...systemClock, ...clock },
    });
    for (const seconds of [10, 20, 30]) {
      const point = {
        asDouble: 5,
        timeUnixNano: String(seconds * 1e9),
        attributes: [{ key: 'team', value: { stringValue: 'red' } }],
      };
      const sum = { isMonotonic: true, aggregationTemporality: 1, dataPoints: [point] };
      const body = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'd', sum }] }] }] });
      await call('/v1/metrics', { method: 'POST', headers: { 'content-type': 'application/json' }, body }, api);
    }
    expect((await store.select({ metric: 'd_total' }))[0]?.values).toEqual(Float64Array.of(5, 10, 15));
    const path = '/api/v1/query_range?query=d_total&start=0&end=30&step=10&stats=all';
    const cachedSteps = async (): Promise<number> => {
      const { stats } = (await json(path, {}, api))['data'] as { stats: { explain: { cachedSteps: number } } };
      return stats.explain.cachedSteps;
    };
    expect([await cachedSteps(), await cachedSteps()]).toEqual([0, 4]);
    const deleted = await call('/api/v1/admin/tsdb/delete_series?match[]=d_total', { method: 'POST' }, api);
    expect(deleted.status).toBe(204);
    expect(await cachedSteps()).toBe(0);
    expect((await json(path, {}, api))['data']).toMatchObject({ result: [] });
  });

  it('share nothing with those whose part another function tells', async () => {
    const only = (team: string): Principal['series'] => ({ team: { op: 'test', test: (value) => value === team } });
    let part = only('red');
    const authentication = { identify: (): Principal => ({ name: 'x', series: part }) };
    const api = createPrometheusApi(store, { authentication });
    const metrics = async (): Promise<unknown> => (await json('/api/v1/label/__name__/values', {}, api))['data'];
    expect(await metrics()).toEqual(['open']);
    part = only('blue');
    expect(await metrics()).toEqual(['secret']);
  });
});

describe('a transform', () => {
  it('changes the series of exemplars as it does those of samples', async () => {
    const exemplars = new ExemplarBuffer();
    const api = createPrometheusApi(store, {
      exemplars,
      transform: ({ metric, labels }) =>
        metric.startsWith('dropped') ? undefined : { metric, labels: { ...labels, host: 'a' } },
    });
    const body = 'jobs_total 42 # {trace_id="1"} 1 9\ndropped_total 1 # {trace_id="2"} 1 9\n# EOF\n';
    const headers = { 'content-type': 'application/openmetrics-text; version=1.0.0' };
    await call('/api/v1/import/prometheus', { method: 'POST', headers, body }, api);
    const point = { asInt: '7', timeUnixNano: '9000000000', exemplars: [{ timeUnixNano: '9000000000', asDouble: 3 }] };
    const metrics = [{ name: 'load', gauge: { dataPoints: [point] } }];
    const otlp = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
    const asJson = { 'content-type': 'application/json' };
    await call('/v1/metrics', { method: 'POST', headers: asJson, body: otlp }, api);
    const found = exemplars.select(() => true, 0, Infinity);
    expect(found.map(({ metric, labels }) => [metric, labels])).toEqual([
      ['jobs_total', { host: 'a' }],
      ['load', { host: 'a' }],
    ]);
    const written = await call(
      '/api/v1/write',
      { method: 'POST', body: Uint8Array.from(requestV1(series('dropped', {}, [1, 1]))) },
      api,
    );
    expect(written.status).toBe(204);
    expect(await store.series({ metric: 'dropped' })).toEqual([]);
  });
});
