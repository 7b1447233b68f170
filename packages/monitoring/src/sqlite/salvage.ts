import { closeSync, copyFileSync, existsSync, openSync, readSync, rmSync, statSync, truncateSync } from 'node:fs';
import { lowerBound, NovaError, systemClock, withDeadline, type CallOptions } from '@novacron/core';
import { invalidInput, MonitoringError } from '../error.ts';
import { floatBits } from '../store/float-bits.ts';
import type { SeriesId } from '../store/metric-store.ts';
import { joinBuckets, slice, sumUp, tiersMs, type Buckets } from '../store/rollup.ts';
import { SampleColumns, type Columns } from '../store/sample-columns.ts';
import { SeriesIndex } from '../store/series-index.ts';
import { pacer } from '../store/store-call.ts';
import { ChunkTable } from './chunk-table.ts';
import { DamagedFile } from './damaged-file.ts';
import { Database } from './database.ts';
import { lockFile } from './file-lock.ts';
import type { EncryptionOptions } from './options.ts';
import { nextAfter } from './sealed-samples.ts';
import { sqliteStore, type SqliteStore } from './sqlite-store.ts';

/** Series of which the log's samples are in memory at once, and samples that are written at once. */
const seriesAtOnce = 100_000;
const samplesAtOnce = 50_000;

/** What was saved of a damaged file. */
export interface SalvageReport {
  /** Series that have samples in the new file. */
  readonly series: number;
  /** Samples in the new file. */
  readonly samples: number;
  /** Parts that could not be read: chunks, rows of the log, series, or whole tables from a place on. */
  readonly damaged: number;
}

/**
 * Saves what can be read of a damaged store file into a new one, which is opened and served as any other: samples, what was
 * deleted of them left out, and the rollups of times of which no samples are left. The damaged file stays as it is. What
 * does not fit its own structure or its checksum counts as damaged; damaged times that compacted chunks have in common cost
 * all of these.
 *
 * @param path - The damaged file.
 * @param to - Where the new one is made; nothing may be there, and nothing is left there when it fails.
 * @param encryption - Its key; then all of the new file is encrypted with it.
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when not even its list of series can be read.
 * @throws {MonitoringError} NOVA_MONITORING_PERMISSION when it is encrypted, and the key is missing or another one.
 * @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when it is of another version.
 * @throws {MonitoringError} NOVA_MONITORING_NOT_FOUND when it does not exist.
 * @throws {MonitoringError} NOVA_MONITORING_CONFLICT when a store has it open.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when `to` is not a new path.
 *
 * @example
 * ```ts no-run
 * import { salvageStore, sqliteStore } from '@novacron/monitoring/sqlite';
 *
 * const { samples, damaged } = await salvageStore('metrics.db', 'saved.db');
 * console.log(`${samples} samples saved, ${damaged} parts lost`);
 * await using store = await sqliteStore({ path: 'saved.db' });
 * ```
 */
export function salvageStore(
  path: string,
  to: string,
  encryption?: Pick<EncryptionOptions, 'key'>,
  options?: CallOptions,
): Promise<SalvageReport> {
  return withDeadline(options, async (signal) => {
    if (!existsSync(path)) {
      throw new MonitoringError({ kind: 'not-found', message: `There is no store file ${path}`, details: { path } });
    }
    if (existsSync(to)) throw invalidInput('to must be a new path', { to });
    const key = await encryption?.key();
    const lock = lockFile(path);
    try {
      return await salvage(path, to, encryption, key, signal);
    } catch (error) {
      remove(to);
      rmSync(`${to}-lock`, { force: true });
      throw error;
    } finally {
      lock.release();
    }
  });
}

async function salvage(
  path: string,
  to: string,
  encryption: Pick<EncryptionOptions, 'key'> | undefined,
  key: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<SalvageReport> {
  const working = `${to}-working`;
  let damaged: DamagedFile | undefined;
  try {
    padded(path, working);
    damaged = new DamagedFile(working, key);
    const ids = damaged.series();
    // Rollups are made of chunks that were not merged yet; those that are merged here would be left out.
    const mergedSamples = damaged.hasRollups ? Number.MAX_SAFE_INTEGER : undefined;
    const store = await sqliteStore({ path: to, synchronous: 'normal', worker: false, encryption, mergedSamples });
    try {
      const salvaging = new Salvage(damaged, store, ids, signal);
      await salvaging.copySamples();
      const { samples } = await store.stats();
      const series = (await store.series({ fromMs: -Number.MAX_VALUE })).length;
      await store.close();
      await salvaging.copyRollups(to, key);
      return { series, samples, damaged: damaged.damaged };
    } finally {
      await store.close();
    }
  } finally {
    damaged?.close();
    remove(working);
  }
}

function remove(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
}

/**
 * Copies a file, with zeros in place of the pages that are missing at its end: SQLite reads nothing at all of a file that
 * is shorter than its header says (sqlite.org/fileformat2.html, 1.3.2 and 1.3.7). A page of which a part is there is
 * missing too: its rows may end in zeros that nobody tells from theirs.
 */
function padded(path: string, copy: string): void {
  copyFileSync(path, copy);
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
  const header = Buffer.alloc(32);
  const file = openSync(copy, 'r');
  readSync(file, header);
  closeSync(file);
  const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const sizeBytes = pageBytes * header.readUInt32BE(28);
  const { size } = statSync(copy);
  if (sizeBytes <= size) return;
  truncateSync(copy, size - (size % pageBytes));
  truncateSync(copy, sizeBytes);
}

/** A series on its way: its reference in the new file, and by tier where its samples begin. */
interface Saved {
  readonly ref: number;
  readonly starts: readonly TierStart[];
}

/** Where a tier's buckets are not summed up anew any more. */
interface TierStart {
  readonly tierMs: number;
  /** When the bucket begins that the first sample is in. */
  readonly beginMs: number;
  /** What of that bucket is gone. */
  readonly gone: Buckets | undefined;
}

class Salvage {
  readonly #damaged: DamagedFile;
  readonly #store: SqliteStore;
  readonly #ids: ReadonlyMap<number, SeriesId>;
  readonly #pace: (work: number) => Promise<void> | undefined;
  readonly #saved = new Map<number, Saved>();
  #waiting: { readonly ref: number; readonly columns: Columns }[] = [];
  #waitingSamples = 0;

  constructor(damaged: DamagedFile, store: SqliteStore, ids: ReadonlyMap<number, SeriesId>, signal: AbortSignal) {
    this.#damaged = damaged;
    this.#store = store;
    this.#ids = ids;
    this.#pace = pacer(signal, systemClock);
  }

  /** Writes each series' samples in the order of their times, whether they come from chunks or from the log. */
  async copySamples(): Promise<void> {
    const refs = [...this.#ids.keys()];
    for (let start = 0; start < refs.length; start += seriesAtOnce) {
      const some = refs.slice(start, start + seriesAtOnce);
      const logged = await this.#logged(new Set(some));
      for (const ref of some) {
        const samples = new SampleColumns();
        for (const columns of this.#damaged.chunksOf(ref)) {
          addAll(samples, columns);
          await this.#pace(columns.timesMs.length);
        }
        const late = logged.get(ref);
        if (late !== undefined) addAll(samples, late.view(0, late.length));
        await this.#pace(samples.length);
        if (samples.length > 0 || this.#hasRollups(ref)) await this.#write(ref, samples);
      }
      await this.#flush();
    }
  }

  /** Writes the rollups of what was before a series' first sample; what comes after is summed up anew. */
  async copyRollups(to: string, key: Uint8Array | undefined): Promise<void> {
    const database = new Database(to);
    const chunks = new ChunkTable(database, key);
    try {
      for (const [ref, saved] of this.#saved) {
        const copied = database.transaction(() =>
          saved.starts.reduce(
            (sum, start) => sum + this.#copyTier(chunks, ref, saved.ref, start, key !== undefined),
            0,
          ),
        );
        await this.#pace(copied);
      }
    } finally {
      database.close();
    }
  }

  #copyTier(chunks: ChunkTable, ref: number, newRef: number, start: TierStart, secret: boolean): number {
    const { tierMs, beginMs, gone } = start;
    let copied = 0;
    for (const buckets of this.#damaged.rollupsOf(ref, tierMs)) {
      const end = lowerBound(buckets.timesMs, beginMs);
      if (end > 0) chunks.insertRollup(newRef, tierMs, slice(buckets, 0, end), secret);
      copied += end;
    }
    if (gone !== undefined) chunks.insertRollup(newRef, tierMs, gone, secret);
    return copied;
  }

  #startOf(ref: number, { timesMs, values }: Columns, tierMs: number): TierStart {
    const [firstMs = Infinity] = timesMs;
    const beginMs = firstMs === Infinity ? Infinity : Math.floor(firstMs / tierMs) * tierMs;
    const parts = [...this.#damaged.rollupsOf(ref, tierMs)].map((buckets) =>
      slice(buckets, lowerBound(buckets.timesMs, beginMs), lowerBound(buckets.timesMs, beginMs + tierMs)),
    );
    const all = joinBuckets(parts, tierMs);
    const [lastMs] = all.timesMs;
    if (lastMs === undefined || firstMs === beginMs) return { tierMs, beginMs, gone: undefined };
    const end = lowerBound(timesMs, nextAfter(lastMs));
    const left = sumUp(timesMs.subarray(0, end), values.subarray(0, end), tierMs);
    const [count, sum] = [left.count[0] ?? 0, left.sum[0] ?? 0];
    // The lowest and the highest value may be of either part, and the last one is not asked for.
    const gone = {
      ...all,
      timesMs: Float64Array.of(beginMs),
      count: all.count.map((each) => each - count),
      sum: all.sum.map((each) => each - sum),
    };
    return { tierMs, beginMs, gone: (gone.count[0] as number) > 0 ? gone : undefined };
  }

  #hasRollups(ref: number): boolean {
    return tiersMs.some((tierMs) => this.#damaged.rollupsOf(ref, tierMs).next().done === false);
  }

  /** What the log holds of some series. */
  async #logged(refs: ReadonlySet<number>): Promise<Map<number, SampleColumns>> {
    const found = new Map<number, SampleColumns>();
    for (const { number, batch } of this.#damaged.log()) {
      const bits = floatBits(batch.values);
      batch.refs.forEach((ref, place) => {
        const timeMs = batch.timesMs[place] as number;
        if (!refs.has(ref) || !Number.isFinite(timeMs) || this.#damaged.isDeleted(ref, number, timeMs)) return;
        const samples = found.get(ref) ?? new SampleColumns();
        found.set(ref, samples);
        add(samples, timeMs, bits, place);
      });
      await this.#pace(batch.refs.length);
    }
    return found;
  }

  async #write(ref: number, samples: SampleColumns): Promise<void> {
    this.#waiting.push({ ref, columns: samples.view(0, samples.length) });
    this.#waitingSamples += samples.length;
    if (this.#waitingSamples >= samplesAtOnce) await this.#flush();
  }

  async #flush(): Promise<void> {
    const own = await this.#register(this.#waiting.map(({ ref }) => ref));
    const refs = new Uint32Array(this.#waitingSamples);
    const timesMs = new Float64Array(this.#waitingSamples);
    const values = new Float64Array(this.#waitingSamples);
    let end = 0;
    for (const [place, { ref, columns }] of this.#waiting.entries()) {
      const newRef = own[place];
      if (newRef === undefined) continue;
      this.#saved.set(ref, { ref: newRef, starts: tiersMs.map((tierMs) => this.#startOf(ref, columns, tierMs)) });
      timesMs.set(columns.timesMs, end);
      values.set(columns.values, end);
      refs.fill(newRef, end, (end += columns.timesMs.length));
    }
    this.#waiting = [];
    this.#waitingSamples = 0;
    const part = <Column extends Uint32Array | Float64Array>(column: Column): Column =>
      column.subarray(0, end) as Column;
    await this.#store.appendBatch({ refs: part(refs), timesMs: part(timesMs), values: part(values) });
  }

  /** The new references of series; none for those whose names or labels are damaged. */
  async #register(refs: readonly number[]): Promise<ArrayLike<number | undefined>> {
    try {
      return await this.#store.register(refs.map((ref) => this.#ids.get(ref) as SeriesId));
    } catch (error) {
      if (!NovaError.isInstance(error) || error.kind !== 'invalid') throw error;
    }
    const own: (number | undefined)[] = [];
    for (const ref of refs) {
      const id = this.#ids.get(ref) as SeriesId;
      const [newRef] = fits(id) ? await this.#store.register([id]) : [];
      if (newRef === undefined) this.#damaged.count(`series ${ref}`);
      own.push(newRef);
    }
    return own;
  }
}

/** Whether a store takes a series of such a name and labels. */
function fits({ metric, labels }: SeriesId): boolean {
  try {
    new SeriesIndex().check(metric, labels);
    return true;
  } catch {
    return false;
  }
}

/** Adds what is not there yet. */
function addAll(samples: SampleColumns, { timesMs, values }: Columns): void {
  const bits = floatBits(values);
  for (let place = 0; place < timesMs.length; place++) add(samples, timesMs[place] as number, bits, place);
}

function add(samples: SampleColumns, timeMs: number, bits: Uint32Array, place: number): void {
  const isNewest = samples.length === 0 || timeMs > samples.lastMs;
  if (isNewest || !samples.holds(timeMs)) samples.push(timeMs, bits, place);
}
