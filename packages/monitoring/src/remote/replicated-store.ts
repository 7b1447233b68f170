import { seriesKey, withDeadline, type CallOptions, type NovaError, type Sample, type Series } from '@novacron/core';
import { invalidInput, toNovaError } from '../error.ts';
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
import { readLimits } from '../store/store-call.ts';
import { mergeSeries } from './merge-series.ts';
import { Replica } from './replica.ts';
import { SortedRows } from './sorted-rows.ts';

/** How many of several stores must answer. */
export interface ReplicatedStoreOptions {
  /** How many stores must take what is written; fewer are an error. @default 1 */
  readonly required?: number | undefined;
  /** Is told when a store fails and the others go on without it. @default nobody is told */
  readonly onFailure?: ((error: NovaError, store: number) => void) | undefined;
}

/**
 * Several stores as one, each of which holds everything: none of them is a single point of failure. What is written goes to
 * all; what is read comes from all that answer, their samples united, so that what one of them missed while it was away
 * is filled from the others. Where two have the same time, the first in the list is right; of downsampled buckets too.
 *
 * When fewer than `required` stores take a call's samples it throws, and some may have them all the same; appending them
 * again is safe, for those reject them as duplicates. `delete` needs every store: otherwise what was deleted would come
 * back from the one that was away. A remote store with a buffer counts as one that takes what it is given.
 *
 * @param stores - Two or more; they are closed with this one.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when there is no store, or `required` is not from 1 to their number.
 *
 * @example
 * ```ts
 * import { memoryStore } from '@novacron/monitoring';
 * import { replicatedStore } from '@novacron/monitoring/remote';
 *
 * await using store = replicatedStore([memoryStore(), memoryStore()], { required: 2 });
 * await store.append([{ metric: 'vm_up', labels: { vm: 'web-1' }, timeMs: Date.now(), value: 1 }]);
 * (await store.select({ metric: 'vm_up' })).map(({ values }) => [...values]) // => [[1]]
 * ```
 */
export function replicatedStore(stores: readonly MetricStore[], options: ReplicatedStoreOptions = {}): MetricStore {
  const { required = 1 } = options;
  if (stores.length === 0) throw invalidInput('stores must not be empty');
  if (!Number.isInteger(required) || required < 1 || required > stores.length) {
    throw invalidInput(`required must be a whole number from 1 to ${stores.length}, not ${String(required)}`);
  }
  return new ReplicatedStore(stores, options);
}

class ReplicatedStore implements MetricStore {
  readonly outOfOrderMs: number;
  readonly #ids: SeriesId[] = [];
  readonly #refs = new Map<string, number>();
  readonly #replicas: readonly Replica[];
  readonly #required: number;
  readonly #onFailure: ReplicatedStoreOptions['onFailure'];

  constructor(stores: readonly MetricStore[], { required = 1, onFailure }: ReplicatedStoreOptions) {
    this.outOfOrderMs = Math.max(...stores.map((store) => store.outOfOrderMs ?? 0));
    this.#replicas = stores.map((store) => new Replica(store, this.#ids));
    this.#required = required;
    this.#onFailure = onFailure;
  }

  append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult> {
    return this.#write(options, (replica, own) => replica.store.append(samples, own));
  }

  async register(series: readonly SeriesId[], options?: CallOptions): Promise<Uint32Array> {
    const common = series.map(({ metric, labels }) => {
      const key = seriesKey(metric, labels);
      const ref = this.#refs.get(key) ?? this.#ids.push({ metric, labels }) - 1;
      this.#refs.set(key, ref);
      return ref;
    });
    await this.#write(options, async (replica, own) => {
      await replica.register(common, own);
      return { appended: 0, rejected: [] };
    });
    return Uint32Array.from(common);
  }

  appendBatch(batch: SampleBatch, options?: CallOptions): Promise<AppendResult> {
    return this.#write(options, (replica, own) => replica.append(batch, own));
  }

  async select(query: SeriesQuery = {}, options?: CallOptions): Promise<readonly Series[]> {
    const merged = mergeSeries(await this.#read(({ store }) => store.select(query, options)));
    const count = readLimits(query);
    for (const { values } of merged) count(values.length);
    return merged;
  }

  async series(query: SeriesListQuery = {}, options?: CallOptions): Promise<readonly SeriesId[]> {
    const found = new SortedRows<undefined>();
    for (const list of await this.#read(({ store }) => store.series(query, options)))
      for (const id of list) found.add(id, undefined);
    return found.list().map(([id]) => id);
  }

  async labelValues(label: string, selector?: SeriesSelector, options?: CallOptions): Promise<readonly string[]> {
    return union(await this.#read(({ store }) => store.labelValues(label, selector, options)));
  }

  async labelNames(selector?: SeriesSelector, options?: CallOptions): Promise<readonly string[]> {
    return union(await this.#read(({ store }) => store.labelNames(selector, options)));
  }

  /** As the store has it that holds the most series. */
  async cardinality(query?: CardinalityQuery, options?: CallOptions): Promise<Cardinality> {
    return most(await this.#read(({ store }) => store.cardinality(query, options)));
  }

  async delete(query: SeriesListQuery, options?: CallOptions): Promise<DeleteResult> {
    const results = await withDeadline(options, (signal) =>
      Promise.all(this.#replicas.map((replica) => replica.write(() => replica.store.delete(query, { signal })))),
    );
    return most(results);
  }

  /** As the store has them that holds the most series; the bytes are those of all. */
  async stats(options?: CallOptions): Promise<StoreStats> {
    const all = await this.#read(({ store }) => store.stats(options));
    return { ...most(all), sizeBytes: all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  }

  refusedMetrics(): ReadonlySet<string> {
    return new Set(this.#replicas.flatMap(({ store }) => [...(store.refusedMetrics?.() ?? [])]));
  }

  async maintain(options?: CallOptions): Promise<void> {
    await this.#read(({ store }) => store.maintain(options));
  }

  async close(): Promise<void> {
    await Promise.all(this.#replicas.map(({ store }) => store.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What the store stored that stored the most. What waits for its turn in a replica ends with the call. */
  async #write(
    options: CallOptions | undefined,
    task: (replica: Replica, options: CallOptions) => Promise<AppendResult>,
  ): Promise<AppendResult> {
    const results = await withDeadline(options, (signal) =>
      this.#all((replica) => replica.write(() => task(replica, { signal })), this.#required),
    );
    return results.reduce((best, result) => (result.appended > best.appended ? result : best));
  }

  #read<Result>(task: (replica: Replica) => Promise<Result>): Promise<Result[]> {
    return this.#all(task, 1);
  }

  async #all<Result>(task: (replica: Replica) => Promise<Result>, required: number): Promise<Result[]> {
    const settled = await Promise.allSettled(this.#replicas.map((replica) => task(replica)));
    const results = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const failures = settled.flatMap((each, store) =>
      each.status === 'rejected' ? [{ error: toNovaError(each.reason), store }] : [],
    );
    const fatal =
      failures.find(({ error }) => isOfCall(error)) ?? (results.length < required ? failures[0] : undefined);
    if (fatal !== undefined) throw fatal.error;
    for (const { error, store } of failures) this.#onFailure?.(error, store);
    return results;
  }
}

/** Whether the call is wrong, or was ended: not one store's failure. */
function isOfCall({ kind }: NovaError): boolean {
  return kind === 'invalid' || kind === 'quota' || kind === 'aborted' || kind === 'conflict';
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].toSorted();
}

function most<Counted extends { readonly series: number }>(all: readonly Counted[]): Counted {
  return all.reduce((best, each) => (each.series > best.series ? each : best));
}
