import { systemClock, withDeadline, type CallOptions, type Clock } from '@novacron/core';
import { keepAnnotations, type AnnotationOptions } from '../metadata/keep-annotations.ts';
import type { AppendResult } from '../store/metric-store.ts';
import { appendInSlices } from '../store/append-in-slices.ts';
import type { SampleSink } from '../store/sample-sink.ts';
import { pacer } from '../store/store-call.ts';
import { decodeOtlpJson } from './decode-otlp-json.ts';
import { decodeOtlpProtobuf } from './decode-otlp-protobuf.ts';
import { DeltaSums, type DeltaRound } from './delta-sums.ts';
import { translateOtlp } from './translate-otlp.ts';

/** Where what is received goes. */
export interface OtlpReceiverOptions extends AnnotationOptions {
  readonly store: SampleSink;
  /** Sums up what is sent as differences; receivers for the same store share it. @default sums of its own */
  readonly deltas?: DeltaSums | undefined;
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
    this.deltas = options.deltas ?? new DeltaSums();
  }

  /**
   * Stores a request.
   *
   * @param body - Protocol Buffers as bytes, JSON as text; unpacked.
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is damaged; then nothing of it is stored. What the store's
   * `append` throws; then the first samples of a long request may be stored, and it can be sent again.
   */
  async receive(body: Uint8Array | string, options?: CallOptions): Promise<OtlpResult> {
    const { store, clock = systemClock } = this.options;
    const request = typeof body === 'string' ? decodeOtlpJson(body) : decodeOtlpProtobuf(body);
    const stored = async (round: DeltaRound, signal: AbortSignal): Promise<OtlpResult> => {
      signal.throwIfAborted();
      const translated = await finished(translateOtlp(request, round, clock.now()), pacer(signal, clock));
      // Who may not write everything gets all or nothing: a sample that is not allowed refuses the request.
      const isWhole = this.options.isAllowed !== undefined;
      const { appended, rejected } = isWhole
        ? await store.append(translated.samples, { signal })
        : await appendInSlices(store, translated.samples, clock, { signal });
      round.commit();
      await keepAnnotations(translated, this.options, { signal });
      return { appended, rejected, refusedPoints: translated.refusedPoints, problem: translated.problem };
    };
    return withDeadline(options, (signal) => this.deltas.alone((round) => stored(round, signal)), clock);
  }
}

/** What comes out of work that pauses now and then, so that others get their turn. */
async function finished<Result>(
  work: Generator<number, Result, void>,
  pace: (work: number) => Promise<void> | undefined,
): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    const pause = pace(step.value);
    if (pause !== undefined) await pause;
  }
}
