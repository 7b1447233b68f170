import {
  seriesKey,
  systemClock,
  withDeadline,
  type CallOptions,
  type Clock,
  type Sample,
  type Series,
} from '@novacron/core';
import { decodeWriteRequestV1 } from '../remote-write/decode-v1.ts';
import { encodeWriteRequestV1 } from '../remote-write/encode-v1.ts';
import { WriteColumns } from '../remote-write/write-columns.ts';
import type { WriteSink } from '../remote-write/write-sink.ts';
import type { Cardinality } from '../store/cardinality.ts';
import type {
  AppendResult,
  CardinalityQuery,
  DeleteResult,
  MetricStore,
  SampleBatch,
  SeriesId,
  SeriesListQuery,
  SeriesQuery,
  SeriesSelector,
  StoreStats,
} from '../store/metric-store.ts';
import { Rejections } from '../store/rejections.ts';
import { aggregateBetween, sumUp, wholeBuckets } from '../store/rollup.ts';
import { samplesToBatch } from '../store/samples-to-batch.ts';
import { SeriesCatalog } from '../store/series-catalog.ts';
import { SeriesIndex } from '../store/series-index.ts';
import { closedError, readLimits, tierOf } from '../store/store-call.ts';
import { groupBy } from './group-by.ts';
import { ProtoReader } from '../wire/proto-reader.ts';
import { checkRemoteOptions, type RemoteStoreOptions } from './options.ts';
import { columnsOf } from './columns-of.ts';
import { RemoteClient } from './remote-client.ts';
import { RemoteReader, type Held } from './remote-reader.ts';
import { RemoteWriter } from './remote-writer.ts';
import { SortedRows } from './sorted-rows.ts';
import { toPromql } from './to-promql.ts';

/** How many selectors go into one delete request. */
const seriesPerRequest = 100;
/**
 * A store on a server: Prometheus, VictoriaMetrics, Mimir, or anything else that takes Prometheus' Remote-Write 1.0 and
 * answers its query API. The contract is the same as that of the stores in memory and in a file, but for what these
 * protocols can't do: times are whole milliseconds from 1970 on, a NaN comes back as some NaN, a label without a value is
 * none, retention is the server's business, and `delete` needs the admin API, which Prometheus has behind a flag; there,
 * series without samples are listed until its next compaction. VictoriaMetrics deletes whole series only, and lists series
 * by days.
 *
 * Which samples are late or double is told by what this store has written itself; the server may refuse others. What is
 * written may take a moment to be seen. With a buffer, `append` also resolves when its samples are safely in the buffer's
 * file: they are sent, in order, as soon as the server is back.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when an option makes no sense.
 *
 * @example
 * ```ts no-run
 * import { remoteStore } from '@novacron/monitoring/remote';
 *
 * await using store = await remoteStore({ url: 'http://127.0.0.1:9090', bufferPath: 'outage.db' });
 * await store.append([{ metric: 'vm_up', labels: { vm: 'web-1' }, timeMs: Date.now(), value: 1 }]);
 * const series = await store.select({ metric: 'vm_up', fromMs: Date.now() - 3_600_000 });
 * ```
 */
export async function remoteStore(options: RemoteStoreOptions): Promise<MetricStore> {
  checkRemoteOptions(options);
  const clock = options.clock ?? systemClock;
  const catalog = new SeriesCatalog({ ...options, retentionMs: undefined, retention: undefined }, clock);
  const client = new RemoteClient(options);
  // What waited and was refused for good can be no call's result any more: it is told by `stats`.
  const refused = (request: Uint8Array): void => catalog.rejections.add('invalid', countSamples(request));
  return new RemoteStore(options, clock, catalog, client, new RemoteWriter(options, client, clock, refused));
}

class RemoteStore implements MetricStore {
  readonly #own: Readonly<Record<string, string>>;
  readonly #clock: Clock;
  readonly #catalog: SeriesCatalog;
  readonly #client: RemoteClient;
  readonly #reader: RemoteReader;
  readonly #writer: RemoteWriter;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(
    { labels = {} }: RemoteStoreOptions,
    clock: Clock,
    catalog: SeriesCatalog,
    client: RemoteClient,
    writer: RemoteWriter,
  ) {
    this.#own = labels;
    this.#clock = clock;
    this.#catalog = catalog;
    this.#client = client;
    this.#reader = new RemoteReader(client, labels, clock);
    this.#writer = writer;
  }

  append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult> {
    return this.#alone(options, async (signal) => {
      const rejections = new Rejections();
      const created: number[] = [];
      const place = (metric: string, labels: Sample['labels'], timeMs: number) =>
        this.#catalog.place(metric, labels, timeMs, created);
      return this.#store(samplesToBatch(samples, place, rejections), rejections, signal);
    });
  }

  register(series: readonly SeriesId[], options?: CallOptions): Promise<Uint32Array> {
    return this.#alone(options, async () => {
      const created: number[] = [];
      try {
        return this.#catalog.register(series, created);
      } catch (error) {
        for (const ref of created) this.#catalog.remove(ref);
        throw error;
      }
    });
  }

  appendBatch(batch: SampleBatch, options?: CallOptions): Promise<AppendResult> {
    return this.#alone(options, (signal) => this.#store(batch, new Rejections(), signal));
  }

  select(query: SeriesQuery = {}, options?: CallOptions): Promise<readonly Series[]> {
    return this.#call(options, async (signal) => {
      const range = this.#reader.range(query);
      const tier = tierOf(query);
      const [fromMs, toMs] = wholeBuckets(range.fromMs, range.toMs, tier?.tierMs ?? 0);
      const { text, matches } = toPromql(query, this.#own);
      if (!(fromMs < toMs)) return [];
      const count = readLimits(query);
      const found = new SortedRows<Pick<Series, 'timesMs' | 'values'>>();
      for (const { metric, values = [] } of await this.#reader.read(text, fromMs, toMs, signal)) {
        if (!matches(metric)) continue;
        const raw = columnsOf(values, fromMs, toMs);
        const columns =
          tier === undefined
            ? raw
            : aggregateBetween(sumUp(raw.timesMs, raw.values, tier.tierMs), tier.aggregate, range.fromMs, range.toMs);
        if (columns.timesMs.length === 0) continue;
        count(columns.timesMs.length);
        found.add(this.#reader.idOf(metric), columns);
      }
      return found.list().map(([id, columns]) => ({ ...id, ...columns }));
    });
  }

  series(query: SeriesListQuery = {}, options?: CallOptions): Promise<readonly SeriesId[]> {
    return this.#call(options, (signal) => this.#reader.list(query, signal));
  }

  labelValues(label: string, selector: SeriesSelector = {}, options?: CallOptions): Promise<readonly string[]> {
    return this.#call(options, async (signal) => (await this.#index(selector, signal)).labelValues(label));
  }

  labelNames(selector: SeriesSelector = {}, options?: CallOptions): Promise<readonly string[]> {
    return this.#call(options, async (signal) => (await this.#index(selector, signal)).labelNames());
  }

  cardinality({ limit, ...selector }: CardinalityQuery = {}, options?: CallOptions): Promise<Cardinality> {
    return this.#call(options, async (signal) => (await this.#index(selector, signal)).cardinality({ limit }));
  }

  delete(query: SeriesListQuery, options?: CallOptions): Promise<DeleteResult> {
    return this.#alone(options, async (signal) => {
      const { fromMs, toMs } = this.#reader.range(query);
      const before = await this.#reader.held(query, signal);
      if (before.size === 0) return { series: 0, samples: 0 };
      const { text, isWhole } = toPromql(query, this.#own);
      const texts = isWhole ? [text] : Array.from(before.values(), ({ id }) => this.#selectorOf(id));
      for (let i = 0; i < texts.length; i += seriesPerRequest) {
        const parameters = new URLSearchParams(texts.slice(i, i + seriesPerRequest).map((each) => ['match[]', each]));
        // VictoriaMetrics knows no part of a series here and says so; without a range both take the whole.
        if (query.fromMs !== undefined || query.toMs !== undefined) {
          parameters.set('start', String(fromMs / 1_000));
          parameters.set('end', String((toMs - 1) / 1_000));
        }
        await this.#client.ask('admin/tsdb/delete_series', parameters, signal);
      }
      const { fromMs: _from, toMs: _to, ...selector } = query;
      const left = await this.#reader.held(selector, signal);
      const gone = Array.from(before.keys()).filter((key) => !left.has(key));
      for (const ref of this.#catalog.index.select(query)) {
        const { metric, labels } = this.#catalog.index.id(ref);
        if (!left.has(seriesKey(metric, labels))) this.#catalog.remove(ref);
      }
      const samples = samplesOf(before) - samplesOf(await this.#reader.held(query, signal));
      return { series: gone.length, samples };
    });
  }

  /** Counted by the server; how many bytes it takes there is not known, those of the buffer are. */
  stats(options?: CallOptions): Promise<StoreStats> {
    return this.#call(options, async (signal) => {
      const held = await this.#reader.held({}, signal);
      return {
        series: held.size,
        samples: samplesOf(held),
        sizeBytes: this.#writer.waitingBytes,
        rejected: this.#catalog.rejections.list(),
        refused: this.#catalog.limits.refused(),
      };
    });
  }

  refusedMetrics(): ReadonlySet<string> {
    return this.#catalog.limits.metrics;
  }

  /** Sends what waits in the buffer. */
  maintain(options?: CallOptions): Promise<void> {
    return this.#call(options, (signal) => this.#writer.flush(signal));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#last;
    await this.#writer.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #call<T>(options: CallOptions | undefined, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(
      options,
      async (signal) => {
        if (this.#closed) throw closedError();
        return task(signal);
      },
      this.#clock,
    );
  }

  /** Runs a task that writes, after those before it. */
  #alone<T>(options: CallOptions | undefined, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#call(options, (signal) => {
      const result = this.#last.then(() => {
        signal.throwIfAborted();
        return task(signal);
      });
      this.#last = result.catch(() => {});
      return result;
    });
  }

  async #store(batch: SampleBatch, rejections: Rejections, signal: AbortSignal): Promise<AppendResult> {
    const presence = { closedMs: () => -Infinity, holds: () => false };
    const whole = withoutFractions(batch, rejections);
    const admitted = this.#catalog.admit(whole, presence, rejections);
    const { index } = this.#catalog;
    try {
      const bySeries = groupBy(admitted.refs.keys(), (i) => admitted.refs[i] as number);
      const series = Array.from(bySeries, ([ref, places]): Series => {
        const { metric, labels } = index.id(ref);
        const order = places.toSorted((a, b) => (admitted.timesMs[a] as number) - (admitted.timesMs[b] as number));
        const timesMs = Float64Array.from(order, (place) => admitted.timesMs[place] as number);
        const values = new Float64Array(order.length);
        order.forEach((place, i) => values.set(admitted.values.subarray(place, place + 1), i));
        return { metric, labels: { ...labels, ...this.#own }, timesMs, values };
      });
      await this.#writer.write(series, (part) => encodeWriteRequestV1(part), signal);
    } catch (error) {
      admitted.undo();
      throw error;
    }
    return rejections.result(admitted.refs.length, this.#catalog.rejections);
  }

  async #index(selector: SeriesSelector, signal: AbortSignal): Promise<SeriesIndex> {
    const index = new SeriesIndex();
    for (const { metric, labels } of await this.#reader.list(selector, signal)) index.add(metric, labels);
    return index;
  }

  #selectorOf({ metric, labels }: SeriesId): string {
    return toPromql({ metric, labels }, this.#own).text;
  }
}

function samplesOf(held: ReadonlyMap<string, Held>): number {
  let samples = 0;
  for (const each of held.values()) samples += each.samples;
  return samples;
}

/** The protocol has whole milliseconds: others, and those before 1970, are refused. */
function withoutFractions(batch: SampleBatch, rejections: Rejections): SampleBatch {
  const fits = batch.timesMs.every((timeMs) => !Number.isFinite(timeMs) || (Number.isInteger(timeMs) && timeMs >= 0));
  if (fits || batch.refs.length !== batch.timesMs.length) return batch;
  const places = Array.from(batch.refs.keys()).filter((i) => {
    const timeMs = batch.timesMs[i] as number;
    const taken = Number.isInteger(timeMs) && timeMs >= 0;
    if (!taken) rejections.add('invalid');
    return taken;
  });
  const values = new Float64Array(places.length);
  places.forEach((place, i) => values.set(batch.values.subarray(place, place + 1), i));
  return {
    refs: Uint32Array.from(places, (place) => batch.refs[place] as number),
    timesMs: Float64Array.from(places, (place) => batch.timesMs[place] as number),
    values,
  };
}

/** How many samples a request holds. */
function countSamples(request: Uint8Array): number {
  const columns = new WriteColumns();
  const nothing = (): void => {};
  const none = { newSeries: nothing, exemplar: nothing, metadata: nothing, histogram: nothing };
  const sink: WriteSink = { columns, series: () => true, ...none };
  decodeWriteRequestV1(new ProtoReader(request), sink);
  return columns.length;
}
