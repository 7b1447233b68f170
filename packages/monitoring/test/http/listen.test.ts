import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { memoryStore } from '@novacron/monitoring';
import { createPrometheusApi, listen } from '@novacron/monitoring/http';
import { describe, expect, it } from 'vitest';

describe('listen', () => {
  it('serves the API over HTTP, with forms, and ends', async () => {
    await using store = memoryStore();
    await store.append([{ metric: 'up', labels: {}, timeMs: 1000, value: 1 }]);
    const server = await listen(createPrometheusApi(store), { port: 0 });
    const response = await fetch(`${server.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: 'up', time: '2' }),
    });
    expect(await response.json()).toMatchObject({ data: { result: [{ value: [2, '1'] }] } });
    expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
    await server.close();
    await expect(fetch(`${server.url}/-/healthy`)).rejects.toThrow();
  });

  it('says which port is taken', async () => {
    await using store = memoryStore();
    const api = createPrometheusApi(store);
    await using server = await listen(api, { port: 0 });
    const port = Number(new URL(server.url).port);
    await expect(listen(api, { port })).rejects.toMatchObject({
      code: 'NOVA_MONITORING_UNAVAILABLE',
      message: expect.stringContaining(String(port)) as string,
    });
  });

  it('lets a client in by its certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tls-'));
    const at = (name: string): string => join(folder, name);
    const openssl = (...args: readonly string[]): void => void execFileSync('openssl', [...args], { stdio: 'ignore' });
    const name = ['-subj', '/CN=ada', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      at('key'),
      '-out',
      at('cert'),
      ...name,
    );
    const [key, cert] = [readFileSync(at('key')), readFileSync(at('cert'))];
    rmSync(folder, { recursive: true });
    await using store = memoryStore();
    const identify = (_: Request, connection: unknown) => {
      const { CN } = (connection as TLSSocket).getPeerCertificate().subject;
      return CN === 'ada' ? { name: 'ada' } : undefined;
    };
    await using server = await listen(createPrometheusApi(store, { authentication: { identify } }), {
      port: 0,
      tls: { key, cert, ca: cert, requestCert: true, rejectUnauthorized: true },
    });
    const get = (own: object): Promise<[number | undefined, string]> =>
      new Promise((resolve, reject) => {
        request(`${server.url}/api/v1/labels`, { ca: cert, ...own }, (response) => {
          text(response).then((body) => resolve([response.statusCode, body]), reject);
        })
          .on('error', reject)
          .end();
      });
    expect(await get({ key, cert })).toEqual([200, '{"status":"success","data":[]}']);
    await expect(get({})).rejects.toThrow();
  });
});
