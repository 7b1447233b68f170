import type { Clock, Labels } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { StoreRules } from '../store/series-catalog.ts';

/** How a remote store is reached. */
export interface RemoteStoreOptions extends StoreRules {
  /** Where the Prometheus API is: `http://127.0.0.1:9090`; for Mimir with `/prometheus`, as its documentation has it. */
  readonly url: string;
  /** Where samples are written to; with several, each series goes to one of them, by its hash. @default `url` + `/api/v1/write` */
  readonly writeUrls?: readonly string[] | undefined;
  /** Sent as `X-Scope-OrgID`, as Mimir, Cortex and Loki have it. @default none */
  readonly tenant?: string | undefined;
  /** Labels that all series have there and none has here, to tell this application's series from others'. @default none */
  readonly labels?: Labels | undefined;
  /** Sent with every request, for authorization. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * An SQLite file that keeps what could not be written while the other side was away, and sends it in order afterwards.
   * Of what waits there, only samples that the other side calls wrong are given up; a token that it does not take, or an
   * address where nothing is, holds it up until they are put right. Without it `append` throws in an outage. @default nothing is kept
   */
  readonly bufferPath?: string | undefined;
  /** How big the buffer may grow, in bytes; then `append` throws. @default 1_073_741_824 */
  readonly maxBufferBytes?: number | undefined;
  /** The longest a request may take, in milliseconds. @default 10_000 */
  readonly timeoutMs?: number | undefined;
  /** Failures in a row after which the other side is left alone for a while. @default 5 */
  readonly breakerFailures?: number | undefined;
  /** How long it is left alone, and how long after a failure the buffer is tried again, in milliseconds. @default 5_000 */
  readonly retryMs?: number | undefined;
  /** Makes the requests. @default the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
  /** Measures waits. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when an option makes no sense. */
export function checkRemoteOptions(options: RemoteStoreOptions): void {
  for (const url of [options.url, ...(options.writeUrls ?? [])]) {
    if (!URL.canParse(url) || !/^https?:/.test(url)) throw invalidInput('url must be an http or https address');
  }
  if (options.writeUrls?.length === 0) throw invalidInput('writeUrls must not be empty');
  for (const name of ['maxBufferBytes', 'timeoutMs', 'breakerFailures', 'retryMs'] as const) {
    const limit = options[name];
    if (limit !== undefined && !(limit > 0)) throw invalidInput(`${name} must be above 0, not ${String(limit)}`);
  }
}
