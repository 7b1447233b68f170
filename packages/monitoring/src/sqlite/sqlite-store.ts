import { systemClock, withDeadline, type CallOptions, type Clock, type Sample, type Series } from '@novacron/core';
import { invalidInput } from '../error.ts';
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
import { samplesToBatch } from '../store/samples-to-batch.ts';
import { SeriesCatalog } from '../store/series-catalog.ts';
import { emptyGraceMs } from '../store/empty-series.ts';
import { headStats } from '../store/head-stats.ts';
import { closedError, queryRange } from '../store/store-call.ts';
import type { Cut } from './cut.ts';
import { lockFile, type FileLock } from './file-lock.ts';
import { Head } from './head.ts';
import { Maintenance } from './maintenance.ts';
import { openWriter } from './open-writer.ts';
import { checkOptions, type SqliteStoreOptions } from './options.ts';
import { replay } from './replay.ts';
import { secretSeries } from './secret-series.ts';
import { StoreQueries } from './store-queries.ts';
import { StoreReader } from './store-reader.ts';
import type { CutSamples, LogRow } from './writer-tasks.ts';
import type { WriterLink } from './writer-link.ts';

const dayMs = 86_400_000;

/** New series of one transaction: their texts are in memory several times on their way to the file. */
const registeredAtOnce = 10_000;

/** A metric store in a file. */
export interface SqliteStore extends MetricStore {
  /**
   * Writes all that is stored to another file, which must not exist, while others go on reading. It is a store file
   * like this one: to restore, open it, or put it in the place of the old one while that is closed.
   *
   * @throws {MonitoringError} NOVA_MONITORING_CAPACITY when there is no room for it.
   */
  snapshot(path: string, options?: CallOptions): Promise<void>;
}

/**
 * Opens a store in one SQLite file, by Node's own `node:sqlite` (which prints an ExperimentalWarning once).
 *
 * A call's samples are one row of a log, written in one transaction by a thread of its own: when `append` resolves they
 * are durable, and a process that is killed loses none of them. Each series' newest samples stay in memory too, packed;
 * every 120 are written as a chunk and leave the log, and chunks that are cold are put together to longer ones and
 * deflated. Any 64-bit value comes back bit by bit. Reading has a connection of its own, which no write holds up.
 *
 * One store at a time may have a file open; an empty file beside it, with `-lock` at the end of its name, sees to that.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CONFLICT when another process or store has the file open.
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the file is damaged or no store; `salvageStore` saves what can
 * be read.
 * @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when another version wrote it.
 * @throws {MonitoringError} NOVA_MONITORING_NOT_FOUND when its folder does not exist.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when an option makes no sense.
 * @throws {MonitoringError} NOVA_MONITORING_PERMISSION when it was encrypted with another key.
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
export async function sqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  checkOptions(options);
  const clock = options.clock ?? systemClock;
  const { path, synchronous = 'full', maxSizeBytes = Infinity, chunkSamples = 120, mergedSamples = 1_920 } = options;
  const { rollupRetentionMs = 0, encryption, worker = true, outOfOrderMs = 0, cacheBytes = 2 ** 26 } = options;
  const catalog = new SeriesCatalog(options, clock);
  const key = encryption === undefined ? undefined : await encryption.key();
  if (key !== undefined && key.length !== 32) throw invalidInput(`The key must be 32 bytes, not ${key.length}`);
  const lock = lockFile(path);
  let writer: WriterLink | undefined;
  let reader: StoreReader | undefined;
  try {
    const rollups = rollupRetentionMs > 0;
    const file = { path, synchronous, maxSizeBytes, chunkSamples, mergedSamples, rollups, key };
    writer = await openWriter(file, worker);
    reader = new StoreReader(path, key, cacheBytes);
    const head = new Head(chunkSamples, dayMs, outOfOrderMs);
    replay(reader, catalog, head);
    return new OpenStore(options, { clock, catalog, head, writer, reader, lock });
  } catch (error) {
    reader?.close();
    await writer?.close();
    lock.release();
    throw error;
  }
}

interface Parts {
  readonly clock: Clock;
  readonly catalog: SeriesCatalog;
  readonly head: Head;
  readonly writer: WriterLink;
  readonly reader: StoreReader;
  readonly lock: FileLock;
}

class OpenStore implements SqliteStore {
  readonly outOfOrderMs: number;
  readonly #parts: Parts;
  readonly #maintenance: Maintenance;
  readonly #queries: StoreQueries;
  readonly #isSecret: (ref: number) => boolean;
  #last: Promise<unknown> = Promise.resolve();
  #maintainedMs = -Infinity;
  #closing: Promise<void> | undefined;

  constructor(options: SqliteStoreOptions, parts: Parts) {
    const { rollupRetentionMs = 0, retentionBytes, mergedSamples, encryption, outOfOrderMs = 0 } = options;
    this.outOfOrderMs = outOfOrderMs;
    this.#parts = parts;
    this.#queries = new StoreQueries(parts, rollupRetentionMs);
    const { catalog, head, writer, reader } = parts;
    this.#maintenance = new Maintenance(
      { catalog, head, writer, sealed: reader.sealed, alone: (task) => this.#alone(task) },
      { rollupRetentionMs, retentionBytes: retentionBytes ?? Infinity, mergedSamples: mergedSamples ?? 1_920 },
    );
    this.#isSecret = encryption === undefined ? () => false : secretSeries(catalog, encryption.series ?? {});
  }

  append(samples: readonly Sample[], options?: CallOptions): Promise<AppendResult> {
    return this.#write(options, async () => {
      const rejections = new Rejections();
      const created: number[] = [];
      const { catalog } = this.#parts;
      const batch = samplesToBatch(
        samples,
        (metric, labels, timeMs) => catalog.place(metric, labels, timeMs, created),
        rejections,
      );
      return rejections.result(await this.#store(batch, created, rejections), catalog.rejections);
    });
  }

  register(series: readonly SeriesId[], options?: CallOptions): Promise<Uint32Array> {
    return this.#write(options, async () => {
      const created: number[] = [];
      let stored = 0;
      try {
        const refs = this.#parts.catalog.register(series, created);
        for (; stored < created.length; stored += registeredAtOnce) {
          await this.#store(emptyBatch, created.slice(stored, stored + registeredAtOnce), new Rejections());
        }
        return refs;
      } catch (error) {
        for (const ref of created.slice(stored)) this.#parts.catalog.remove(ref);
        throw error;
      }
    });
  }

  appendBatch(batch: SampleBatch, options?: CallOptions): Promise<AppendResult> {
    return this.#write(options, async () => {
      const rejections = new Rejections();
      return rejections.result(await this.#store(batch, [], rejections), this.#parts.catalog.rejections);
    });
  }

  select(query: SeriesQuery = {}, options?: CallOptions): Promise<readonly Series[]> {
    return this.#call(options, (signal) =>
      this.#queries.select(query, signal, () => {
        if (this.#closing !== undefined) throw closedError();
      }),
    );
  }

  series(query: SeriesListQuery = {}, options?: CallOptions): Promise<readonly SeriesId[]> {
    return this.#call(options, () => {
      const { fromMs } = queryRange(query);
      return this.#queries.refs(query, fromMs).map((ref) => this.#parts.catalog.index.id(ref));
    });
  }

  labelValues(label: string, selector?: SeriesSelector, options?: CallOptions): Promise<readonly string[]> {
    return this.#call(options, () => this.#parts.catalog.index.labelValues(label, selector));
  }

  labelNames(selector?: SeriesSelector, options?: CallOptions): Promise<readonly string[]> {
    return this.#call(options, () => this.#parts.catalog.index.labelNames(selector));
  }

  cardinality(query?: CardinalityQuery, options?: CallOptions): Promise<Cardinality> {
    return this.#call(options, () => this.#parts.catalog.index.cardinality(query));
  }

  delete(query: SeriesListQuery, options?: CallOptions): Promise<DeleteResult> {
    return this.#write(options, async () => {
      const { fromMs, toMs } = queryRange(query);
      const { catalog, head, writer, reader } = this.#parts;
      const refs = Uint32Array.from(catalog.index.select(query));
      const slots = Uint32Array.from(refs, (ref) => catalog.index.slotOf(ref));
      const empty = refs.filter((_, i) => !head.keepsSome(slots[i] as number, fromMs, toMs));
      const logBefore = head.nextNumber;
      const removed = await writer.run('remove', { refs, fromMs, toMs, logBefore, empty });
      for (const ref of refs) reader.sealed.forget(ref);
      let { samples } = removed;
      for (const slot of slots) samples += head.removeBetween(slot, fromMs, toMs);
      for (const ref of removed.gone) {
        head.remove(catalog.index.slotOf(ref));
        catalog.remove(ref);
      }
      return { series: removed.series, samples };
    });
  }

  stats(options?: CallOptions): Promise<StoreStats> {
    return this.#call(options, () => {
      const { catalog, reader, head } = this.#parts;
      return {
        series: catalog.index.size,
        samples: reader.chunks.samples() + head.count,
        sizeBytes: reader.sizeBytes(),
        rejected: catalog.rejections.list(),
        refused: catalog.limits.refused(),
        head: headStats(head.ranges(catalog.index.slots)),
      };
    });
  }

  refusedMetrics(): ReadonlySet<string> {
    return this.#parts.catalog.limits.metrics;
  }

  maintain(options?: CallOptions): Promise<void> {
    return this.#call(options, () => this.#maintenance.run(this.#parts.clock.now()));
  }

  snapshot(path: string, options?: CallOptions): Promise<void> {
    return this.#write(options, () => this.#parts.writer.run('snapshot', path));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { writer, reader, lock } = this.#parts;
    await this.#maintenance.stop();
    await this.#last.catch(() => {});
    reader.close(); // first, so that the writer's connection is the last one and leaves one file
    await writer.close();
    lock.release();
  }

  #call<T>(options: CallOptions | undefined, task: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
    return withDeadline(options, (signal) => {
      if (this.#closing !== undefined) throw closedError();
      return task(signal);
    });
  }

  /** Runs a task that changes the store, after those before it. One that was aborted before its turn is not run. */
  #write<T>(options: CallOptions | undefined, task: () => Promise<T>): Promise<T> {
    return this.#call(options, (signal) =>
      this.#alone(() => {
        signal.throwIfAborted();
        return task();
      }),
    );
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Writes new series and samples, and chunks when there is enough for them, all in one transaction. */
  async #store(batch: SampleBatch, created: readonly number[], rejections: Rejections): Promise<number> {
    const { catalog, head, writer } = this.#parts;
    const { index } = catalog;
    const presence = {
      closedMs: (slot: number) => head.closedMs(slot),
      holds: (slot: number, timeMs: number) => head.samples.holds(slot, timeMs),
    };
    try {
      for (const ref of created) {
        head.begin(index.slotOf(ref), -Infinity);
        this.#maintenance.begin(index.slotOf(ref));
      }
      const admitted = catalog.admit(batch, presence, rejections);
      const appended = admitted.slots.length;
      // Who ends the call is free to use its arrays again, while they are being written.
      const kept = admitted.timesMs === batch.timesMs ? ownColumns(admitted) : admitted;
      if (appended + created.length === 0) return 0;
      let cut: Cut | undefined;
      let number: number;
      try {
        cut = head.cut(index.slots, (slot) => index.refOf(slot));
        number = cut?.nextNumber ?? head.nextNumber;
        const rows: LogRow[] = cut?.row === undefined ? [] : [cut.row];
        if (appended > 0) rows.push({ number, batch: ownColumns(admitted) });
        const series = created.map((ref) => ({ ref, ...index.textOf(ref) }));
        await writer.run('commit', { series, cut: this.#samplesOf(cut), rows, logBefore: cut?.logBefore ?? 0 });
      } catch (error) {
        admitted.undo();
        throw error;
      }
      if (cut !== undefined) this.#commitCut(cut);
      if (appended > 0) head.push(admitted.slots, kept, number);
      this.#maintainNowAndThen();
      return appended;
    } catch (error) {
      for (const ref of created) catalog.remove(ref);
      throw error;
    }
  }

  #samplesOf(cut: Cut | undefined): CutSamples | undefined {
    if (cut === undefined || cut.samples.length === 0) return undefined;
    const { index } = this.#parts.catalog;
    const { slots, counts, columns } = cut.samples;
    const refs = Uint32Array.from(slots, (slot) => index.refOf(slot));
    const secret = Uint8Array.from(refs, (ref) => Number(this.#isSecret(ref)));
    return { refs, counts: Uint32Array.from(counts), secret, ...columns };
  }

  #commitCut(cut: Cut): void {
    this.#parts.head.commit(cut);
    const { slots, counts, firstsMs } = cut.samples;
    const { index } = this.#parts.catalog;
    slots.forEach((slot, i) => {
      this.#maintenance.cut(index.refOf(slot), slot, counts[i] as number, firstsMs[i] as number);
    });
  }

  #maintainNowAndThen(): void {
    const { clock, catalog } = this.#parts;
    const nowMs = clock.now();
    const { shortestMs } = catalog.retention;
    if (Math.abs(nowMs - this.#maintainedMs) <= Math.min(shortestMs / 20, emptyGraceMs)) return;
    this.#maintainedMs = nowMs;
    const done = shortestMs === Infinity ? this.#maintenance.dropEmpty(nowMs) : this.#maintenance.run(nowMs);
    // The samples are stored. What is old goes another time when it can't now, and `maintain` says what hinders it.
    done.catch(() => {});
  }
}

const emptyBatch: SampleBatch = {
  refs: new Uint32Array(0),
  timesMs: new Float64Array(0),
  values: new Float64Array(0),
};

/** Columns that can be sent: a part of a longer array would take the whole with it. */
function ownColumns({ refs, timesMs, values }: SampleBatch): SampleBatch {
  return { refs: refs.slice(), timesMs: timesMs.slice(), values: values.slice() };
}
