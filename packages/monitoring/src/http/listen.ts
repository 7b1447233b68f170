import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions as TlsServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { systemClock, type Clock } from '@novacron/core';
import { MonitoringError } from '../error.ts';
import type { PrometheusApi } from './create-prometheus-api.ts';

/** Where the API listens. */
export interface ListenOptions {
  /** 0 takes any free one. @default 9090 */
  readonly port?: number | undefined;
  /** @default '127.0.0.1': this machine alone */
  readonly host?: string | undefined;
  /**
   * Certificates, for HTTPS. With `ca`, `requestCert` and `rejectUnauthorized` clients have to show theirs; who they are,
   * `authentication.identify` reads from the connection, a `TLSSocket`: `connection.getPeerCertificate().subject.CN`.
   */
  readonly tls?: TlsServerOptions | undefined;
  /** Measures how long closing waits. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** A server that listens. */
export interface Listening extends AsyncDisposable {
  /** `http://127.0.0.1:9090`. */
  readonly url: string;
  /** Takes no more requests, and resolves when those that run have ended, or after five seconds. */
  close(): Promise<void>;
}

const farewellMs = 5000;

/**
 * Serves the API over Node's own HTTP server; elsewhere, mount `api.fetch`.
 *
 * @throws {MonitoringError} NOVA_MONITORING_UNAVAILABLE when the port is taken or can't be had.
 */
export async function listen(api: PrometheusApi, options: ListenOptions = {}): Promise<Listening> {
  const { port = 9090, host = '127.0.0.1', tls, clock = systemClock } = options;
  const handle = (request: IncomingMessage, response: ServerResponse): void => void answer(api, request, response);
  const server: Server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const message = `Can't listen at ${host}:${port}: ${error.message}`;
      reject(new MonitoringError({ kind: 'unavailable', message, cause: error }));
    });
    server.listen(port, host, resolve);
  });
  const name = host.includes(':') ? `[${host}]` : host;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const ended = new AbortController();
    clock.sleep(farewellMs, { signal: ended.signal }).then(
      () => server.closeAllConnections(),
      () => {},
    );
    await closed;
    ended.abort();
  };
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${name}:${(server.address() as AddressInfo).port}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function answer(api: PrometheusApi, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort(); // an abort costs more than the rest of a short answer
  });
  try {
    const response = await api.fetch(requestOf(incoming, gone.signal), incoming.socket);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) outgoing.end();
    else await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing);
  } catch {
    // The client is gone, or sent what is no request.
    if (!outgoing.headersSent) outgoing.writeHead(400);
    outgoing.end();
  }
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headers } = incoming;
  const own = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value ?? '']) own.append(name, each);
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = hasBody ? (Readable.toWeb(incoming) as unknown as ReadableStream) : null;
  const init: RequestInit & { readonly duplex: 'half' } = { method, headers: own, body, signal, duplex: 'half' };
  return new Request(new URL(url, 'http://localhost'), init);
}
