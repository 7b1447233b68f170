import type { AuditRecord, PrometheusApi } from '@novacron/monitoring/http';
import { beforeEach, describe, expect, it } from 'vitest';
import { requestV1, series } from '../remote-write/requests.ts';
import { call, exemplars, json, make, metadata } from './fixture.ts';

describe('who may do what', () => {
  const records: AuditRecord[] = [];
  const authentication = {
    bearer: { 'reader-token': { name: 'reader' }, 'writer-token': { name: 'writer', scopes: ['write'] as const } },
    basic: {
      team: {
        password: 'pencil: ü',
        principal: { name: 'team', scopes: ['read', 'write', 'admin'] as const, series: { job: 'db' } },
      },
    },
    identify: (request: Request) =>
      request.headers.get('x-certificate') === 'ada' ? { name: 'ada', scopes: ['admin' as const] } : undefined,
  };
  const basic = `Basic ${Buffer.from('team:pencil: ü').toString('base64')}`;
  const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });
  let own: PrometheusApi;

  beforeEach(() => {
    records.length = 0;
    own = make({ authentication, audit: (record) => records.push(record) });
  });

  it('is asked of everybody', async () => {
    const refused = [
      {},
      bearer('other'),
      bearer('reader-token2'),
      { headers: { authorization: `Basic ${Buffer.from('team:wrong').toString('base64')}` } },
      { headers: { authorization: `Basic ${Buffer.from('constructor:').toString('base64')}` } },
      { headers: { authorization: 'Basic ???' } },
    ];
    for (const init of refused) {
      const response = await call('/api/v1/query?query=up', init, own);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="metrics", Basic realm="metrics"');
      expect(await response.text()).not.toContain('wrong');
    }
    expect((await call('/api/v1/query?query=up', bearer('reader-token'), own)).status).toBe(200);
    expect((await call('/api/v1/query?query=up', bearer('writer-token'), own)).status).toBe(403);
    expect((await call('/api/v1/status/tsdb', bearer('reader-token'), own)).status).toBe(403);
    expect((await call('/api/v1/status/tsdb', { headers: { 'x-certificate': 'ada' } }, own)).status).toBe(200);
    const write = { method: 'POST', body: Uint8Array.from(requestV1(series('w', {}, [1, 1]))) };
    expect((await call('/api/v1/write', { ...write, ...bearer('reader-token') }, own)).status).toBe(403);
    expect((await call('/api/v1/write', { ...write, ...bearer('writer-token') }, own)).status).toBe(204);
  });

  it('keeps what is not theirs from those who see a part, in every answer', async () => {
    const init = { headers: { authorization: basic } };
    const at = async (path: string): Promise<unknown> => (await json(path, init, own))['data'];
    expect(await at('/api/v1/query?query=count({__name__=~".%2B"})&time=60')).toMatchObject({
      result: [{ value: [60, '1'] }],
    });
    expect(await at('/api/v1/query?query=requests_total{job="web"}&time=60')).toMatchObject({ result: [] });
    expect(await at('/api/v1/query?query=count({job!="x",job=~".%2B"})&time=60')).toMatchObject({
      result: [{ value: [60, '1'] }],
    });
    expect(await at('/api/v1/label/__name__/values')).toEqual(['up']);
    expect(await at('/api/v1/label/job/values')).toEqual(['db']);
    expect(await at('/api/v1/labels')).toEqual(['__name__', 'job']);
    expect(await at('/api/v1/series?match[]={job=~".%2B"}')).toEqual([{ __name__: 'up', job: 'db' }]);
    metadata.set({ metric: 'requests_total', type: 'counter', help: '', unit: '' });
    metadata.set({ metric: 'up', type: 'gauge', help: '', unit: '' });
    expect(Object.keys((await at('/api/v1/metadata')) as object)).toEqual(['up']);
    exemplars.add('x', { metric: 'requests_total', labels: { job: 'web' } }, { labels: {}, value: 1, timeMs: 1 });
    expect(await at('/api/v1/query_exemplars?query=requests_total')).toEqual([]);
    const federated = await call('/federate?match[]={job=~".%2B"}', init, own);
    expect(await federated.text()).not.toContain('requests_total');
    for (const [job, status] of [
      ['db', 204],
      ['web', 403],
    ] as const) {
      const body = Uint8Array.from(requestV1(series('mine', { job }, [1000, 1])));
      expect((await call('/api/v1/write', { method: 'POST', body, ...init }, own)).status).toBe(status);
    }
  });

  it('is written down, without secrets', async () => {
    await call('/api/v1/query?query=up&token=x', bearer('reader-token'), own);
    await call('/api/v1/query?query=up', bearer('stolen'), own);
    expect(records).toMatchObject([
      { principal: 'reader', method: 'GET', path: '/api/v1/query', status: 200, query: 'up' },
      { principal: undefined, status: 401 },
    ]);
    expect(JSON.stringify(records)).not.toMatch(/reader-token|stolen/);
  });

  it('is written down for selectors and for what is not there, and whatever happens to the record', async () => {
    const init = { headers: { 'x-certificate': 'ada' } };
    for (const path of ['series', 'labels', 'label/job/values']) {
      await call(`/api/v1/${path}?match[]=up&match[]={job="x"}`, { headers: { authorization: basic } }, own);
    }
    await call('/federate?match[]=up', bearer('reader-token'), own);
    await call('/api/v1/admin/tsdb/delete_series?match[]=none', { method: 'PUT', ...init }, own);
    await call('/nothing/here?x=1', init, own);
    expect(records.map(({ path, status, query }) => [path, status, query])).toEqual([
      ['/api/v1/series', 200, 'up {job="x"}'],
      ['/api/v1/labels', 200, 'up {job="x"}'],
      ['/api/v1/label/job/values', 200, 'up {job="x"}'],
      ['/federate', 200, 'up'],
      ['/api/v1/admin/tsdb/delete_series', 204, 'none'],
      ['/nothing/here', 404, undefined],
    ]);
    const throwing = make({
      audit: () => {
        throw new Error('the disk is full of passwords');
      },
    });
    const response = await call('/api/v1/labels', {}, throwing);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'success' });
    expect((await call('/nothing', {}, throwing)).status).toBe(404);
  });

  it('is nobody else’s business: no web page of another origin is let in unless it is said', async () => {
    const init = { headers: { origin: 'https://grafana.example.com' } };
    expect((await call('/api/v1/labels', init)).headers.get('access-control-allow-origin')).toBeNull();
    const open = make({ corsOrigins: ['https://grafana.example.com'] });
    expect((await call('/api/v1/labels', init, open)).headers.get('access-control-allow-origin')).toBe(
      'https://grafana.example.com',
    );
    const other = { headers: { origin: 'https://evil.example.com' } };
    expect((await call('/api/v1/labels', other, open)).headers.get('access-control-allow-origin')).not.toBe(
      'https://evil.example.com',
    );
  });
});
