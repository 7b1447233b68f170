import { lowerBound } from '@novacron/core';
import { ByteReader, ByteWriter } from '../codec/byte-buffer.ts';
import { decodeTimes, decodeValues, encodeTimes, encodeValues } from '../codec/chunk-codec.ts';
import { floatBits } from '../store/float-bits.ts';
import { grow } from '../store/grow.ts';
import type { Columns } from '../store/sample-columns.ts';
import { ByteChains } from './byte-chains.ts';

/** Samples of a series that stay as they are; when there are as many, they are packed. */
const stageSamples = 8;
const pageSlots = 512;
const pageNumbers = pageSlots * stageSamples * 2;
/** On a page all first times stand together, then all second ones, and behind the times the values. */
const valuesStart = pageSlots * stageSamples;
/** In a packed group's first byte, in place of how its times are written: they go on at the interval before. */
const sameInterval = 3;

/** A group on its way in or out of its packed form. */
const groupTimes = new Float64Array(stageSamples);
const groupTimeBits = floatBits(groupTimes);
const groupValues = new Float64Array(stageSamples);
const groupValueBits = floatBits(groupValues);

/**
 * The newest samples of each series, by slot, in few bytes: the last eight at most as they are, those before packed in
 * groups of eight. No object a series, none a sample.
 */
export class HeadSamples {
  readonly #stages: Float64Array[] = [];
  readonly #stageBits: Uint32Array[] = [];
  readonly #packed = new ByteChains();
  readonly #writer = new ByteWriter();
  /** Samples on their way out. */
  #view = viewFor(256);
  #staged = new Uint8Array(64);
  #packedCounts = new Uint32Array(64);
  #firsts = new Float64Array(64);
  /** Of the packed samples: the newest time, and how long after the one before. */
  #packedNewest = new Float64Array(64);
  #intervals = new Float64Array(64);

  /** How many samples a slot has. */
  count(slot: number): number {
    return (this.#packedCounts[slot] ?? 0) + (this.#staged[slot] ?? 0);
  }

  /** A slot's oldest time; there must be a sample. */
  firstMs(slot: number): number {
    return this.#firsts[slot] as number;
  }

  /** A slot's newest time; there must be a sample. */
  lastMs(slot: number): number {
    const staged = this.#staged[slot] as number;
    if (staged === 0) return this.#packedNewest[slot] as number;
    return this.#page(slot)[placeOf(slot, staged - 1)] as number;
  }

  /** Adds the sample at a place of a batch; one that is older than the newest goes where it belongs. */
  push(slot: number, timeMs: number, bits: Uint32Array, index: number): void {
    if (slot >= this.#staged.length) this.#growColumns(slot);
    if (this.#staged[slot] === stageSamples) this.#pack(slot);
    const staged = this.#staged[slot] as number;
    const count = this.count(slot);
    if (count > 0 && timeMs < this.lastMs(slot)) {
      this.#insert(slot, timeMs, bits, index);
      return;
    }
    if (count === 0) this.#firsts[slot] = timeMs;
    this.#set(slot, staged, timeMs, bits, index);
    this.#staged[slot] = staged + 1;
  }

  /** Whether a slot has a sample of a time. */
  holds(slot: number, timeMs: number): boolean {
    if (this.count(slot) === 0 || timeMs < this.firstMs(slot) || timeMs > this.lastMs(slot)) return false;
    const { timesMs } = this.read(slot);
    return timesMs[lowerBound(timesMs, timeMs)] === timeMs;
  }

  /** A copy of a slot's samples. */
  read(slot: number): Columns {
    const count = this.count(slot);
    const timesMs = new Float64Array(count);
    const values = new Float64Array(count);
    this.copy(slot, timesMs, values);
    return { timesMs, values };
  }

  /** Copies a slot's samples to columns that are long enough. */
  copy(slot: number, timesMs: Float64Array, values: Float64Array): void {
    this.#copyAll(slot, timesMs, floatBits(values));
  }

  /**
   * The samples with `fromMs <= time < toMs`, good until the next call; those packed are left alone when the range is
   * after them.
   */
  viewBetween(slot: number, fromMs: number, toMs: number): Columns {
    const staged = this.#staged[slot] ?? 0;
    const packed = this.#packedCounts[slot] ?? 0;
    const skipsPacked = packed === 0 || fromMs > (this.#packedNewest[slot] as number);
    const count = skipsPacked ? staged : packed + staged;
    if (count > this.#view.timesMs.length) this.#view = viewFor(count * 2);
    const { timesMs, values, bits } = this.#view;
    if (!skipsPacked) this.#copyAll(slot, timesMs, bits);
    else if (staged > 0) this.#copyStage(slot, staged, timesMs, bits, 0);
    const from = lowerBoundWithin(timesMs, count, fromMs);
    const to = Math.max(from, lowerBoundWithin(timesMs, count, toMs));
    return { timesMs: timesMs.subarray(from, to), values: values.subarray(from, to) };
  }

  /** Gives a slot other samples. */
  replace(slot: number, { timesMs, values }: Columns): void {
    this.clear(slot);
    const bits = floatBits(values);
    for (let i = 0; i < timesMs.length; i++) this.push(slot, timesMs[i] as number, bits, i);
  }

  /** Forgets a slot's samples. */
  clear(slot: number): void {
    if (slot >= this.#staged.length) return;
    this.#staged[slot] = 0;
    this.#packedCounts[slot] = 0;
    this.#packed.clear(slot);
  }

  #copyAll(slot: number, timesMs: Float64Array, bits: Uint32Array): void {
    const packed = this.#packedCounts[slot] ?? 0;
    if (packed > 0) this.#unpack(slot, packed, timesMs, bits);
    const staged = this.#staged[slot] ?? 0;
    if (staged > 0) this.#copyStage(slot, staged, timesMs, bits, packed);
  }

  #page(slot: number): Float64Array {
    return this.#stages[Math.floor(slot / pageSlots)] as Float64Array;
  }

  #growColumns(slot: number): void {
    this.#staged = grow(this.#staged, slot);
    this.#packedCounts = grow(this.#packedCounts, slot);
    this.#firsts = grow(this.#firsts, slot);
    this.#packedNewest = grow(this.#packedNewest, slot);
    this.#intervals = grow(this.#intervals, slot);
  }

  #set(slot: number, place: number, timeMs: number, bits: Uint32Array, index: number): void {
    const number = Math.floor(slot / pageSlots);
    while (this.#stages.length <= number) {
      const page = new Float64Array(pageNumbers);
      this.#stages.push(page);
      this.#stageBits.push(floatBits(page));
    }
    const start = placeOf(slot, place);
    (this.#stages[number] as Float64Array)[start] = timeMs;
    const words = this.#stageBits[number] as Uint32Array;
    words[(start + valuesStart) * 2] = bits[index * 2] as number;
    words[(start + valuesStart) * 2 + 1] = bits[index * 2 + 1] as number;
  }

  /** Packs a full stage behind the groups before it. Views cost more than the numbers in them, so they are copied. */
  #pack(slot: number): void {
    this.#copyStage(slot, stageSamples, groupTimes, groupValueBits, 0);
    const writer = this.#writer;
    writer.truncate(0);
    writer.byte(0); // becomes the header
    let times: number = sameInterval;
    if (!this.#goesOn(slot, groupTimes)) {
      writer.word(groupTimeBits[0] as number);
      writer.word(groupTimeBits[1] as number);
      times = encodeTimes(writer, groupTimes);
    }
    writer.set(0, times | encodeValues(writer, groupValues, groupValueBits));
    this.#packed.append(slot, writer.buffer, writer.length);
    const newest = groupTimes[stageSamples - 1] as number;
    this.#packedNewest[slot] = newest;
    this.#intervals[slot] = newest - (groupTimes[stageSamples - 2] as number);
    (this.#packedCounts[slot] as number) += stageSamples;
    this.#staged[slot] = 0;
  }

  /** Copies the samples that are not packed to a place in columns. */
  #copyStage(slot: number, staged: number, timesMs: Float64Array, valueBits: Uint32Array, to: number): void {
    const number = Math.floor(slot / pageSlots);
    const page = this.#stages[number] as Float64Array;
    const words = this.#stageBits[number] as Uint32Array;
    for (let i = 0; i < staged; i++) {
      const place = placeOf(slot, i);
      timesMs[to + i] = page[place] as number;
      valueBits[(to + i) * 2] = words[(place + valuesStart) * 2] as number;
      valueBits[(to + i) * 2 + 1] = words[(place + valuesStart) * 2 + 1] as number;
    }
  }

  #goesOn(slot: number, timesMs: Float64Array): boolean {
    if (this.#packedCounts[slot] === 0) return false;
    const interval = this.#intervals[slot] as number;
    let timeMs = this.#packedNewest[slot] as number;
    for (let i = 0; i < stageSamples; i++) {
      timeMs += interval;
      if (timesMs[i] !== timeMs) return false;
    }
    return true;
  }

  #unpack(slot: number, count: number, timesMs: Float64Array, bits: Uint32Array): void {
    const reader = new ByteReader(this.#packed.read(slot));
    for (let place = 0; place < count; place += stageSamples) {
      const header = reader.byte();
      if ((header & 3) === sameInterval) {
        let timeMs = timesMs[place - 1] as number;
        const interval = timeMs - (timesMs[place - 2] as number);
        for (let i = 0; i < stageSamples; i++) timesMs[place + i] = timeMs += interval;
      } else {
        groupTimeBits[0] = reader.word();
        groupTimeBits[1] = reader.word();
        decodeTimes(reader, header & 3, groupTimes[0] as number, groupTimes);
        for (let i = 0; i < stageSamples; i++) timesMs[place + i] = groupTimes[i] as number;
      }
      decodeValues(reader, header, groupValues);
      for (let i = 0; i < stageSamples * 2; i++) bits[place * 2 + i] = groupValueBits[i] as number;
    }
  }

  /** Puts a late sample among the others. */
  #insert(slot: number, timeMs: number, bits: Uint32Array, index: number): void {
    const { timesMs, values } = this.read(slot);
    const place = lowerBound(timesMs, timeMs);
    const wider = { timesMs: new Float64Array(timesMs.length + 1), values: new Float64Array(timesMs.length + 1) };
    wider.timesMs.set(timesMs.subarray(0, place));
    wider.timesMs.set(timesMs.subarray(place), place + 1);
    wider.timesMs[place] = timeMs;
    wider.values.set(values.subarray(0, place));
    wider.values.set(values.subarray(place), place + 1);
    const words = floatBits(wider.values);
    words[place * 2] = bits[index * 2] as number;
    words[place * 2 + 1] = bits[index * 2 + 1] as number;
    this.replace(slot, wider);
  }
}

/** Where the time of a slot's sample stands on its page. */
function placeOf(slot: number, sample: number): number {
  return sample * pageSlots + (slot % pageSlots);
}

function viewFor(count: number): Columns & { readonly bits: Uint32Array } {
  const values = new Float64Array(count);
  return { timesMs: new Float64Array(count), values, bits: floatBits(values) };
}

/** As `lowerBound`, among the first times only. */
function lowerBoundWithin(timesMs: Float64Array, count: number, timeMs: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] as number) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part of columns with `fromMs <= time < toMs`, as views. */
export function between({ timesMs, values }: Columns, fromMs: number, toMs: number): Columns {
  const from = lowerBound(timesMs, fromMs);
  const to = Math.max(from, lowerBound(timesMs, toMs));
  return { timesMs: timesMs.subarray(from, to), values: values.subarray(from, to) };
}
