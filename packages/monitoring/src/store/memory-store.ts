import { systemClock, withDeadline, type CallOptions, type Clock, type Sample, type Series } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { Cardinality } from './cardinality.ts';
import { emptyGraceMs, EmptySeries } from './empty-series.ts';
import { floatBits } from './float-bits.ts';
import { headStats } from './head-stats.ts';
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
} from './metric-store.ts';
import { Rejections } from './rejections.ts';
import { aggregateBetween, sumUp, wholeBuckets } from './rollup.ts';
import type { Columns } from './sample-columns.ts';
import { SampleSlab } from './sample-slab.ts';
import { samplesToBatch } from './samples-to-batch.ts';
import { SeriesCatalog, type StoreRules } from './series-catalog.ts';
import { SeriesColumns } from './series-columns.ts';
import { SharedTimes } from './shared-times.ts';
import { closedError, pacer, queryRange, readLimits, tierOf, type Tier } from './store-call.ts';

/** How a memory store is made. */
export interface MemoryStoreOptions extends StoreRules {
  /**
   * Samples in all; then the oldest tenth goes. They take 8 bytes each, and twice as many where series do not get theirs at
   * the same times as others. @default 10_000_000
   */
  readonly maxSamples?: number | undefined;
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
  const { maxSamples = 10_000_000 } = options;
  if (!(maxSamples > 0)) throw invalidInput(`maxSamples must be above 0, not ${String(maxSamples)}`);
  return new MemoryStore(options, maxSamples);
}

class MemoryStore implements MetricStore {
  readonly outOfOrderMs: number;
  readonly #options: MemoryStoreOptions;
  readonly #maxSamples: number;
  readonly #clock: Clock;
  #catalog: SeriesCatalog;
  #columns: (SeriesColumns | undefined)[] = []; // by slot
  /** The times of the series that came last; others that begin at the same time share them. */
  #youngest = new SharedTimes();
  #samples = 0;
  #empty = new EmptySeries();
  #maintainedMs = -Infinity;
  #closed = false;

  constructor(options: MemoryStoreOptions, maxSamples: number) {
    this.outOfOrderMs = options.outOfOrderMs ?? 0;
    this.#options = options;
    this.#maxSamples = maxSamples;
    this.#clock = options.clock ?? systemClock;
    this.#catalog = new SeriesCatalog(options, this.#clock);
  }

  append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult> {
    return this.#call(options, () => {
      const rejections = new Rejections();
      const created: number[] = [];
      const place = (metric: string, labels: Sample['labels'], timeMs: number) =>
        this.#catalog.place(metric, labels, timeMs, created);
      return this.#store(samplesToBatch(samples, place, rejections), rejections);
    });
  }

  register(series: readonly SeriesId[], options?: CallOptions): Promise<Uint32Array> {
    return this.#call(options, () => {
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
    return this.#call(options, () => this.#store(batch, new Rejections()));
  }

  select(query: SeriesQuery = {}, options?: CallOptions): Promise<readonly Series[]> {
    return this.#call(options, async (signal) => {
      const { fromMs, toMs } = queryRange(query);
      const { index } = this.#catalog;
      const oldestMs = this.#catalog.oldestTimes();
      const tier = tierOf(query);
      const pace = pacer(signal, this.#clock);
      const count = readLimits(query);
      const slab = new SampleSlab();
      const found: Series[] = [];
      for (const ref of this.#catalog.select(query, fromMs)) {
        const slot = index.slotOf(ref);
        if (slot < 0) continue;
        const columns = this.#read(slot, Math.max(fromMs, oldestMs(slot)), toMs, tier, query.shared === true);
        if (columns === undefined || columns.timesMs.length === 0) continue;
        count(columns.timesMs.length);
        const { metric, labels } = index.id(ref);
        const { timesMs, values } = query.shared === true ? columns : slab.copy(columns);
        found.push({ metric, labels, timesMs, values });
        const pause = pace(columns.timesMs.length + 20);
        if (pause !== undefined) await pause;
      }
      return found;
    });
  }

  series(query: SeriesListQuery = {}, options?: CallOptions): Promise<readonly SeriesId[]> {
    return this.#call(options, () => {
      const { fromMs, toMs } = queryRange(query);
      const { index } = this.#catalog;
      const refs = this.#catalog.select(query, fromMs);
      const reaching = toMs === Infinity ? refs : refs.filter((ref) => this.#firstMs(index.slotOf(ref)) < toMs);
      return reaching.map((ref) => index.id(ref));
    });
  }

  labelValues(label: string, selector?: SeriesSelector, options?: CallOptions): Promise<readonly string[]> {
    return this.#call(options, () => this.#catalog.index.labelValues(label, selector));
  }

  labelNames(selector?: SeriesSelector, options?: CallOptions): Promise<readonly string[]> {
    return this.#call(options, () => this.#catalog.index.labelNames(selector));
  }

  cardinality(query?: CardinalityQuery, options?: CallOptions): Promise<Cardinality> {
    return this.#call(options, () => this.#catalog.index.cardinality(query));
  }

  delete(query: SeriesListQuery, options?: CallOptions): Promise<DeleteResult> {
    return this.#call(options, () => {
      const { fromMs, toMs } = queryRange(query);
      const before = { series: this.#catalog.index.size, samples: this.#samples };
      for (const ref of this.#catalog.index.select(query)) {
        const slot = this.#catalog.index.slotOf(ref);
        const columns = this.#columns[slot];
        this.#samples -= columns?.dropBetween(fromMs, toMs) ?? 0;
        this.#removeIfEmpty(ref, slot);
      }
      return { series: before.series - this.#catalog.index.size, samples: before.samples - this.#samples };
    });
  }

  stats(options?: CallOptions): Promise<StoreStats> {
    return this.#call(options, () => ({
      series: this.#catalog.index.size,
      samples: this.#samples,
      sizeBytes: this.#sizeBytes(),
      rejected: this.#catalog.rejections.list(),
      refused: this.#catalog.limits.refused(),
      head: headStats(this.#ranges()),
    }));
  }

  refusedMetrics(): ReadonlySet<string> {
    return this.#catalog.limits.metrics;
  }

  maintain(options?: CallOptions): Promise<void> {
    return this.#call(options, () => this.#maintain());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#catalog = new SeriesCatalog(this.#options, this.#clock);
    this.#columns = [];
    this.#youngest = new SharedTimes();
    this.#empty = new EmptySeries();
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

  #store(batch: SampleBatch, rejections: Rejections): AppendResult {
    const presence = {
      closedMs: () => -Infinity,
      holds: (slot: number, timeMs: number) => this.#columns[slot]?.holds(timeMs) === true,
    };
    const { slots, timesMs, values } = this.#catalog.admit(batch, presence, rejections);
    const bits = floatBits(values);
    for (let i = 0; i < slots.length; i++) {
      const timeMs = timesMs[i] as number;
      const columns = (this.#columns[slots[i] as number] ??= this.#columnsFrom(timeMs));
      columns.push(timeMs, values[i] as number, bits, i);
    }
    this.#samples += slots.length;
    this.#makeRoom();
    return rejections.result(slots.length, this.#catalog.rejections);
  }

  /** Columns of a series whose first sample is at a time. */
  #columnsFrom(timeMs: number): SeriesColumns {
    if (!this.#youngest.beginsWith(timeMs)) this.#youngest = new SharedTimes();
    return new SeriesColumns(this.#youngest);
  }

  #read(slot: number, fromMs: number, toMs: number, tier: Tier | undefined, isShared: boolean): Columns | undefined {
    if (tier !== undefined) return this.#buckets(slot, fromMs, toMs, tier);
    const columns = this.#columns[slot];
    return isShared ? columns?.lend(fromMs, toMs) : columns?.between(fromMs, toMs);
  }

  /** What the buckets that end in a range come to; the first one may begin before it. */
  #buckets(slot: number, fromMs: number, toMs: number, { tierMs, aggregate }: Tier): Columns | undefined {
    const [begin, end] = wholeBuckets(fromMs, toMs, tierMs);
    const columns = this.#columns[slot]?.between(begin, end);
    if (columns === undefined) return undefined;
    return aggregateBetween(sumUp(columns.timesMs, columns.values, tierMs), aggregate, fromMs, toMs);
  }

  *#ranges(): Generator<readonly [number, number]> {
    for (const columns of this.#columns) {
      if (columns !== undefined && columns.length > 0) yield [columns.firstMs, columns.lastMs];
    }
  }

  #sizeBytes(): number {
    const times = new Set<SharedTimes>();
    let bytes = 0;
    for (const columns of this.#columns) {
      if (columns === undefined) continue;
      times.add(columns.times);
      bytes += columns.sizeBytes;
    }
    for (const { sizeBytes } of times) bytes += sizeBytes;
    return bytes;
  }

  #firstMs(slot: number): number {
    const columns = this.#columns[slot];
    return columns === undefined || columns.length === 0 ? -Infinity : columns.firstMs;
  }

  #makeRoom(): void {
    const nowMs = this.#clock.now();
    if (Math.abs(nowMs - this.#maintainedMs) > Math.min(this.#catalog.retention.shortestMs / 20, emptyGraceMs)) {
      this.#maintainedMs = nowMs;
      this.#maintain();
    }
    if (this.#samples <= this.#maxSamples) return;
    const oldestMs = this.#timeOfOldest(this.#samples - this.#maxSamples * 0.9);
    this.#dropBefore(() => oldestMs);
  }

  #maintain(): void {
    this.#dropBefore(this.#catalog.oldestTimes());
    const { index, newest } = this.#catalog;
    for (const ref of this.#empty.find(index, newest, this.#clock.now())) this.#catalog.remove(ref);
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

  #dropBefore(oldestMs: (slot: number) => number): void {
    if (this.#catalog.retention.shortestMs === Infinity && oldestMs(0) === -Infinity) return;
    const before = this.#samples;
    this.#columns.forEach((columns, slot) => {
      const count = columns?.countBefore(oldestMs(slot)) ?? 0;
      if (columns === undefined || count === 0) return;
      columns.dropFirst(count);
      this.#samples -= count;
      this.#removeIfEmpty(this.#catalog.index.refOf(slot), slot);
    });
    if (this.#samples === before) return;
    for (const columns of this.#columns) columns?.keepTimes();
    for (const columns of this.#columns) columns?.times.trim();
  }

  #removeIfEmpty(ref: number, slot: number): void {
    if ((this.#columns[slot]?.length ?? 0) > 0) return;
    this.#columns[slot] = undefined;
    this.#catalog.remove(ref);
  }
}
