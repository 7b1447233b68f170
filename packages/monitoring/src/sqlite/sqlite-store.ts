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
import { admit } from '../store/admit.ts';
import type {
  AppendResult,
  MetricStore,
  SampleBatch,
  SeriesId,
  SeriesQuery,
  SeriesSelector,
  StoreStats,
} from '../store/metric-store.ts';
import { NewestTimes } from '../store/newest-times.ts';
import { Rejections } from '../store/rejections.ts';
import { samplesToBatch } from '../store/samples-to-batch.ts';
import { SeriesIndex, type IndexedSeries } from '../store/series-index.ts';
import { closedError, pacer, queryRange, readLimits } from '../store/store-call.ts';
import { encodeLogRow } from '../codec/log-row.ts';
import { Head, type Cut } from './head.ts';
import { readSeries } from './read-series.ts';
import { replay } from './replay.ts';
import { StoreFile } from './store-file.ts';

/** How a store file is opened. */
export interface SqliteStoreOptions {
  /** Where the file is; made when it does not exist. Its folder must exist. */
  readonly path: string;
  /**
   * When `append` resolves. `full`: the samples are on the disk and survive a power failure. `normal`: they survive
   * the process' death, but a power failure may take the last ones; several times faster on slow disks.
   * @default 'full'
   */
  readonly synchronous?: 'full' | 'normal' | undefined;
  /** Samples older than this, in milliseconds before the clock's present, go. @default Infinity */
  readonly retentionMs?: number | undefined;
  /** Series in all; samples of further ones are rejected as `series-limit`. @default 1_000_000 */
  readonly maxSeries?: number | undefined;
  /** How big the file may grow, in bytes; then appending throws NOVA_MONITORING_CAPACITY. @default Infinity */
  readonly maxSizeBytes?: number | undefined;
  /** Samples of a series that are compressed together. @default 120 */
  readonly chunkSamples?: number | undefined;
  /** Says what is old. For a replay of old data, the replay's clock. @default the system's clock */
  readonly clock?: Clock | undefined;
}

const dayMs = 86_400_000;

/**
 * Opens a store in one SQLite file, by Node's own `node:sqlite` (which prints an ExperimentalWarning once).
 *
 * A call's samples are one row of a log, written in one transaction: when `append` resolves they are durable, and a
 * process that is killed loses none of them. Each series' newest samples stay in memory too; every 120 are compressed
 * into a chunk and leave the log. Any 64-bit value comes back bit by bit.
 *
 * One store at a time may have a file open. The work is done in the calling thread: a call blocks it for the time of
 * the commit.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CONFLICT when another process or store has the file open.
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the file is damaged or no store.
 * @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when a newer version wrote it.
 * @throws {MonitoringError} NOVA_MONITORING_NOT_FOUND when its folder does not exist.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when an option makes no sense.
 *
 * @example
 * ```ts
 * import { sqliteStore } from '@novacron/monitoring/sqlite';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 *
 * const path = join(mkdtempSync(join(tmpdir(), 'store-')), 'metrics.db');
 * const first = await sqliteStore({ path });
 * await first.append([{ metric: 'vm.up', labels: { vm: 'web-1' }, timeMs: 1_000, value: 1 }]);
 * await first.close();
 *
 * await using again = await sqliteStore({ path });
 * const [series] = await again.select({ metric: 'vm.up', labels: { vm: 'web-1' } });
 * series?.values // => Float64Array.of(1)
 * ```
 */
export async function sqliteStore(options: SqliteStoreOptions): Promise<MetricStore> {
  if (typeof options.path !== 'string' || options.path === '' || options.path.startsWith(':')) {
    throw invalidInput('path must be the path of a file', { path: options.path });
  }
  for (const name of ['retentionMs', 'maxSeries', 'maxSizeBytes', 'chunkSamples'] as const) {
    const limit = options[name];
    if (limit !== undefined && !(limit > 0)) throw invalidInput(`${name} must be above 0, not ${String(limit)}`);
  }
  const { chunkSamples = 120, path, synchronous = 'full', maxSizeBytes = Infinity } = options;
  if (!Number.isInteger(chunkSamples)) throw invalidInput(`chunkSamples must be whole, not ${String(chunkSamples)}`);
  if (synchronous !== 'full' && synchronous !== 'normal') {
    throw invalidInput(`synchronous must be full or normal, not ${String(synchronous)}`);
  }
  const file = new StoreFile({ path, synchronous, maxSizeBytes });
  try {
    return new SqliteStore(file, chunkSamples, options);
  } catch (error) {
    file.close();
    throw error;
  }
}

class SqliteStore implements MetricStore {
  readonly #file: StoreFile;
  readonly #maxSeries: number;
  readonly #retentionMs: number;
  readonly #clock: Clock;
  readonly #index = new SeriesIndex();
  readonly #newest = new NewestTimes();
  readonly #head: Head;
  #maintainedMs = -Infinity;
  #closed = false;

  constructor(file: StoreFile, chunkSamples: number, { maxSeries, retentionMs, clock }: SqliteStoreOptions) {
    this.#file = file;
    this.#maxSeries = maxSeries ?? 1_000_000;
    this.#retentionMs = retentionMs ?? Infinity;
    this.#clock = clock ?? systemClock;
    this.#head = new Head(chunkSamples, dayMs);
    replay(file, this.#index, this.#newest, this.#head);
  }

  append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult> {
    return this.#call(options, () => {
      const rejections = new Rejections();
      return this.#creating((find) => {
        const batch = samplesToBatch(samples, find, this.#oldestMs(), rejections);
        return [batch, (appended) => rejections.result(appended)];
      }, rejections);
    });
  }

  register(series: readonly SeriesId[], options?: CallOptions): Promise<Uint32Array> {
    return this.#call(options, () =>
      this.#creating((find) => {
        const refs = Uint32Array.from(series, ({ metric, labels }) => {
          const found = find(metric, labels);
          if (found !== undefined) return found.ref;
          throw new MonitoringError({ kind: 'quota', message: `The store holds ${this.#maxSeries} series already` });
        });
        return [emptyBatch, () => refs];
      }),
    );
  }

  appendBatch(batch: SampleBatch, options?: CallOptions): Promise<AppendResult> {
    return this.#call(options, () => {
      const rejections = new Rejections();
      return rejections.result(this.#store(batch, [], rejections));
    });
  }

  select(query: SeriesQuery = {}, options?: CallOptions): Promise<readonly Series[]> {
    return this.#call(options, async (signal) => {
      const { fromMs, toMs } = queryRange(query, this.#oldestMs());
      const pace = pacer(signal, this.#clock);
      const count = readLimits(query);
      const found: Series[] = [];
      for (const { metric, labels, ref } of this.#index.select(query)) {
        if (this.#closed) throw closedError();
        const columns = readSeries(this.#file, this.#head, ref, fromMs, toMs);
        if (columns.timesMs.length > 0) {
          count(columns.timesMs.length);
          found.push({ metric, labels, ...columns });
        }
        await pace(columns.timesMs.length);
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
      samples: this.#file.chunkSamples() + this.#head.samples,
      sizeBytes: this.#file.sizeBytes(),
    }));
  }

  maintain(options?: CallOptions): Promise<void> {
    return this.#call(options, () => this.#dropOld());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.close();
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

  /** Runs a task that may make new series, which are gone again when storing fails. */
  #creating<T>(
    task: (
      find: (metric: string, labels: Labels) => IndexedSeries | undefined,
    ) => readonly [SampleBatch, (appended: number) => T],
    rejections: Rejections = new Rejections(),
  ): T {
    const created: IndexedSeries[] = [];
    const find = (metric: string, labels: Labels): IndexedSeries | undefined => {
      const found = this.#index.find(metric, labels);
      if (found !== undefined) return found;
      const series = this.#index.describe(metric, labels, this.#index.nextRef);
      if (this.#index.size >= this.#maxSeries) return undefined;
      this.#index.add(series);
      created.push(series);
      return series;
    };
    try {
      const [batch, result] = task(find);
      return result(this.#store(batch, created, rejections));
    } catch (error) {
      for (const series of created) this.#index.remove(series);
      throw error;
    }
  }

  /** Writes new series and samples, and chunks when there is enough for them, all in one transaction. */
  #store(batch: SampleBatch, created: readonly IndexedSeries[], rejections: Rejections): number {
    const known = (ref: number): boolean => this.#index.get(ref) !== undefined;
    const admitted = admit(batch, known, this.#newest, this.#oldestMs(), rejections);
    const appended = admitted.refs.length;
    if (appended + created.length === 0) return 0;
    let cut: Cut | undefined;
    let number = this.#head.nextNumber;
    try {
      this.#file.transaction(() => {
        for (const series of created) this.#file.insertSeries(series);
        if (this.#head.isFull) cut = this.#head.cut(this.#file);
        number = cut?.nextNumber ?? number;
        if (appended > 0) this.#file.insertLog(number, encodeLogRow(admitted));
      });
    } catch (error) {
      admitted.undo();
      throw error;
    }
    if (cut !== undefined) this.#head.commit(cut);
    this.#head.push(admitted, number);
    this.#maintainNowAndThen();
    return appended;
  }

  #oldestMs(): number {
    return this.#retentionMs === Infinity ? -Infinity : this.#clock.now() - this.#retentionMs;
  }

  #maintainNowAndThen(): void {
    const nowMs = this.#clock.now();
    if (Math.abs(nowMs - this.#maintainedMs) <= this.#retentionMs / 20) return;
    this.#maintainedMs = nowMs;
    try {
      this.#dropOld();
    } catch {
      // The samples are stored. What is old goes another time, and `maintain` says what hinders it.
    }
  }

  #dropOld(): void {
    const oldestMs = this.#oldestMs();
    if (oldestMs === -Infinity) return;
    const gone: IndexedSeries[] = [];
    let cut: Cut | undefined;
    this.#file.transaction(() => {
      let dropped = 0;
      for (const series of this.#index.all()) {
        dropped += this.#file.deleteChunksBefore(series.ref, oldestMs);
        const newestMs = this.#newest.get(series.ref);
        if (newestMs < oldestMs && newestMs !== -Infinity) gone.push(series);
      }
      this.#file.addChunkSamples(-dropped);
      if (gone.length === 0) return;
      for (const { ref } of gone) this.#file.deleteSeries(ref);
      cut = this.#head.cut(this.#file, true, new Set(gone.map(({ ref }) => ref)));
    });
    for (const series of gone) {
      this.#index.remove(series);
      this.#head.remove(series.ref);
    }
    if (cut !== undefined) this.#head.commit(cut);
    this.#file.vacuum();
  }
}

const emptyBatch: SampleBatch = {
  refs: new Uint32Array(0),
  timesMs: new Float64Array(0),
  values: new Float64Array(0),
};
