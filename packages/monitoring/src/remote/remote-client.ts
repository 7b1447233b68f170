import { NovaError, systemClock, withDeadline, type Clock, type ErrorKind } from '@novacron/core';
import { MonitoringError } from '../error.ts';
import { compressSnappy } from '../wire/compress-snappy.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { RemoteStoreOptions } from './options.ts';

/** A row of a vector or matrix, as the query API gives it. */
export interface ResultRow {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [seconds: number, value: string])[];
}

/** Speaks with one Prometheus-like server. */
export class RemoteClient {
  readonly #options: RemoteStoreOptions;
  readonly #fetch: typeof fetch;
  readonly #clock: Clock;
  readonly #breakers = new Map<string, CircuitBreaker>();

  constructor(options: RemoteStoreOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Sends a `WriteRequest`.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when samples of it are refused; the same again would be too.
   * NOVA_MONITORING_UNAVAILABLE, _THROTTLED or _TIMEOUT when it is worth trying again.
   */
  async write(url: string, request: Uint8Array, signal?: AbortSignal): Promise<void> {
    const body = compressSnappy(request);
    const headers = {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    };
    const response = await this.#request(url, { method: 'POST', headers, body }, signal);
    await response.arrayBuffer();
  }

  /**
   * Asks the API; parameters go in the body, as selectors can be long.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when it makes no sense to the other side. NOVA_MONITORING_UNAVAILABLE,
   * _THROTTLED or _TIMEOUT when it is away.
   */
  async ask<Data>(path: string, parameters: URLSearchParams, signal?: AbortSignal, method = 'POST'): Promise<Data> {
    const base = `${this.#options.url.replace(/\/$/, '')}/api/v1/${path}`;
    const inBody = method === 'POST';
    const url = inBody || parameters.size === 0 ? base : `${base}?${parameters.toString()}`;
    const response = await this.#request(url, { method, ...(inBody ? { body: parameters } : {}) }, signal);
    if (response.status === 204) return undefined as Data;
    const answer = (await response.json()) as { status?: string; error?: string; data?: Data };
    if (answer.status !== 'success') throw problem('internal', url, `an answer without success: ${answer.error ?? ''}`);
    return answer.data as Data;
  }

  #request(url: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    const { tenant, headers, timeoutMs = 10_000, breakerFailures = 5, retryMs = 5_000 } = this.#options;
    const { origin } = new URL(url);
    let breaker = this.#breakers.get(origin);
    if (breaker === undefined) {
      this.#breakers.set(origin, (breaker = new CircuitBreaker(breakerFailures, retryMs, this.#clock)));
    }
    const all = new Headers({ ...headers, ...(init.headers as Record<string, string> | undefined) });
    if (tenant !== undefined) all.set('x-scope-orgid', tenant);
    const call = (): Promise<Response> =>
      withDeadline(
        { signal, timeoutMs },
        async (stop) => checked(url, await this.#send(url, { ...init, headers: all, signal: stop })),
        this.#clock,
      );
    return breaker.run(call, isOutage);
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(url, init);
    } catch (error) {
      throw problem('unavailable', url, 'no answer', error);
    }
  }
}

/** Whether an error says that the other side is away, and the same may work later. */
export function isOutage(error: unknown): boolean {
  return NovaError.isInstance(error) && (error.retryable || error.kind === 'auth-expired');
}

async function checked(url: string, response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = (await response.text()).slice(0, 300);
  throw problem(kindOf(response.status), url, `status ${response.status}: ${text}`);
}

function kindOf(status: number): ErrorKind {
  if (status === 429) return 'throttled';
  if (status >= 500) return 'unavailable';
  if (status === 401 || status === 403) return 'permission';
  return status === 404 || status === 405 ? 'unsupported' : 'invalid';
}

function problem(kind: ErrorKind, url: string, what: string, cause?: unknown): MonitoringError {
  const { origin, pathname } = new URL(url); // no credentials, no query
  return new MonitoringError({ kind, message: `${origin}${pathname} gave ${what}`, cause });
}
