import { floatBits } from './float-bits.ts';
import type { Columns } from './sample-columns.ts';
import { roomFor, type SharedTimes } from './shared-times.ts';

/** An array of so many numbers is cheaper to copy than to look into. */
const fewNumbers = 8;

/** Growing columns of one series' times and values in memory; the times are shared with other series. */
export class SeriesColumns {
  #times: SharedTimes;
  /** The places of the first sample and behind the last one, in the times. */
  #first: number;
  #end: number;
  #values: Float64Array = roomFor(new Float64Array(0));
  /** The place of the first value in its array. */
  #base: number;
  /** Whether somebody looks into the values, so that nothing there may move. */
  #isLent = false;

  /** @param times - Those that begin with the first sample's. */
  constructor(times: SharedTimes) {
    this.#times = times;
    this.#first = this.#end = this.#base = times.begin;
  }

  /** How many samples there are. */
  get length(): number {
    return this.#end - this.#first;
  }

  /** The oldest time; there must be one. */
  get firstMs(): number {
    return this.#times.at(this.#first);
  }

  /** The newest time; there must be one. */
  get lastMs(): number {
    return this.#times.at(this.#end - 1);
  }

  /** The times, which other series may have too. */
  get times(): SharedTimes {
    return this.#times;
  }

  /** Bytes that the values take up. */
  get sizeBytes(): number {
    return this.#values.byteLength;
  }

  /** Adds the sample at a place of a batch; one that is older than the newest goes where it belongs. */
  push(timeMs: number, value: number, bits: Uint32Array, index: number): void {
    const isLate = this.length > 0 && timeMs < this.lastMs;
    if (this.#end - this.#base === this.#values.length || (isLate && this.#isLent)) this.#move();
    let place = this.#end;
    if (isLate) {
      place = this.#times.search(this.#first, this.#end, timeMs);
      this.#times = this.#times.insert(this.#first, this.#end, place, timeMs);
      this.#values.copyWithin(place - this.#base + 1, place - this.#base, this.#end - this.#base);
    } else this.#times = this.#times.follow(this.#first, this.#end, timeMs);
    this.#end++;
    this.#values[place - this.#base] = value;
    if (!Number.isNaN(value)) return;
    const words = floatBits(this.#values);
    words.set(bits.subarray(index * 2, index * 2 + 2), (place - this.#base) * 2);
  }

  /** How many samples are before a time. */
  countBefore(timeMs: number): number {
    return this.#times.search(this.#first, this.#end, timeMs) - this.#first;
  }

  /** Whether there is a sample of a time. */
  holds(timeMs: number): boolean {
    const place = this.#times.search(this.#first, this.#end, timeMs);
    return place < this.#end && this.#times.at(place) === timeMs;
  }

  /** Lets the samples with `fromMs <= time < toMs` go; tells how many there were. */
  dropBetween(fromMs: number, toMs: number): number {
    const from = this.#times.search(this.#first, this.#end, fromMs);
    const to = this.#times.search(from, this.#end, toMs);
    const count = to - from;
    if (from === this.#first) this.dropFirst(count);
    else if (count > 0) {
      this.#move();
      this.#times = this.#times.without(this.#first, from, to, this.#end);
      this.#values.copyWithin(from - this.#base, to - this.#base, this.#end - this.#base);
      this.#end -= count;
    }
    return count;
  }

  /** Lets the first samples go. */
  dropFirst(count: number): void {
    this.#first += count;
  }

  /** Tells the times which of them are still needed. */
  keepTimes(): void {
    this.#times.keep(this.#first);
  }

  /** The times and values with `fromMs <= time < toMs`; not copied, good until the next change. */
  between(fromMs: number, toMs: number): Columns {
    const from = this.#times.search(this.#first, this.#end, fromMs);
    const to = this.#times.search(from, this.#end, toMs);
    return { timesMs: this.#times.view(from, to), values: this.#part(from - this.#base, to - this.#base) };
  }

  /** The times and values with `fromMs <= time < toMs`; what is in them does not change, and nobody may change it. */
  lend(fromMs: number, toMs: number): Columns {
    const columns = this.between(fromMs, toMs);
    if (columns.values.length > fewNumbers) this.#isLent = true;
    return columns;
  }

  #part(from: number, to: number): Float64Array {
    return to - from > fewNumbers ? this.#values.subarray(from, to) : this.#values.slice(from, to);
  }

  /** Takes the values to an array of their own, with room for more. */
  #move(): void {
    this.#values = roomFor(this.#values.subarray(this.#first - this.#base, this.#end - this.#base));
    this.#base = this.#first;
    this.#isLent = false;
  }
}
