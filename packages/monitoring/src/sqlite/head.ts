import { lowerBound } from '@novacron/core';
import { floatBits } from '../store/float-bits.ts';
import { grow } from '../store/grow.ts';
import type { SampleBatch } from '../store/metric-store.ts';
import { CutColumns, type Cut } from './cut.ts';
import { HeadSamples } from './head-samples.ts';
import { groupSlots, isGroup, stageSamples } from './sample-stage.ts';
import type { LogRow } from './writer-tasks.ts';

/** A part of a store that is at most so many series may be looked at once for each sample that comes in. */
const samplesPerLook = 4;

/** How far most queries look back: five minutes. */
const recentMs = 300_000;

/** No chunk has more samples, whatever is asked for. */
const longestChunk = 2 ** 30;

/** Series that are cut together. */
const neighbours = 16;

interface RowTime {
  readonly number: number;
  readonly newestMs: number;
}

/**
 * The newest samples of each series: in memory, and in the file's log until they are cut to chunks.
 *
 * Samples are numbered as they come into the log, and a row of it bears the number of its first one. What is older
 * than the first sample of every series here is in chunks, and its rows can go.
 */
export class Head {
  readonly samples: HeadSamples = new HeadSamples();
  readonly #chunkSamples: number;
  readonly #chunkSpanMs: number;
  readonly #outOfOrderMs: number;
  /** By slot: a row of the log from which on its samples are, how many make a chunk, and up to when they are in chunks. */
  #firstNumbers = new Float64Array(64);
  #limits = new Uint32Array(64);
  #closed = new Float64Array(64).fill(-Infinity);
  readonly #full = new Set<number>();
  #rows: RowTime[] = [];
  #count = 0;
  #sinceLook = 0;
  #nextNumber = 1;
  #newestMs = -Infinity;

  /**
   * @param chunkSamples - Samples of a chunk, about.
   * @param chunkSpanMs - A series whose first sample here is this much older than the newest of all is cut early.
   * @param outOfOrderMs - Samples that are this much older than the newest of their series may still come.
   */
  constructor(chunkSamples: number, chunkSpanMs: number, outOfOrderMs: number) {
    this.#chunkSamples = Math.min(chunkSamples, longestChunk);
    this.#chunkSpanMs = chunkSpanMs;
    this.#outOfOrderMs = outOfOrderMs;
  }

  /** Samples in memory. */
  get count(): number {
    return this.#count;
  }

  /** The number of the next sample. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** Up to which time a series' samples are in chunks, so that none can come before it. */
  closedMs(slot: number): number {
    return slot < this.#closed.length ? (this.#closed[slot] as number) : -Infinity;
  }

  /** Begins a series, whose samples up to a time are in chunks. */
  begin(slot: number, closedMs: number): void {
    this.#firstNumbers = grow(this.#firstNumbers, slot);
    this.#limits = grow(this.#limits, slot);
    this.#closed = grow(this.#closed, slot, -Infinity);
    this.#closed[slot] = closedMs;
    this.#limits[slot] = this.#firstLimit(slot);
    this.samples.clear(slot);
  }

  /**
   * Adds samples of a row of the log.
   *
   * @param number - The row's number.
   */
  push(slots: Uint32Array, { timesMs, values }: Pick<SampleBatch, 'timesMs' | 'values'>, number: number): void {
    const bits = floatBits(values);
    const { length } = slots;
    let newestMs = -Infinity;
    for (let i = 0; i < length;) {
      const timeMs = timesMs[i] as number;
      if (timeMs > newestMs) newestMs = timeMs;
      if (isGroup(slots, timesMs, i, length) && this.addGroup(slots[i] as number, timeMs, bits, i, number))
        i += groupSlots;
      else this.add(slots[i] as number, timeMs, bits, i++, number);
    }
    this.endRow(number, length, newestMs);
  }

  /**
   * Adds samples of one time to slots of which {@link isGroup} is true, when none has a newer one and all have been given
   * as many.
   *
   * @returns Whether they were added.
   */
  addGroup(firstSlot: number, timeMs: number, bits: Uint32Array, index: number, number: number): boolean {
    if (!this.samples.pushGroup(firstSlot, timeMs, bits, index)) return false;
    for (let slot = firstSlot; slot < firstSlot + groupSlots; slot++)
      this.#added(slot, this.samples.count(slot), number);
    this.#count += groupSlots;
    return true;
  }

  /** Adds one sample of a row. */
  add(slot: number, timeMs: number, bits: Uint32Array, index: number, number: number): void {
    this.#added(slot, this.samples.push(slot, timeMs, bits, index), number);
    this.#count++;
  }

  /** Says that all samples of a row were added. */
  endRow(number: number, samples: number, newestMs: number): void {
    this.#rows.push({ number, newestMs });
    this.#nextNumber = number + samples;
    this.#sinceLook += samples;
    if (newestMs > this.#newestMs) this.#newestMs = newestMs;
  }

  /** Forgets a series. */
  remove(slot: number): void {
    this.#count -= this.samples.count(slot);
    this.samples.clear(slot);
    this.#full.delete(slot);
  }

  /** The first and last time of each series that has samples here. */
  *ranges(slots: number): Generator<readonly [fromMs: number, toMs: number]> {
    for (let slot = 0; slot < slots; slot++) {
      if (this.samples.count(slot) > 0) yield [this.samples.firstMs(slot), this.samples.lastMs(slot)];
    }
  }

  /** Whether a series keeps samples when those with `fromMs <= time < toMs` go. */
  keepsSome(slot: number, fromMs: number, toMs: number): boolean {
    const { timesMs } = this.samples.read(slot);
    return timesMs.length > Math.max(0, lowerBound(timesMs, toMs) - lowerBound(timesMs, fromMs));
  }

  /** Takes samples of a series with `fromMs <= time < toMs` out; tells how many. */
  removeBetween(slot: number, fromMs: number, toMs: number): number {
    const { timesMs, values } = this.samples.read(slot);
    const [from, to] = [lowerBound(timesMs, fromMs), lowerBound(timesMs, toMs)];
    if (to <= from) return 0;
    const keep = (column: Float64Array): Float64Array => {
      const kept = new Float64Array(column.length - (to - from));
      kept.set(column.subarray(0, from));
      kept.set(column.subarray(to), from);
      return kept;
    };
    this.samples.replace(slot, { timesMs: keep(timesMs), values: keep(values) });
    this.#count -= to - from;
    return to - from;
  }

  /**
   * What should become chunks, when it is worth a look: samples of series that have enough for one, and of those that
   * have been here for very long. Where few samples of slow series hold many rows back, they are to be logged anew.
   * Nothing changes in memory until {@link Head.commit}.
   *
   * @param slots - Every slot is below.
   * @param refOf - The reference of a slot.
   */
  cut(slots: number, refOf: (slot: number) => number): Cut | undefined {
    if (this.#full.size === 0 || this.#sinceLook * samplesPerLook < slots) return undefined;
    this.#sinceLook = 0;
    const cutting = new CutColumns(Math.min(this.#count, this.#full.size * this.#chunkSamples));
    for (const slot of this.#full) this.#take(slot, cutting);
    const rest = this.#count - cutting.length;
    const first = this.#firstNumber(slots, cutting);
    if (this.#nextNumber - first <= 3 * rest) {
      return { samples: cutting, spilled: [], row: undefined, logBefore: first, nextNumber: this.#nextNumber };
    }

    // Few samples hold many rows back: those that are in the older half of the log.
    const middle = this.#nextNumber - (this.#nextNumber - first) / 2;
    const spilled: number[] = [];
    for (let slot = 0; slot < slots; slot++) {
      if (this.samples.count(slot) === 0 || cutting.has(slot)) continue;
      if ((this.#firstNumbers[slot] as number) > middle) continue;
      if (this.#newestMs - this.samples.firstMs(slot) > this.#chunkSpanMs) {
        cutting.add(slot, this.samples.viewBetween(slot, -Infinity, Infinity), this.samples.count(slot));
      } else spilled.push(slot);
    }
    const batch = this.#gather(spilled, refOf);
    const row = spilled.length === 0 ? undefined : { number: this.#nextNumber, batch };
    const without = new Set(spilled);
    const logBefore = this.#firstNumber(slots, cutting, without);
    return { samples: cutting, spilled, row, logBefore, nextNumber: this.#nextNumber + batch.refs.length };
  }

  /** Lets go of what a committed cut wrote. */
  commit({ samples: { slots, counts, lastsMs, intervalsMs, leftMs }, row, spilled, logBefore, nextNumber }: Cut): void {
    let newestMs = -Infinity;
    slots.forEach((slot, i) => {
      const count = counts[i] as number;
      const lastMs = lastsMs[i] as number;
      const firstMs = leftMs[i] as number;
      this.#count -= count;
      this.#closed[slot] = lastMs;
      this.#full.delete(slot);
      this.samples.dropFirst(slot, count, lastMs, intervalsMs[i] as number);
      this.#limits[slot] = this.samples.count(slot) + this.#chunkSamples;
      // What is left came after the rows of which every sample was cut.
      if (!Number.isNaN(firstMs)) this.#firstNumbers[slot] = this.#rowOf(firstMs);
    });
    for (const slot of spilled) {
      this.#firstNumbers[slot] = (row as LogRow).number;
      newestMs = Math.max(newestMs, this.samples.lastMs(slot));
    }
    if (row !== undefined) this.#rows.push({ number: row.number, newestMs });
    this.#nextNumber = nextNumber;
    this.#rows = this.#rows.filter(({ number }) => number >= logBefore);
  }

  /**
   * The samples of a series that can become a chunk: all but those among which others may still come, and but a few of
   * the newest, which most queries ask for. Whole groups of packed ones if possible: what is left of them stays packed.
   */
  #take(slot: number, cutting: CutColumns): void {
    const all = this.samples.viewBetween(slot, -Infinity, Infinity);
    const { timesMs } = all;
    const lastMs = this.samples.lastMs(slot);
    const { length } = timesMs;
    const open = this.#outOfOrderMs === 0 ? length : lowerBound(timesMs, lastMs - this.#outOfOrderMs);
    const recent = Math.max(lowerBound(timesMs, lastMs - recentMs), length - Math.floor(this.#chunkSamples / 4));
    const count = Math.min(open, recent);
    const whole = count - (count % stageSamples);
    if (whole * 2 >= this.#chunkSamples) cutting.add(slot, all, whole);
    else if (count * 2 >= this.#chunkSamples) cutting.add(slot, all, count);
    else {
      this.#full.delete(slot); // most of it is within the window: again when there is more
      this.#limits[slot] = length + Math.ceil(this.#chunkSamples / 2);
    }
  }

  #added(slot: number, count: number, number: number): void {
    if (count === 1) this.#firstNumbers[slot] = number;
    if (count === this.#limits[slot]) this.#full.add(slot);
  }

  /** The lowest number of a row with a sample that is only here when some are cut and others logged anew. */
  #firstNumber(slots: number, cutting: CutColumns, spilled?: ReadonlySet<number>): number {
    let first = this.#nextNumber;
    for (let slot = 0; slot < slots; slot++) {
      if ((this.#firstNumbers[slot] as number) >= first || this.samples.count(slot) === 0) continue;
      if (spilled?.has(slot)) continue;
      if (!cutting.has(slot)) first = this.#firstNumbers[slot] as number;
      else if (!Number.isNaN(cutting.leftOf(slot))) first = Math.min(first, this.#rowOf(cutting.leftOf(slot)));
    }
    return first;
  }

  /** The first row that may hold a sample of a time. */
  #rowOf(timeMs: number): number {
    return this.#rows.find(({ newestMs }) => newestMs >= timeMs)?.number ?? this.#nextNumber;
  }

  /**
   * The first chunks are of different lengths, from a quarter on, so that series that are measured together are not all
   * cut in the same moment; but neighbours are, because their chunks stand on the same pages of the file.
   */
  #firstLimit(slot: number): number {
    const shortest = Math.ceil(this.#chunkSamples / 4);
    return shortest + ((Math.floor(slot / neighbours) * 61) % (this.#chunkSamples - shortest + 1));
  }

  #gather(slots: readonly number[], refOf: (slot: number) => number): SampleBatch {
    const length = slots.reduce((sum, slot) => sum + this.samples.count(slot), 0);
    const batch = {
      refs: new Uint32Array(length),
      timesMs: new Float64Array(length),
      values: new Float64Array(length),
    };
    let start = 0;
    for (const slot of slots) {
      const end = start + this.samples.count(slot);
      batch.refs.fill(refOf(slot), start, end);
      this.samples.copy(slot, batch.timesMs.subarray(start, end), batch.values.subarray(start, end));
      start = end;
    }
    return batch;
  }
}
