import { EmptySeries } from '../store/empty-series.ts';
import { grow } from '../store/grow.ts';
import type { SeriesCatalog } from '../store/series-catalog.ts';
import type { Head } from './head.ts';
import { nextAfter, type SealedSamples } from './sealed-samples.ts';
import type { WriterLink } from './writer-link.ts';

/** Series that are looked at in one transaction, so that an append never waits for long. */
const retainedAtOnce = 2_000;
const compactedAtOnce = 32;

/** What maintenance works on. */
export interface MaintenanceParts {
  readonly catalog: SeriesCatalog;
  readonly head: Head;
  readonly writer: WriterLink;
  readonly sealed: SealedSamples;
  /** Runs a task when no append and no other such task does. */
  readonly alone: <T>(task: () => Promise<T>) => Promise<T>;
}

/** How long a store's file keeps what. */
export interface MaintenanceOptions {
  readonly rollupRetentionMs: number;
  readonly retentionBytes: number;
  readonly mergedSamples: number;
}

/** Takes away what is old and compacts what is cold, in small steps between which others have their turn. */
export class Maintenance {
  readonly #parts: MaintenanceParts;
  readonly #options: MaintenanceOptions;
  /** By slot: samples of chunks that were not compacted. */
  #cold = new Uint32Array(64);
  /** By slot: no chunk ends before it. Nobody has looked when it is before all times. */
  #oldestEnds = new Float64Array(64).fill(-Infinity);
  readonly #waiting = new Set<number>(); // references
  readonly #empty = new EmptySeries();
  #compacting: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: MaintenanceParts, options: MaintenanceOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Begins a series, of which the file holds nothing. */
  begin(slot: number): void {
    this.#cold = grow(this.#cold, slot);
    this.#oldestEnds = grow(this.#oldestEnds, slot, -Infinity);
    this.#cold[slot] = 0;
    this.#oldestEnds[slot] = Infinity;
  }

  /** Counts samples of a series, from a time on, that became a chunk; compacts when there are enough. */
  cut(ref: number, slot: number, samples: number, fromMs: number): void {
    this.#cold = grow(this.#cold, slot);
    this.#oldestEnds = grow(this.#oldestEnds, slot, -Infinity);
    this.#oldestEnds[slot] = Math.min(this.#oldestEnds[slot] as number, fromMs);
    const cold = (this.#cold[slot] as number) + samples;
    this.#cold[slot] = cold < this.#options.mergedSamples ? cold : 0;
    if (cold < this.#options.mergedSamples) return;
    this.#waiting.add(ref);
    this.#compacting ??= this.#compact();
    this.#compacting.catch(() => {}); // the chunks stay as they are; `maintain` says what hinders it
  }

  /** Takes away what is too old, compacts what waits for it, and gives room back. */
  async run(nowMs: number): Promise<void> {
    const { catalog, writer, alone } = this.#parts;
    const { retentionBytes } = this.#options;
    await this.#compacting;
    await this.dropEmpty(nowMs);
    if (catalog.retention.shortestMs !== Infinity) {
      await this.#eachPart((refs) => alone(() => this.#retain(refs, nowMs)));
    }
    if (this.#stopped) return;
    if (retentionBytes !== Infinity) await this.#shrink(retentionBytes, nowMs);
    if (this.#stopped) return;
    await alone(() => writer.run('vacuum'));
  }

  /** Takes series away that have had no sample for long. */
  async dropEmpty(nowMs: number): Promise<void> {
    await this.#parts.alone(async () => {
      if (this.#stopped) return;
      const { catalog } = this.#parts;
      const gone = this.#empty.find(catalog.index, catalog.newest, nowMs);
      if (gone.length > 0) await this.#drop(Uint32Array.from(gone));
    });
  }

  /** Begins nothing new; resolves when what was begun is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#compacting?.catch(() => {});
  }

  async #compact(): Promise<void> {
    try {
      while (this.#waiting.size > 0 && !this.#stopped) {
        const refs = [...this.#waiting].slice(0, compactedAtOnce);
        for (const ref of refs) this.#waiting.delete(ref);
        await this.#parts.writer.run('compact', Uint32Array.from(refs));
      }
    } finally {
      this.#compacting = undefined;
    }
  }

  async #retain(some: Uint32Array, nowMs: number): Promise<void> {
    const { catalog, head, writer } = this.#parts;
    const { rollupRetentionMs } = this.#options;
    const oldest = catalog.oldestTimes(nowMs);
    const refs = some.filter((ref) => {
      const slot = catalog.index.slotOf(ref);
      return slot >= 0 && this.#mayHaveOld(slot, oldest(slot));
    });
    if (refs.length === 0) return;
    const slots = Uint32Array.from(refs, (ref) => catalog.index.slotOf(ref));
    const oldestMs = Float64Array.from(slots, oldest);
    const oldestRollupMs = Float64Array.from(slots, (slot) => catalog.oldestRollupMs(slot, nowMs, rollupRetentionMs));
    const gone = refs.filter((_, i) => {
      const newestMs = catalog.newest.get(slots[i] as number);
      return newestMs !== -Infinity && newestMs < (oldestRollupMs[i] as number);
    });
    const ends = await writer.run('retain', { refs, oldestMs, oldestRollupMs, gone });
    slots.forEach((slot, i) => {
      this.#oldestEnds = grow(this.#oldestEnds, slot, -Infinity);
      this.#oldestEnds[slot] = ends[i] as number;
    });
    for (const ref of gone) {
      head.remove(catalog.index.slotOf(ref));
      catalog.remove(ref);
    }
  }

  /** Whether something of a series may be before a time: a chunk, a rollup, or all that it has. */
  #mayHaveOld(slot: number, timeMs: number): boolean {
    if (this.#options.rollupRetentionMs > 0) return true;
    return (this.#oldestEnds[slot] ?? -Infinity) < timeMs || this.#parts.catalog.newest.get(slot) < timeMs;
  }

  /**
   * The oldest samples and rollups of all go until what is left fits; series that have nothing left go with the next
   * retention, or when they are deleted.
   */
  async #shrink(sizeBytes: number, nowMs: number): Promise<void> {
    const { catalog, head, writer, sealed, alone } = this.#parts;
    const { index, newest } = catalog;
    let beforeMs = -Infinity;
    while (!this.#stopped && (await writer.run('isOver', sizeBytes))) {
      let firstMs = Infinity;
      let newestMs = -Infinity;
      await this.#eachPart(async (refs) => {
        for (const timeMs of await writer.run('oldestEnds', refs)) firstMs = Math.min(firstMs, timeMs);
        for (const ref of refs) {
          const slot = index.slotOf(ref);
          if (slot >= 0) newestMs = Math.max(newestMs, newest.get(slot));
        }
      });
      if (firstMs === Infinity) break;
      // A sample of the far future does not make all others old.
      const lastMs = firstMs < nowMs ? Math.min(newestMs, nowMs) : newestMs;
      beforeMs = Math.max(nextAfter(firstMs), firstMs + (lastMs - firstMs) / 20);
      await this.#eachPart((refs) =>
        alone(async () => {
          await writer.run('shrink', refs, beforeMs);
          for (const ref of refs) sealed.forget(ref);
        }),
      );
    }
    if (beforeMs === -Infinity) return;
    await this.#eachPart((refs) =>
      alone(async () => {
        const gone = refs.filter((ref) => {
          const slot = index.slotOf(ref);
          const newestMs = slot < 0 ? -Infinity : newest.get(slot);
          return newestMs !== -Infinity && newestMs < beforeMs && head.samples.count(slot) === 0;
        });
        await this.#drop(gone);
      }),
    );
  }

  /** Runs a task for some series after the others. */
  async #eachPart(task: (refs: Uint32Array) => Promise<void>): Promise<void> {
    const refs = Uint32Array.from(this.#parts.catalog.index.refs());
    for (let start = 0; start < refs.length && !this.#stopped; start += retainedAtOnce) {
      await task(refs.subarray(start, start + retainedAtOnce));
    }
  }

  /** Takes series away with all that they have. */
  async #drop(gone: Uint32Array): Promise<void> {
    const { catalog, head, writer } = this.#parts;
    const none = new Float64Array(0);
    await writer.run('retain', { refs: new Uint32Array(0), oldestMs: none, oldestRollupMs: none, gone });
    for (const ref of gone) {
      head.remove(catalog.index.slotOf(ref));
      catalog.remove(ref);
    }
  }
}
