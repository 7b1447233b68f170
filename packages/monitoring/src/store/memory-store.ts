import {
  systemClock,
  withDeadline,
  type CallOptions,
  type Clock,
  type Labels,
  type Sample,
  type Series,
} from '@novacron/core';
import { invalidInput, MonitoringError } from '../error.ts';
import { admit } from './admit.ts';
import { floatBits } from './float-bits.ts';
import type {
  AppendResult,
  MetricStore,
  SampleBatch,
  SeriesId,
  SeriesQuery,
  SeriesSelector,
  StoreStats,
} from './metric-store.ts';
import { NewestTimes } from './newest-times.ts';
import { Rejections } from './rejections.ts';
import { SampleColumns } from './sample-columns.ts';
import { SampleSlab } from './sample-slab.ts';
import { samplesToBatch } from './samples-to-batch.ts';
import { SeriesIndex, type IndexedSeries } from './series-index.ts';
import { closedError, pacer, queryRange, readLimits } from './store-call.ts';

/** How a memory store is made. */
export interface MemoryStoreOptions {
  /** Samples in all, 16 bytes each; then the oldest tenth goes. @default 10_000_000 */
  readonly maxSamples?: number | undefined;
  /** Series in all; samples of further ones are rejected as `series-limit`. @default 1_000_000 */
  readonly maxSeries?: number | undefined;
  /** Samples older than this, in milliseconds before the clock's present, go. @default Infinity */
  readonly retentionMs?: number | undefined;
  /** Says what is old. For a replay of old data, the replay's clock. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/**
 * Makes a store that lives in memory: for tests, browsers and short looks back. Nothing survives the process.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a limit is not above 0.
 *
 * @example
 * ```ts
 * import { memoryStore } from '@novacron/monitoring';
 *
 * await using store = memoryStore();
 * await store.append([
 *   { metric: 'system.cpu.utilization', labels: { vm: 'web-1' }, timeMs: 1_000, value: 0.25 },
 *   { metric: 'system.cpu.utilization', labels: { vm: 'web-1' }, timeMs: 2_000, value: 0.5 },
 * ]);
 * const [series] = await store.select({ metric: 'system.cpu.utilization', labels: { vm: 'web-1' }, fromMs: 1_500 });
 * series?.values // => Float64Array.of(0.5)
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): MetricStore {
  for (const name of ['maxSamples', 'maxSeries', 'retentionMs'] as const) {
    const limit = options[name];
    if (limit !== undefined && !(limit > 0)) throw invalidInput(`${name} must be above 0, not ${String(limit)}`);
  }
  return new MemoryStore(options);
}

class MemoryStore implements MetricStore {
  readonly #maxSamples: number;
  readonly #maxSeries: number;
  readonly #retentionMs: number;
  readonly #clock: Clock;
  #index = new SeriesIndex();
  #columns: (SampleColumns | undefined)[] = [];
  #newest = new NewestTimes();
  #samples = 0;
  #maintainedMs = -Infinity;
  #closed = false;

  constructor({ maxSamples, maxSeries, retentionMs, clock }: MemoryStoreOptions) {
    this.#maxSamples = maxSamples ?? 10_000_000;
    this.#maxSeries = maxSeries ?? 1_000_000;
    this.#retentionMs = retentionMs ?? Infinity;
    this.#clock = clock ?? systemClock;
  }

  append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult> {
    return this.#call(options, () => {
      const rejections = new Rejections();
      const find = (metric: string, labels: Labels) => this.#index.find(metric, labels) ?? this.#add(metric, labels);
      return this.#store(samplesToBatch(samples, find, this.#oldestMs(), rejections), rejections);
    });
  }

  register(series: readonly SeriesId[], options?: CallOptions): Promise<Uint32Array> {
    return this.#call(options, () => {
      const created: IndexedSeries[] = [];
      const place = ({ metric, labels }: SeriesId): number => {
        const found = this.#index.find(metric, labels);
        if (found !== undefined) return found.ref;
        const added = this.#add(metric, labels);
        if (added === undefined) {
          throw new MonitoringError({ kind: 'quota', message: `The store holds ${this.#maxSeries} series already` });
        }
        created.push(added);
        return added.ref;
      };
      try {
        return Uint32Array.from(series, place);
      } catch (error) {
        for (const added of created) this.#index.remove(added);
        throw error;
      }
    });
  }

  appendBatch(batch: SampleBatch, options?: CallOptions): Promise<AppendResult> {
    return this.#call(options, () => this.#store(batch, new Rejections()));
  }

  select(query: SeriesQuery = {}, options?: CallOptions): Promise<readonly Series[]> {
    return this.#call(options, async (signal) => {
      const { fromMs, toMs } = queryRange(query, this.#oldestMs());
      const pace = pacer(signal, this.#clock);
      const count = readLimits(query);
      const slab = new SampleSlab();
      const found: Series[] = [];
      for (const { metric, labels, ref } of this.#index.select(query)) {
        const columns = this.#columns[ref]?.viewBetween(fromMs, toMs);
        if (columns === undefined || columns.timesMs.length === 0) continue;
        count(columns.timesMs.length);
        const { timesMs, values } = slab.copy(columns);
        found.push({ metric, labels, timesMs, values });
        const pause = pace(timesMs.length);
        if (pause !== undefined) await pause;
      }
      return found;
    });
  }

  series(selector?: SeriesSelector, options?: CallOptions): Promise<readonly SeriesId[]> {
    return this.#call(options, () => this.#index.select(selector).map(({ metric, labels }) => ({ metric, labels })));
  }

  labelValues(label: string, selector?: SeriesSelector, options?: CallOptions): Promise<readonly string[]> {
    return this.#call(options, () => this.#index.labelValues(label, selector));
  }

  stats(options?: CallOptions): Promise<StoreStats> {
    return this.#call(options, () => ({
      series: this.#index.size,
      samples: this.#samples,
      sizeBytes: this.#columns.reduce((sum, columns) => sum + (columns?.sizeBytes ?? 0), 0),
    }));
  }

  maintain(options?: CallOptions): Promise<void> {
    return this.#call(options, () => this.#dropBefore(this.#oldestMs()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#index = new SeriesIndex();
    this.#columns = [];
    this.#newest = new NewestTimes();
    this.#samples = 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #call<T>(options: CallOptions | undefined, task: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
    return withDeadline(options, (signal) => {
      if (this.#closed) throw closedError();
      return task(signal);
    });
  }

  #add(metric: string, labels: Labels): IndexedSeries | undefined {
    const series = this.#index.describe(metric, labels, this.#index.nextRef);
    if (this.#index.size >= this.#maxSeries) return undefined;
    this.#index.add(series);
    return series;
  }

  #store(batch: SampleBatch, rejections: Rejections): AppendResult {
    const known = (ref: number): boolean => this.#index.get(ref) !== undefined;
    const { refs, timesMs, values } = admit(batch, known, this.#newest, this.#oldestMs(), rejections);
    const bits = floatBits(values);
    for (let i = 0; i < refs.length; i++) {
      const ref = refs[i] as number;
      const columns = (this.#columns[ref] ??= new SampleColumns());
      columns.push(timesMs[i] as number, bits, i);
    }
    this.#samples += refs.length;
    this.#makeRoom();
    return rejections.result(refs.length);
  }

  #oldestMs(): number {
    return this.#retentionMs === Infinity ? -Infinity : this.#clock.now() - this.#retentionMs;
  }

  #makeRoom(): void {
    const nowMs = this.#clock.now();
    if (Math.abs(nowMs - this.#maintainedMs) > this.#retentionMs / 20) {
      this.#maintainedMs = nowMs;
      this.#dropBefore(this.#oldestMs());
    }
    if (this.#samples > this.#maxSamples) this.#dropBefore(this.#timeOfOldest(this.#samples - this.#maxSamples * 0.9));
  }

  /** A time before which there are at least `count` samples, and hardly more. */
  #timeOfOldest(count: number): number {
    let lowMs = Infinity;
    let highMs = -Infinity;
    for (const columns of this.#columns) {
      if (columns === undefined || columns.length === 0) continue;
      lowMs = Math.min(lowMs, columns.firstMs);
      highMs = Math.max(highMs, columns.lastMs + 1);
    }
    while (highMs - lowMs > 0.5) {
      const middleMs = lowMs + (highMs - lowMs) / 2;
      if (middleMs === lowMs || middleMs === highMs) break;
      const before = this.#columns.reduce((sum, columns) => sum + (columns?.countBefore(middleMs) ?? 0), 0);
      if (before >= count) highMs = middleMs;
      else lowMs = middleMs;
    }
    return highMs;
  }

  #dropBefore(oldestMs: number): void {
    if (oldestMs === -Infinity) return;
    this.#columns.forEach((columns, ref) => {
      const count = columns?.countBefore(oldestMs) ?? 0;
      if (columns === undefined || count === 0) return;
      columns.dropFirst(count);
      this.#samples -= count;
      if (columns.length > 0) return;
      this.#columns[ref] = undefined;
      const series = this.#index.get(ref);
      if (series !== undefined) this.#index.remove(series);
    });
  }
}
