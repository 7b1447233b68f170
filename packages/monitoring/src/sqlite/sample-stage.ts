import { floatBits } from '../store/float-bits.ts';
import { grow } from '../store/grow.ts';

/** Samples of a slot that there is room for. */
export const stageSamples = 8;

/** Slots that stand side by side, whose series mostly are measured at the same times: a power of two. */
export const groupSlots = 16;
const groupBits = 4;

/** Slots of a page: a power of two. */
const pageSlots = 2_048;
const pageBits = 11;
const pageGroups = pageSlots / groupSlots;

/** The samples of a page's slots at one place: the first ones, the second ones and so on. */
interface Column {
  /** By group, when the samples of all its slots were measured. */
  readonly times: Float64Array;
  readonly bits: Uint32Array;
}

/**
 * Up to eight samples of each slot, as they are. A round writes to one place of all series, and those follow each other in
 * memory. A group's samples at one place have one time; only a group of which that is not true keeps each slot's.
 */
export class SampleStage {
  readonly #columns: (Column | undefined)[] = [];
  #counts = new Uint8Array(64);
  /** By group: whether its slots have times of their own, and these. */
  #isOwn = new Uint8Array(4);
  readonly #ownTimes = new Map<number, Float64Array>();

  /** How many samples a slot has here. */
  count(slot: number): number {
    return slot < this.#counts.length ? (this.#counts[slot] as number) : 0;
  }

  /** When a slot's sample at a place was measured. */
  timeAt(slot: number, place: number): number {
    const group = slot >>> groupBits;
    if (this.#isOwn[group] === 1) return this.#ownOf(group)[ownPlace(slot, place)] as number;
    return this.#columnOf(slot, place).times[group & (pageGroups - 1)] as number;
  }

  /**
   * Adds the sample at a place of a batch to a slot that has room.
   *
   * @param place - How many samples the slot has here.
   */
  add(slot: number, place: number, timeMs: number, bits: Uint32Array, index: number): void {
    if (slot >= this.#counts.length) {
      this.#counts = grow(this.#counts, slot);
      this.#isOwn = grow(this.#isOwn, this.#counts.length >>> groupBits);
    }
    const { times, bits: into } = this.#columnOf(slot, place);
    const group = slot >>> groupBits;
    const timePlace = group & (pageGroups - 1);
    if (this.#isOwn[group] === 1) this.#ownOf(group)[ownPlace(slot, place)] = timeMs;
    else if (times[timePlace] !== timeMs) {
      if (this.#isUsed(group, place)) this.#separate(group)[ownPlace(slot, place)] = timeMs;
      else times[timePlace] = timeMs;
    }
    const word = (slot & (pageSlots - 1)) * 2;
    into[word] = bits[index * 2] as number;
    into[word + 1] = bits[index * 2 + 1] as number;
    this.#counts[slot] = place + 1;
  }

  /** How many samples each slot of a group has here; -1 when they do not have the same number. */
  groupCount(firstSlot: number): number {
    const count = this.count(firstSlot);
    for (let slot = firstSlot + 1; slot < firstSlot + groupSlots; slot++) if (this.count(slot) !== count) return -1;
    return count;
  }

  /** Whether the sample of a slot of a group at a place, which all of them have, is after a time. */
  isGroupAfter(firstSlot: number, place: number, timeMs: number): boolean {
    const group = firstSlot >>> groupBits;
    if (this.#isOwn[group] !== 1) return this.timeAt(firstSlot, place) > timeMs;
    for (let slot = firstSlot; slot < firstSlot + groupSlots; slot++)
      if (this.timeAt(slot, place) > timeMs) return true;
    return false;
  }

  /**
   * Adds samples of one time to all slots of a group, which have as many samples and room for one more.
   *
   * @param place - How many samples each of them has here.
   * @param index - Where the first slot's value stands; the others follow it.
   */
  addGroup(firstSlot: number, place: number, timeMs: number, bits: Uint32Array, index: number): void {
    const end = firstSlot + groupSlots;
    const group = firstSlot >>> groupBits;
    if (end > this.#counts.length || this.#isOwn[group] === 1) {
      for (let slot = firstSlot; slot < end; slot++) this.add(slot, place, timeMs, bits, index + slot - firstSlot);
      return;
    }
    const { times, bits: into } = this.#columnOf(firstSlot, place);
    times[group & (pageGroups - 1)] = timeMs;
    const word = (firstSlot & (pageSlots - 1)) * 2;
    const from = index * 2;
    for (let i = 0; i < groupSlots * 2; i++) into[word + i] = bits[from + i] as number;
    for (let slot = firstSlot; slot < end; slot++) this.#counts[slot] = place + 1;
  }

  /** Copies a slot's samples to a place in columns. */
  copy(slot: number, timesMs: Float64Array, bits: Uint32Array, to: number): void {
    const count = this.count(slot);
    const group = slot >>> groupBits;
    const word = (slot & (pageSlots - 1)) * 2;
    for (let place = 0; place < count; place++) {
      const { times, bits: from } = this.#columnOf(slot, place);
      timesMs[to + place] = times[group & (pageGroups - 1)] as number;
      bits[(to + place) * 2] = from[word] as number;
      bits[(to + place) * 2 + 1] = from[word + 1] as number;
    }
    if (this.#isOwn[group] !== 1) return;
    const own = this.#ownOf(group);
    for (let place = 0; place < count; place++) timesMs[to + place] = own[ownPlace(slot, place)] as number;
  }

  /**
   * Copies the samples of all slots of a group, when they are full and measured at the same times.
   *
   * @param bits - Takes the values of one slot after those of the one before.
   * @returns Whether they are.
   */
  copyGroup(firstSlot: number, timesMs: Float64Array, bits: Uint32Array): boolean {
    const group = firstSlot >>> groupBits;
    if (this.#isOwn[group] === 1 || this.groupCount(firstSlot) !== stageSamples) return false;
    const word = (firstSlot & (pageSlots - 1)) * 2;
    for (let place = 0; place < stageSamples; place++) {
      const { times, bits: from } = this.#columnOf(firstSlot, place);
      timesMs[place] = times[group & (pageGroups - 1)] as number;
      for (let i = 0; i < groupSlots; i++) {
        const to = (i * stageSamples + place) * 2;
        bits[to] = from[word + i * 2] as number;
        bits[to + 1] = from[word + i * 2 + 1] as number;
      }
    }
    return true;
  }

  /** Forgets a slot's samples. */
  clear(slot: number): void {
    if (slot >= this.#counts.length) return;
    this.#counts[slot] = 0;
    const group = slot >>> groupBits;
    if (this.#isOwn[group] !== 1 || this.#isUsed(group, 0)) return;
    this.#isOwn[group] = 0;
    this.#ownTimes.delete(group);
  }

  #columnOf(slot: number, place: number): Column {
    const number = (slot >>> pageBits) * stageSamples + place;
    return this.#columns[number] ?? this.#addColumn(number);
  }

  #addColumn(number: number): Column {
    const column = { times: new Float64Array(pageGroups), bits: floatBits(new Float64Array(pageSlots)) };
    while (this.#columns.length < number) this.#columns.push(undefined); // an array with holes is slower
    this.#columns[number] = column;
    return column;
  }

  /** Whether a slot of a group has a sample at a place. */
  #isUsed(group: number, place: number): boolean {
    const end = Math.min((group + 1) * groupSlots, this.#counts.length);
    for (let slot = group * groupSlots; slot < end; slot++) if ((this.#counts[slot] as number) > place) return true;
    return false;
  }

  /** Gives the slots of a group times of their own. */
  #separate(group: number): Float64Array {
    const own = new Float64Array(groupSlots * stageSamples);
    for (let place = 0; place < stageSamples; place++) {
      const { times } = this.#columnOf(group * groupSlots, place);
      own.fill(times[group & (pageGroups - 1)] as number, place * groupSlots, (place + 1) * groupSlots);
    }
    this.#isOwn[group] = 1;
    this.#ownTimes.set(group, own);
    return own;
  }

  #ownOf(group: number): Float64Array {
    return this.#ownTimes.get(group) as Float64Array;
  }
}

/** Whether the samples from a place on, and before an end, are of all slots of a group in turn, and of one time. */
export function isGroup(slots: ArrayLike<number>, timesMs: Float64Array, start: number, end: number): boolean {
  const slot = slots[start] as number;
  if (
    start + groupSlots > end ||
    (slot & (groupSlots - 1)) !== 0 ||
    slots[start + groupSlots - 1] !== slot + groupSlots - 1
  )
    return false;
  const timeMs = timesMs[start];
  for (let i = 1; i < groupSlots; i++) {
    if (slots[start + i] !== slot + i || timesMs[start + i] !== timeMs) return false;
  }
  return true;
}

/** Where a slot's time stands among those of its group. */
function ownPlace(slot: number, place: number): number {
  return place * groupSlots + (slot & (groupSlots - 1));
}
