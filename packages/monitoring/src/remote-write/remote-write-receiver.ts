import { NovaError, validateLabels, validateMetricName, type CallOptions } from '@novacron/core';
import { ByteWriter } from '../codec/byte-buffer.ts';
import { invalidInput } from '../error.ts';
import { keepAnnotations, type AnnotationOptions, type SeriesExemplar } from '../metadata/keep-annotations.ts';
import type { MetricMetadata } from '../metadata/metric-metadata.ts';
import type { AppendResult, Rejection, SeriesId } from '../store/metric-store.ts';
import type { SampleSink } from '../store/sample-sink.ts';
import { ProtoReader } from '../wire/proto-reader.ts';
import { uncompressSnappy } from '../wire/uncompress-snappy.ts';
import { decodeWriteRequestV1 } from './decode-v1.ts';
import { decodeWriteRequestV2 } from './decode-v2.ts';
import { LabelCache } from './label-cache.ts';
import { SymbolTable } from './symbol-table.ts';
import { WriteColumns } from './write-columns.ts';
import { WriteKernel } from './write-kernel.ts';
import type { LabelPair, WriteSink } from './write-sink.ts';

/** Where what is received goes. */
export interface RemoteWriteReceiverOptions extends AnnotationOptions {
  readonly store: SampleSink;
  /** The most bytes of a request when unpacked. @default 67_108_864 */
  readonly maxBytes?: number | undefined;
  /** How many series are found without reading their labels. @default 1_000_000 */
  readonly maxCachedSeries?: number | undefined;
}

/** What became of a request. */
export interface RemoteWriteResult extends AppendResult {
  /** Exemplars that were kept. */
  readonly exemplars: number;
  /** Native histograms, none of which can be kept. */
  readonly histograms: number;
  /** Why a series did not fit, of the first one that did not. */
  readonly problem?: string | undefined;
}

/** A series of a request that was not known. */
interface NewSeries {
  readonly from: number;
  readonly to: number;
  readonly id: SeriesId;
  /** Where its labels are among those of all new series. */
  readonly start: number;
  readonly end: number;
}

/**
 * Receives Prometheus' Remote-Write, 1.0 and 2.0: unpacks, decodes and stores. Series that were sent before are found
 * by the bytes of their labels; nothing is made for a sample.
 *
 * Source: Prometheus Remote-Write specifications 1.0 and 2.0.
 */
export class RemoteWriteReceiver {
  private readonly options: RemoteWriteReceiverOptions;
  private readonly columns = new WriteColumns();
  /** The labels of the request's new series, as they were sent. */
  private readonly newLabels = new ByteWriter();
  private memory: Memory | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** @param options - Where what is received goes. */
  constructor(options: RemoteWriteReceiverOptions) {
    this.options = options;
  }

  /**
   * Stores a request. Requests are stored one after the other.
   *
   * @param body - As it was sent, packed by Snappy.
   * @param version - Of the protocol.
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is damaged, NOVA_MONITORING_QUOTA when it is too big; then
   * nothing of it is stored. What the store's `appendBatch` throws.
   */
  receive(body: Uint8Array, version: 1 | 2 = 1, options?: CallOptions): Promise<RemoteWriteResult> {
    const result = this.last.then(() => this.store(body, version, options));
    this.last = result.catch(() => {});
    return result;
  }

  private async store(body: Uint8Array, version: 1 | 2, options?: CallOptions): Promise<RemoteWriteResult> {
    const memory = (this.memory ??= newMemory(this.options.maxCachedSeries ?? 1_000_000));
    let decoded = this.decode(body, version, memory);
    const first = await this.storeDecoded(decoded, version, memory, options);
    let { appended, rejected } = first;
    if (rejected.some(({ reason }) => reason === 'unknown-series')) {
      // The store let go of series that the cache still knows: their samples are sent again, the others' are there.
      memory.caches[version].clear();
      decoded = this.decode(body, version, memory);
      const second = await this.storeDecoded(decoded, version, memory, options);
      appended += second.appended;
      rejected = without(second.rejected, first.appended);
    }
    const { histograms, problem, annotations } = decoded;
    // Only now: samples that may not be written are refused with all that came with them.
    const exemplars = await keepAnnotations(annotations, this.options, options);
    return { appended, rejected, exemplars, histograms, problem };
  }

  private decode(body: Uint8Array, version: 1 | 2, { kernel, caches, symbols }: Memory): Decoded {
    const { maxBytes = 67_108_864 } = this.options;
    const reader = new ProtoReader(kernel?.unpack(body, maxBytes) ?? uncompressSnappy(body, maxBytes));
    this.columns.truncate(0);
    this.newLabels.truncate(0);
    const decoded = this.sink(caches[version], version === 1 ? kernel : undefined);
    try {
      if (version === 1) decodeWriteRequestV1(reader, decoded);
      else decodeWriteRequestV2(reader, decoded, symbols);
    } finally {
      caches[version].release();
    }
    return decoded;
  }

  private async storeDecoded(
    decoded: Decoded,
    version: 1 | 2,
    { caches }: Memory,
    options?: CallOptions,
  ): Promise<AppendResult> {
    const { columns } = this;
    const unplaced = await this.register(decoded.created, caches[version], options);
    if (unplaced + decoded.invalid > 0) columns.drop(noRef);
    const { appended, rejected } = await this.options.store.appendBatch(columns.batch(), options);
    const own: Rejection[] = [
      { reason: 'invalid', count: decoded.invalid },
      { reason: 'series-limit', count: unplaced },
    ];
    return { appended, rejected: [...rejected, ...own.filter(({ count }) => count > 0)] };
  }

  /**
   * Gives the request's new series their references.
   *
   * @returns how many samples have none: the store is full of series.
   * @throws {NovaError} what the store throws otherwise.
   */
  private async register(created: readonly NewSeries[], cache: LabelCache, options?: CallOptions): Promise<number> {
    if (created.length === 0) return 0;
    const { store } = this.options;
    let unplaced = 0;
    let refs: Uint32Array | undefined;
    try {
      refs = await store.register(
        created.map(({ id }) => id),
        options,
      );
    } catch (error) {
      if (!NovaError.isInstance(error) || error.kind !== 'quota') throw error;
    }
    for (const [index, { from, to, id, start, end }] of created.entries()) {
      const ref = refs === undefined ? await refOf(store, id, options) : refs[index];
      if (ref === undefined) {
        unplaced += to - from;
        continue;
      }
      this.columns.setRefs(from, to, ref);
      cache.add(this.newLabels.buffer, start, end, ref);
    }
    return unplaced;
  }

  private sink(cache: LabelCache, kernel: WriteKernel | undefined): Decoded {
    const { columns, newLabels, options } = this;
    const decoded: Decoded = {
      columns,
      created: [],
      invalid: 0,
      annotations: { metadata: [], exemplars: [] },
      histograms: 0,
      problem: undefined,
      readKnown(reader) {
        kernel?.readKnown(reader, cache, columns);
      },
      series(from, bytes, start, end) {
        const ref = cache.find(bytes, start, end);
        columns.setRef(from, ref ?? noRef);
        return ref !== undefined;
      },
      newSeries(from, bytes, start, end, labels) {
        const id = decoded.fitting(labels);
        if (id === undefined) {
          decoded.invalid += columns.length - from;
          return;
        }
        const place = newLabels.length;
        newLabels.bytes(bytes.subarray(start, end));
        decoded.created.push({ from, to: columns.length, id, start: place, end: newLabels.length });
      },
      exemplar(labels, exemplar) {
        const id = options.exemplars === undefined ? undefined : decoded.fitting(() => labels);
        if (id !== undefined) decoded.annotations.exemplars.push({ series: id, exemplar });
      },
      metadata(metadata) {
        if (metadata.metric !== '') decoded.annotations.metadata.push(metadata);
      },
      histogram() {
        decoded.histograms++;
      },
      fitting(labels) {
        try {
          return seriesOf(labels());
        } catch (error) {
          if (!NovaError.isInstance(error) || error.kind !== 'invalid') throw error;
          decoded.problem ??= error.message;
          return undefined;
        }
      },
    };
    return decoded;
  }
}

/** What a receiver keeps of requests. */
interface Memory {
  readonly kernel: WriteKernel | undefined;
  readonly caches: Readonly<Record<1 | 2, LabelCache>>;
  readonly symbols: SymbolTable;
}

function newMemory(maxSeries: number): Memory {
  const kernel = WriteKernel.create();
  const caches = { 1: new LabelCache(maxSeries, undefined, kernel), 2: new LabelCache(maxSeries) };
  return { kernel, caches, symbols: new SymbolTable(maxSeries, () => caches[2].clear()) };
}

/** What was read of a request. */
interface Decoded extends WriteSink {
  readonly created: NewSeries[];
  /** Samples of series that do not fit. */
  invalid: number;
  readonly annotations: { readonly metadata: MetricMetadata[]; readonly exemplars: SeriesExemplar[] };
  histograms: number;
  problem: string | undefined;
  /** The series of labels, if they fit. */
  fitting(labels: () => readonly LabelPair[]): SeriesId | undefined;
}

/** No store has so many series: samples of it are rejected as of an unknown one. */
const noRef = 0xffff_ffff;

/** Rejections of a second try, without the samples that the first one stored. */
function without(rejected: readonly Rejection[], stored: number): Rejection[] {
  let left = stored;
  return rejected.flatMap(({ reason, count }) => {
    const again = reason === 'duplicate' || reason === 'out-of-order' ? Math.min(left, count) : 0;
    left -= again;
    return count > again ? [{ reason, count: count - again }] : [];
  });
}

async function refOf(store: SampleSink, id: SeriesId, options?: CallOptions): Promise<number | undefined> {
  try {
    return (await store.register([id], options))[0];
  } catch (error) {
    if (NovaError.isInstance(error) && error.kind === 'quota') return undefined;
    throw error;
  }
}

/**
 * The series of labels: the name apart, labels without a value left out.
 *
 * @throws {NovaError} NOVA_CORE_INVALID when a name does not fit.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when there is no name, or a label twice.
 */
function seriesOf(pairs: readonly LabelPair[]): SeriesId {
  let metric = '';
  const labels: Record<string, string> = {};
  for (const [name, value] of pairs) {
    if (name === '__name__') metric = value;
    else if (Object.hasOwn(labels, name)) throw invalidInput(`A series has the label ${name} twice`, { label: name });
    else if (value !== '') labels[name] = value;
  }
  if (metric === '') throw invalidInput('A series has no label __name__');
  validateMetricName(metric);
  validateLabels(labels);
  return { metric, labels: Object.freeze(labels) };
}
