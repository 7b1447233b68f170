import { lowerBound } from '@novacron/core';
import { floatBits } from './float-bits.ts';

const firstCapacity = 16;

/** Times and values of one series. */
export interface Columns {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** Growing columns of one series' times and values. */
export class SampleColumns {
  /** Room for times, then as much for values: one array, because each costs far more than the numbers in it. */
  #room = new Float64Array(firstCapacity * 2);
  #bits = floatBits(this.#room);
  #capacity = firstCapacity;
  #start = 0;
  #end = 0;

  /** How many samples there are. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** The oldest time; there must be one. */
  get firstMs(): number {
    return this.#room[this.#start] as number;
  }

  /** The newest time; there must be one. */
  get lastMs(): number {
    return this.#room[this.#end - 1] as number;
  }

  /** Bytes that the columns take up. */
  get sizeBytes(): number {
    return this.#room.byteLength;
  }

  /** Adds the sample at a place of a batch; one that is older than the newest goes where it belongs. */
  push(timeMs: number, bits: Uint32Array, index: number): void {
    if (this.#end === this.#capacity) this.#makeRoom();
    let place = this.#end;
    if (this.length > 0 && timeMs < this.lastMs) {
      place = this.#start + this.countBefore(timeMs);
      this.#room.copyWithin(place + 1, place, this.#end);
      this.#room.copyWithin(this.#capacity + place + 1, this.#capacity + place, this.#capacity + this.#end);
    }
    this.#end++;
    this.#room[place] = timeMs;
    const word = (this.#capacity + place) * 2;
    this.#bits[word] = bits[index * 2] as number;
    this.#bits[word + 1] = bits[index * 2 + 1] as number;
  }

  /** How many samples are before a time. */
  countBefore(timeMs: number): number {
    return lowerBound(this.#room.subarray(this.#start, this.#end), timeMs);
  }

  /** Whether there is a sample of a time. */
  holds(timeMs: number): boolean {
    const place = this.#start + this.countBefore(timeMs);
    return place < this.#end && this.#room[place] === timeMs;
  }

  /** Lets the samples with `fromMs <= time < toMs` go; tells how many there were. */
  dropBetween(fromMs: number, toMs: number): number {
    const from = this.#start + this.countBefore(fromMs);
    const to = Math.max(from, this.#start + this.countBefore(toMs));
    this.#room.copyWithin(from, to, this.#end);
    this.#room.copyWithin(this.#capacity + from, this.#capacity + to, this.#capacity + this.#end);
    this.#end -= to - from;
    if (this.#start === this.#end) this.#start = this.#end = 0;
    return to - from;
  }

  /** Lets the first samples go. */
  dropFirst(count: number): void {
    this.#start += count;
    if (this.#start === this.#end) this.#start = this.#end = 0;
  }

  /** The columns as they are, from one place to another; not copied, good until the next change. */
  view(from: number, to: number): Columns {
    const start = this.#start + from;
    const end = this.#start + to;
    return {
      timesMs: this.#room.subarray(start, end),
      values: this.#room.subarray(this.#capacity + start, this.#capacity + end),
    };
  }

  /** The times and values with `fromMs <= time < toMs`; not copied, good until the next change. */
  viewBetween(fromMs: number, toMs: number): Columns {
    const from = this.countBefore(fromMs);
    return this.view(from, Math.max(from, this.countBefore(toMs)));
  }

  /** Moves the samples to the front when half of the room is free, otherwise takes twice the room. */
  #makeRoom(): void {
    const { length } = this;
    const { timesMs, values } = this.view(0, length);
    const capacity = length > this.#capacity / 2 ? this.#capacity * 2 : this.#capacity;
    const room = new Float64Array(capacity * 2);
    room.set(timesMs);
    room.set(values, capacity);
    this.#room = room;
    this.#bits = floatBits(room);
    this.#capacity = capacity;
    this.#start = 0;
    this.#end = length;
  }
}
