import { seriesKey, systemClock, type CallOptions, type Clock } from '@novacron/core';
import type { ExemplarBuffer } from '../metadata/exemplar-buffer.ts';
import type { MetadataIndex } from '../metadata/metric-metadata.ts';
import type { AppendResult } from '../store/metric-store.ts';
import type { SampleSink } from '../store/sample-sink.ts';
import { decodeOtlpJson } from './decode-otlp-json.ts';
import { decodeOtlpProtobuf } from './decode-otlp-protobuf.ts';
import { DeltaSums } from './delta-sums.ts';
import { translateOtlp } from './translate-otlp.ts';

/** Where what is received goes. */
export interface OtlpReceiverOptions {
  readonly store: SampleSink;
  /** Takes what metrics are. @default nobody */
  readonly metadata?: MetadataIndex | undefined;
  /** Takes exemplars. @default nobody */
  readonly exemplars?: ExemplarBuffer | undefined;
  /** How many series that are sent as differences are summed up. @default 1_000_000 */
  readonly maxDeltaSeries?: number | undefined;
  /** Gives points without a time one. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** What became of a request. */
export interface OtlpResult extends AppendResult {
  /** Points that have no samples. */
  readonly refusedPoints: number;
  /** Why, of the first of them. */
  readonly problem: string | undefined;
}

/**
 * Receives OTLP metrics and stores them as Prometheus names them.
 *
 * Source: OpenTelemetry protocol 1.x, OTLP/HTTP.
 */
export class OtlpReceiver {
  private readonly options: OtlpReceiverOptions;
  private readonly deltas: DeltaSums;

  /** @param options - Where what is received goes. */
  constructor(options: OtlpReceiverOptions) {
    this.options = options;
    this.deltas = new DeltaSums(options.maxDeltaSeries ?? 1_000_000);
  }

  /**
   * Stores a request.
   *
   * @param body - Protocol Buffers as bytes, JSON as text; unpacked.
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is damaged; then nothing of it is stored. What the store's
   * `append` throws.
   */
  async receive(body: Uint8Array | string, options?: CallOptions): Promise<OtlpResult> {
    const { store, metadata, exemplars, clock = systemClock } = this.options;
    const request = typeof body === 'string' ? decodeOtlpJson(body) : decodeOtlpProtobuf(body);
    const translated = translateOtlp(request, this.deltas, clock.now());
    const { appended, rejected } = await store.append(translated.samples, options);
    for (const each of translated.metadata) metadata?.set(each);
    for (const { series, exemplar } of translated.exemplars) {
      exemplars?.add(seriesKey(series.metric, series.labels), series, exemplar);
    }
    return { appended, rejected, refusedPoints: translated.refusedPoints, problem: translated.problem };
  }
}
