import type { Clock } from '@novacron/core';
import { invalidInput, MonitoringError } from '../error.ts';
import { expositionFormatOf } from '../exposition/exposition-format.ts';
import { ExpositionParser } from '../exposition/exposition-parser.ts';
import { keepAnnotations } from '../metadata/keep-annotations.ts';
import type { RemoteWriteResult } from '../remote-write/remote-write-receiver.ts';
import { appendInSlices } from '../store/append-in-slices.ts';
import type { Rejection } from '../store/metric-store.ts';
import { ProtoWriter } from '../wire/proto-writer.ts';
import type { Answer } from './prometheus-api.ts';
import { readBody } from './read-body.ts';

/** Samples in: Remote-Write, OTLP, and text as exporters serve it. */
export function ingestAnswers(maxBodyBytes: number, clock: Clock): Readonly<Record<'write' | 'otlp' | 'text', Answer>> {
  return {
    async write(_, { workspace }, request) {
      const version = versionOf(request.headers.get('content-type'));
      const body = await readBody(request, maxBodyBytes);
      const result = await workspace.remoteWrite.receive(body, version, { signal: request.signal });
      const headers = version === 2 ? writtenHeaders(result) : {};
      const problems = problemsOf(result.rejected, result.problem);
      if (result.histograms > 0) problems.push(`${result.histograms} native histograms, which are not kept`);
      if (problems.length === 0) return new Response(undefined, { status: 204, headers });
      // What was fine is stored; the rest would be refused again.
      return new Response(`Not all of it was stored: ${problems.join('; ')}\n`, { status: 400, headers });
    },
    async otlp(_, { workspace }, request) {
      const contentType = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      const isJson = contentType === 'application/json';
      if (!isJson && contentType !== 'application/x-protobuf') {
        throw new MonitoringError({
          kind: 'unsupported',
          message: `The content type must be application/x-protobuf or application/json, not ${JSON.stringify(contentType)}`,
        });
      }
      const body = await readBody(request, maxBodyBytes);
      const { rejected, refusedPoints, problem } = await workspace.otlp.receive(
        isJson ? new TextDecoder().decode(body) : body,
        { signal: request.signal },
      );
      const refused = refusedPoints + rejected.reduce((sum, { count }) => sum + count, 0);
      const message = refused === 0 ? '' : problemsOf(rejected, problem).join('; ');
      return new Response(isJson ? partialJson(refused, message) : partialProtobuf(refused, message), {
        headers: { 'content-type': contentType },
      });
    },
    async text(parameters, { workspace }, request) {
      const body = await readBody(request, maxBodyBytes);
      const page = await new ExpositionParser().parseInPieces(
        new TextDecoder().decode(body),
        {
          timeMs: parameters.time('timestamp') ?? clock.now(),
          format: expositionFormatOf(request.headers.get('content-type')),
        },
        { clock, signal: request.signal },
      );
      const extra = extraLabels(parameters.all('extra_label'));
      const samples = page.samples.map((sample) => ({ ...sample, labels: { ...sample.labels, ...extra } }));
      const { signal } = request;
      // Who may not write everything gets all or nothing: a sample that is not allowed refuses the request.
      const { rejected } =
        workspace.visible === undefined
          ? await appendInSlices(workspace.sink, samples, clock, { signal })
          : await workspace.sink.append(samples, { signal });
      const exemplars = page.exemplars.map(({ series: { metric, labels }, exemplar }) => ({
        series: { metric, labels: { ...labels, ...extra } },
        exemplar,
      }));
      const annotations = { metadata: page.metadata, exemplars };
      await keepAnnotations(annotations, workspace.annotations, { signal: request.signal });
      const problems = problemsOf(rejected, undefined);
      if (problems.length === 0) return new Response(undefined, { status: 204 });
      return new Response(`Not all of it was stored: ${problems.join('; ')}\n`, { status: 400 });
    },
  };
}

/** @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when it is another message. */
function versionOf(contentType: string | null): 1 | 2 {
  const [type = '', ...parameters] = (contentType ?? 'application/x-protobuf').split(';').map((part) => part.trim());
  const message =
    parameters.find((part) => part.startsWith('proto='))?.slice('proto='.length) ?? 'prometheus.WriteRequest';
  if (type.toLowerCase() === 'application/x-protobuf') {
    if (message === 'prometheus.WriteRequest') return 1;
    if (message === 'io.prometheus.write.v2.Request') return 2;
  }
  const known = 'prometheus.WriteRequest and io.prometheus.write.v2.Request are known';
  throw new MonitoringError({
    kind: 'unsupported',
    message: `The content type is ${type} with ${message}; ${known}`,
    details: { status: 415 },
  });
}

/** Remote-Write 2.0, "Required Written Response Headers". */
function writtenHeaders({ appended, exemplars }: RemoteWriteResult): Record<string, string> {
  return {
    'X-Prometheus-Remote-Write-Samples-Written': String(appended),
    'X-Prometheus-Remote-Write-Histograms-Written': '0',
    'X-Prometheus-Remote-Write-Exemplars-Written': String(exemplars),
  };
}

function problemsOf(rejected: readonly Rejection[], problem: string | undefined): string[] {
  const problems = rejected.map(({ reason, count }) => `${count} ${reason}`);
  return problem === undefined ? problems : [...problems, problem];
}

function partialJson(refused: number, message: string): string {
  const partialSuccess = { rejectedDataPoints: String(refused), errorMessage: message };
  return JSON.stringify(refused === 0 && message === '' ? {} : { partialSuccess });
}

/** An `ExportMetricsServiceResponse`. */
function partialProtobuf(refused: number, message: string): Uint8Array<ArrayBuffer> {
  const response = new ProtoWriter();
  if (refused === 0 && message === '') return response.toBytes();
  const partial = new ProtoWriter();
  partial.varint(0x08);
  partial.varint(refused);
  partial.text(0x12, message);
  response.block(0x0a, partial.toBytes());
  return response.toBytes();
}

/** `name=value`, as VictoriaMetrics takes them. @throws {MonitoringError} NOVA_MONITORING_INVALID */
function extraLabels(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw invalidInput(`extra_label must be name=value, not ${JSON.stringify(pair)}`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
