import { systemClock } from '@novacron/core';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { cors } from 'hono/cors';
import { invalidInput, MonitoringError } from '../error.ts';
import { ExemplarBuffer } from '../metadata/exemplar-buffer.ts';
import { MetadataIndex } from '../metadata/metric-metadata.ts';
import type { MetricStore } from '../store/metric-store.ts';
import { federateAnswer } from './federate.ts';
import { ingestAnswers } from './ingest-routes.ts';
import { Parameters } from './parameters.ts';
import { anybody, assertScope, authenticate, challengeOf, type Principal, type Scope } from './principal.ts';
import type { Answer, PrometheusApiOptions } from './prometheus-api.ts';
import { QueryGate } from './query-gate.ts';
import { queryAnswers } from './query-routes.ts';
import { readBody } from './read-body.ts';
import { failure } from './respond.ts';
import { deleteSeries, seriesAnswers } from './series-routes.ts';
import { statusAnswers } from './status-routes.ts';
import { Workspaces } from './workspaces.ts';

/** The version of Prometheus whose API this is: Grafana asks for it to know what it can use. */
const prometheusVersion = '3.5.0';

/** A handler of HTTP requests, as Hono, Bun, Deno and service workers mount it. */
export interface PrometheusApi {
  /**
   * Answers a request.
   *
   * @param connection - What the server knows of the connection; handed on to `authentication.identify`.
   */
  readonly fetch: (request: Request, connection?: unknown) => Promise<Response>;
}

/**
 * Serves a store as Prometheus serves its own: Grafana's Prometheus data source works with it, Prometheus, OpenTelemetry
 * and Grafana Alloy can write to it, and another Prometheus can federate it.
 *
 * - `GET|POST /api/v1/query`, `query_range`, `query_exemplars`, `format_query`, `series`, `labels`,
 *   `label/NAME/values`, `metadata`, `rules`, `alerts`, `targets`, `status/buildinfo`, `status/runtimeinfo`,
 *   `status/tsdb`
 * - `POST|PUT /api/v1/admin/tsdb/delete_series`
 * - `POST /api/v1/write` (Remote-Write 1.0 and 2.0), `POST /api/v1/otlp/v1/metrics` and `/v1/metrics` (OTLP/HTTP, Protocol
 *   Buffers and JSON, gzip), `POST /api/v1/import/prometheus` (text)
 * - `GET /federate`, `GET /-/healthy`, `GET /-/ready`
 *
 * Source: Prometheus, "HTTP API"; Remote-Write 1.0 and 2.0; OTLP 1.x.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when an option makes no sense.
 *
 * @example
 * ```ts
 * import { memoryStore } from '@novacron/monitoring';
 * import { createPrometheusApi } from '@novacron/monitoring/http';
 *
 * await using store = memoryStore();
 * await store.append([{ metric: 'up', labels: { job: 'node' }, timeMs: 1_000, value: 1 }]);
 * const api = createPrometheusApi(store);
 * const response = await api.fetch(new Request('http://localhost/api/v1/query?query=up&time=2'));
 * const { data } = (await response.json()) as { data: { result: unknown } };
 * data.result // => [{ metric: { __name__: 'up', job: 'node' }, value: [2, '1'] }]
 * ```
 */
export function createPrometheusApi(store: MetricStore, options: PrometheusApiOptions = {}): PrometheusApi {
  for (const name of ['maxBodyBytes', 'maxConcurrentQueries', 'maxWaitingQueries'] as const) {
    const limit = options[name];
    if (limit !== undefined && !(limit > 0)) throw invalidInput(`${name} must be above 0, not ${String(limit)}`);
  }
  const { clock = systemClock, maxBodyBytes = 67_108_864, corsOrigins, authentication } = options;
  const metadata = options.metadata ?? new MetadataIndex();
  const exemplars = options.exemplars ?? new ExemplarBuffer();
  const gate = new QueryGate(options.maxConcurrentQueries ?? 20, options.maxWaitingQueries ?? 200, clock);
  const workspaces = new Workspaces(store, { ...options, metadata, exemplars, clock, maxBodyBytes });
  const app = new Hono();
  if (corsOrigins !== undefined && corsOrigins.length > 0) {
    app.use(cors({ origin: corsOrigins.includes('*') ? '*' : [...corsOrigins], maxAge: 86_400 }));
  }
  app.use(compress());
  app.onError((error) => failure(error));
  const record = (startedMs: number, { method, url }: Request, status: number, name?: string, query?: string): void => {
    const durationMs = clock.monotonic() - startedMs;
    const path = new URL(url).pathname;
    try {
      options.audit?.({ timeMs: clock.now(), principal: name, method, path, status, durationMs, query });
    } catch {
      // The answer is there, whether it can be written down or not.
    }
  };

  const serve = (methods: readonly string[], path: string, scope: Scope, answer: Answer, readsForm: boolean): void => {
    app.on([...methods], path, async (context) => {
      const { raw } = context.req;
      const startedMs = clock.monotonic();
      let principal: Principal | undefined;
      let query: string | undefined;
      let response: Response;
      try {
        principal = authentication === undefined ? anybody : await authenticate(raw, context.env, authentication);
        assertScope(principal, scope);
        const parameters = await parametersOf(raw, readsForm, maxBodyBytes);
        const note = (text: string): void => void (query = text);
        response = await answer(
          parameters,
          { principal, workspace: workspaces.of(principal), note },
          raw,
          context.req.param(),
        );
      } catch (error) {
        response = failure(error);
        if (response.status === 401) response.headers.set('www-authenticate', challengeOf(authentication ?? {}));
      }
      record(startedMs, raw, response.status, principal?.name, query);
      return response;
    });
  };

  const read = { ...queryAnswers(gate, clock), ...seriesAnswers(metadata, exemplars, clock) };
  for (const [path, answer] of Object.entries(read)) serve(['GET', 'POST'], `/api/v1/${path}`, 'read', answer, true);
  for (const [path, answer] of Object.entries(statusAnswers(prometheusVersion, options, clock))) {
    const scope = path === 'status/tsdb' || path === 'status/runtimeinfo' ? 'admin' : 'read';
    serve(['GET'], `/api/v1/${path}`, scope, answer, false);
  }
  serve(['GET'], '/federate', 'read', federateAnswer(metadata, options.engine?.lookbackMs ?? 300_000, clock), false);
  serve(
    ['POST', 'PUT'],
    '/api/v1/admin/tsdb/delete_series',
    'admin',
    deleteSeries(() => workspaces.clearCaches()),
    true,
  );
  const ingest = ingestAnswers(maxBodyBytes, clock);
  serve(['POST'], '/api/v1/write', 'write', ingest.write, false);
  serve(['POST'], '/api/v1/otlp/v1/metrics', 'write', ingest.otlp, false);
  serve(['POST'], '/v1/metrics', 'write', ingest.otlp, false);
  serve(['POST'], '/api/v1/import/prometheus', 'write', ingest.text, false);
  app.get('/-/healthy', (context) => context.text('Healthy.\n'));
  app.get('/-/ready', (context) => context.text('Ready.\n'));
  app.notFound((context) => {
    const { method, path, raw } = context.req;
    const missing = failure(new MonitoringError({ kind: 'not-found', message: `There is no ${method} ${path} here` }));
    record(clock.monotonic(), raw, missing.status);
    return missing;
  });
  return { fetch: async (request, connection) => app.fetch(request, connection ?? {}) };
}

/** The parameters of the address, and of the form where there is one. */
async function parametersOf(request: Request, readsForm: boolean, maxBodyBytes: number): Promise<Parameters> {
  const values = new URL(request.url).searchParams;
  const contentType = request.headers.get('content-type') ?? '';
  if (readsForm && request.method === 'POST' && /^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    const form = new URLSearchParams(new TextDecoder().decode(await readBody(request, maxBodyBytes)));
    for (const [name, value] of form) values.append(name, value);
  }
  return new Parameters(values);
}
