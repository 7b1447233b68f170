import { lowerBound } from '@novacron/core';
import { ByteReader, ByteWriter } from '../codec/byte-buffer.ts';
import { decodeTimes, decodeValues, encodeTimes, encodeValues } from '../codec/chunk-codec.ts';
import { floatBits } from '../store/float-bits.ts';
import { grow } from '../store/grow.ts';
import type { Columns } from '../store/sample-columns.ts';
import { ByteChains } from './byte-chains.ts';
import { groupSlots, SampleStage, stageSamples } from './sample-stage.ts';

/**
 * A packed group is a byte that says how many bytes it takes, and a chunk's header, times and values. In the header, this in
 * place of how its times are written: they go on at the interval before.
 */
const sameInterval = 3;

/** A group on its way in or out of its packed form. */
const groupTimes = new Float64Array(stageSamples);
const groupTimeBits = floatBits(groupTimes);
const groupValues = new Float64Array(stageSamples);
const groupValueBits = floatBits(groupValues);

/** The values of the slots of a group on their way in, those of one slot after those of the one before. */
const roundBits = new Uint32Array(groupSlots * stageSamples * 2);
const roundValues: readonly Packing[] = Array.from({ length: groupSlots }, (_, i) => {
  const values = new Float64Array(roundBits.buffer, i * stageSamples * 8, stageSamples);
  return { values, bits: floatBits(values) };
});

interface Packing {
  readonly values: Float64Array;
  readonly bits: Uint32Array;
}

/**
 * The newest samples of each series, by slot, in few bytes: the last eight at most as they are, those before packed in
 * groups of eight. No object a series, none a sample.
 */
export class HeadSamples {
  readonly #stage = new SampleStage();
  readonly #packed = new ByteChains();
  readonly #writer = new ByteWriter();
  /** Samples on their way out. */
  #view = viewFor(256);
  #packedCounts = new Uint32Array(64);
  #firsts = new Float64Array(64);
  /** Of the packed samples: the newest time, and how long after the one before. */
  #packedNewest = new Float64Array(64);
  #intervals = new Float64Array(64);

  /** How many samples a slot has. */
  count(slot: number): number {
    return this.#packedCount(slot) + this.#stage.count(slot);
  }

  /** A slot's oldest time; there must be a sample. */
  firstMs(slot: number): number {
    return this.#firsts[slot] as number;
  }

  /** A slot's newest time; there must be a sample. */
  lastMs(slot: number): number {
    const staged = this.#stage.count(slot);
    return staged === 0 ? (this.#packedNewest[slot] as number) : this.#stage.timeAt(slot, staged - 1);
  }

  /**
   * Adds the sample at a place of a batch; one that is older than the newest goes where it belongs.
   *
   * @returns How many samples the slot has now.
   */
  push(slot: number, timeMs: number, bits: Uint32Array, index: number): number {
    if (slot >= this.#firsts.length) this.#growColumns(slot);
    const staged = this.#stage.count(slot);
    const packed = this.#packedCounts[slot] as number;
    if (staged === 0 && packed === 0) this.#firsts[slot] = timeMs;
    else if (timeMs < (staged === 0 ? (this.#packedNewest[slot] as number) : this.#stage.timeAt(slot, staged - 1))) {
      this.#insert(slot, timeMs, bits, index);
      return packed + staged + 1;
    }
    if (staged < stageSamples) this.#stage.add(slot, staged, timeMs, bits, index);
    else {
      this.#packNeighbours(slot);
      this.#stage.add(slot, 0, timeMs, bits, index);
    }
    return packed + staged + 1;
  }

  /**
   * Adds samples of one time to all slots of a group, when none of them has a newer one and all have been given as many.
   *
   * @param firstSlot - The group's first one.
   * @param index - Where its value stands; those of the others follow.
   * @returns Whether they were added.
   */
  pushGroup(firstSlot: number, timeMs: number, bits: Uint32Array, index: number): boolean {
    const end = firstSlot + groupSlots;
    if (end > this.#firsts.length) this.#growColumns(end - 1);
    let staged = this.#stage.groupCount(firstSlot);
    if (staged < 0) return false;
    if (staged > 0) {
      if (this.#stage.isGroupAfter(firstSlot, staged - 1, timeMs)) return false;
      if (staged === stageSamples) {
        this.#packNeighbours(firstSlot);
        staged = 0;
      }
    } else {
      for (let slot = firstSlot; slot < end; slot++) if (this.#isPackedAfter(slot, timeMs)) return false;
      for (let slot = firstSlot; slot < end; slot++) if (this.#packedCounts[slot] === 0) this.#firsts[slot] = timeMs;
    }
    this.#stage.addGroup(firstSlot, staged, timeMs, bits, index);
    return true;
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
    const staged = this.#stage.count(slot);
    const packed = this.#packedCount(slot);
    const skipsPacked = packed === 0 || fromMs > (this.#packedNewest[slot] as number);
    const count = skipsPacked ? staged : packed + staged;
    if (count > this.#view.timesMs.length) this.#view = viewFor(count * 2);
    const { timesMs, values, bits } = this.#view;
    if (!skipsPacked) this.#copyAll(slot, timesMs, bits);
    else this.#stage.copy(slot, timesMs, bits, 0);
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

  /**
   * Takes a slot's first samples out. Where they are whole groups, those behind them stay as they are.
   *
   * @param count - How many, at least one.
   * @param lastMs - When the last of them was measured.
   * @param intervalMs - How long after the one before it.
   */
  dropFirst(slot: number, count: number, lastMs: number, intervalMs: number): void {
    const packed = this.#packedCount(slot);
    if (count % stageSamples !== 0 || count > packed) {
      const { timesMs, values } = this.read(slot);
      this.replace(slot, { timesMs: timesMs.subarray(count), values: values.subarray(count) });
      return;
    }
    const bytes = this.#packed.read(slot);
    let position = 0;
    for (let dropped = 0; dropped < count; dropped += stageSamples) position += bytes[position] as number;
    this.#packed.clear(slot);
    this.#packedCounts[slot] = packed - count;
    if (packed === count) {
      if (this.#stage.count(slot) > 0) this.#firsts[slot] = this.#stage.timeAt(slot, 0);
      return;
    }
    const rest = bytes.subarray(position + (bytes[position] as number));
    this.#beginPacked(slot, bytes.subarray(position, position + (bytes[position] as number)), lastMs, intervalMs);
    this.#packed.append(slot, rest, rest.length);
  }

  /** Forgets a slot's samples. */
  clear(slot: number): void {
    if (slot >= this.#firsts.length) return;
    this.#stage.clear(slot);
    this.#packedCounts[slot] = 0;
    this.#packed.clear(slot);
  }

  #copyAll(slot: number, timesMs: Float64Array, bits: Uint32Array): void {
    const packed = this.#packedCount(slot);
    if (packed > 0) this.#unpack(slot, packed, timesMs, bits);
    this.#stage.copy(slot, timesMs, bits, packed);
  }

  #isPackedAfter(slot: number, timeMs: number): boolean {
    return (this.#packedCounts[slot] as number) > 0 && timeMs < (this.#packedNewest[slot] as number);
  }

  #packedCount(slot: number): number {
    return slot < this.#packedCounts.length ? (this.#packedCounts[slot] as number) : 0;
  }

  #growColumns(slot: number): void {
    this.#packedCounts = grow(this.#packedCounts, slot);
    this.#firsts = grow(this.#firsts, slot);
    this.#packedNewest = grow(this.#packedNewest, slot);
    this.#intervals = grow(this.#intervals, slot);
  }

  /**
   * Packs the full stages of a slot and of those beside it, which get their next sample in the same round: then their
   * samples at one place go on having one time.
   */
  #packNeighbours(slot: number): void {
    const first = slot - (slot % groupSlots);
    if (this.#stage.copyGroup(first, groupTimes, roundBits)) {
      for (let i = 0; i < groupSlots; i++) this.#pack(first + i, roundValues[i] as Packing);
      return;
    }
    for (let each = first; each < first + groupSlots; each++) {
      if (this.#stage.count(each) !== stageSamples) continue;
      this.#stage.copy(each, groupTimes, groupValueBits, 0);
      this.#pack(each, { values: groupValues, bits: groupValueBits });
    }
  }

  /**
   * Packs a full stage, whose samples were copied, behind the groups before it. Views cost more than the numbers in them, so
   * there is one for each slot of a group only.
   */
  #pack(slot: number, { values, bits }: Packing): void {
    const writer = this.#writer;
    writer.truncate(0);
    writer.byte(0); // becomes the length
    writer.byte(0); // becomes the header
    const times = this.#goesOn(slot, groupTimes) ? sameInterval : writeGroupTimes(writer);
    writer.set(1, times | encodeValues(writer, values, bits));
    writer.set(0, writer.length);
    this.#packed.append(slot, writer.buffer, writer.length);
    const newest = groupTimes[stageSamples - 1] as number;
    this.#packedNewest[slot] = newest;
    this.#intervals[slot] = newest - (groupTimes[stageSamples - 2] as number);
    (this.#packedCounts[slot] as number) += stageSamples;
    this.#stage.clear(slot);
  }

  /** Makes a group a slot's first packed one, which says when its own first sample was measured. */
  #beginPacked(slot: number, group: Uint8Array, beforeMs: number, intervalMs: number): void {
    const header = group[1] as number;
    if ((header & 3) !== sameInterval) {
      const reader = new ByteReader(group.subarray(2));
      groupTimeBits[0] = reader.word();
      groupTimeBits[1] = reader.word();
      this.#firsts[slot] = groupTimes[0] as number;
      this.#packed.append(slot, group, group.length);
      return;
    }
    let timeMs = beforeMs;
    for (let i = 0; i < stageSamples; i++) groupTimes[i] = timeMs += intervalMs;
    this.#firsts[slot] = groupTimes[0] as number;
    const writer = this.#writer;
    writer.truncate(0);
    writer.byte(0); // becomes the length
    writer.byte(0); // becomes the header
    const times = writeGroupTimes(writer);
    writer.set(1, (header & ~3) | times);
    writer.bytes(group.subarray(2));
    writer.set(0, writer.length);
    this.#packed.append(slot, writer.buffer, writer.length);
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
      reader.byte(); // its length
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

/** Writes the times of the group on its way: the first one, and the others as a chunk does; says how. */
function writeGroupTimes(writer: ByteWriter): number {
  writer.word(groupTimeBits[0] as number);
  writer.word(groupTimeBits[1] as number);
  return encodeTimes(writer, groupTimes);
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
