import { NovaError, seriesKey, type Clock, type Series } from '@novacron/core';
import { groupBy } from './group-by.ts';
import { isOutage, type RemoteClient } from './remote-client.ts';
import type { RemoteStoreOptions } from './options.ts';
import { WriteBuffer } from '../sqlite/write-buffer.ts';

/** Sends series to the servers that take them, each to one of them, and keeps what can't be sent in a file. */
export class RemoteWriter {
  readonly #client: RemoteClient;
  readonly #clock: Clock;
  readonly #urls: readonly string[];
  readonly #retryMs: number;
  readonly #buffer: WriteBuffer | undefined;
  /** Is told of a request that waited and was then refused for good. */
  readonly #refused: (request: Uint8Array) => void;
  readonly #stop = new AbortController();
  #flushing: Promise<void> | undefined;

  /**
   * @param refused - Is told of each request that waited and was then refused for good.
   * @throws {MonitoringError} when the buffer's file can't be opened.
   */
  constructor(options: RemoteStoreOptions, client: RemoteClient, clock: Clock, refused: (request: Uint8Array) => void) {
    const { url, writeUrls, bufferPath, maxBufferBytes = 1_073_741_824, retryMs = 5_000 } = options;
    this.#client = client;
    this.#refused = refused;
    this.#clock = clock;
    this.#urls = writeUrls ?? [`${url.replace(/\/$/, '')}/api/v1/write`];
    this.#retryMs = retryMs;
    this.#buffer = bufferPath === undefined ? undefined : new WriteBuffer(bufferPath, maxBufferBytes);
    if (this.#buffer?.isEmpty === false) this.#retry();
  }

  /** Bytes that wait in the buffer. */
  get waitingBytes(): number {
    return this.#buffer?.bytes ?? 0;
  }

  /**
   * Writes series, or puts them behind others that wait.
   *
   * @throws {MonitoringError} what the client throws, when it is no outage or there is no buffer.
   */
  async write(
    series: readonly Series[],
    encode: (series: readonly Series[]) => Uint8Array,
    signal: AbortSignal,
  ): Promise<void> {
    const shards = groupBy(series, ({ metric, labels }) => hashOf(seriesKey(metric, labels)) % this.#urls.length);
    const requests = Array.from(shards, ([shard, part]) => ({ shard, request: encode(part) }));
    const waiting = this.#buffer?.isEmpty === false;
    const late: { shard: number; request: Uint8Array }[] = [];
    for (const each of requests) {
      if (waiting) late.push(each);
      else {
        try {
          await this.#client.write(this.#urls[each.shard] as string, each.request, signal);
        } catch (error) {
          if (this.#buffer === undefined || !isOutage(error)) throw error;
          late.push(each);
        }
      }
    }
    if (late.length === 0) return;
    this.#buffer?.add(late);
    this.#retry();
  }

  /**
   * Sends what waits, now.
   *
   * @throws {MonitoringError} NOVA_MONITORING_UNAVAILABLE when the other side is still away, and what else the client throws
   * but for samples that are refused for good.
   */
  async flush(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#urls.map((_, shard) => this.#send(shard, signal)));
  }

  /** Stops sending; what waits stays in its file. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#flushing;
    this.#buffer?.close();
  }

  /** Sends what waits, again and again until nothing does. */
  #retry(): void {
    const { signal } = this.#stop;
    this.#flushing ??= (async () => {
      while (this.#buffer?.isEmpty === false && !signal.aborted) {
        await this.#clock.sleep(this.#retryMs, { signal }).catch(() => {});
        if (!signal.aborted) await this.flush(signal).catch(() => {});
      }
      this.#flushing = undefined;
    })();
  }

  /** One after the other, so that a series' samples come in their order. */
  async #send(shard: number, signal: AbortSignal): Promise<void> {
    for (let next = this.#buffer?.first(shard); next !== undefined; next = this.#buffer?.first(shard)) {
      try {
        await this.#client.write(this.#urls[shard] as string, next.request, signal);
      } catch (error) {
        // An expired token or a path that is gone is put right one day; samples that are refused never are.
        if (!NovaError.isInstance(error) || error.kind !== 'invalid') throw error;
        this.#refused(next.request);
      }
      this.#buffer?.remove(next);
    }
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  return hash >>> 0;
}
