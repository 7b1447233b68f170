import { floatBits } from '../store/float-bits.ts';
import type { SampleBatch } from '../store/metric-store.ts';
import type { ProtoReader } from '../wire/proto-reader.ts';

const firstCapacity = 4096;

/** Columns that a request's samples are read into; used again for the next request. */
export class WriteColumns {
  private refs = new Uint32Array(firstCapacity);
  private times = new Float64Array(firstCapacity);
  private values = new Float64Array(firstCapacity);
  private bits = floatBits(this.values);
  private count = 0;

  /** How many samples there are. */
  get length(): number {
    return this.count;
  }

  /** Forgets all from a place on. */
  truncate(length: number): void {
    this.count = length;
  }

  /** Makes room for a sample, without a value and a time as long as nobody gives it one. */
  add(): void {
    if (this.count === this.times.length) this.grow();
    this.times[this.count] = 0;
    this.bits[this.count * 2] = 0;
    this.bits[this.count * 2 + 1] = 0;
    this.count++;
  }

  /** Adds samples. */
  append({ refs, timesMs, values }: SampleBatch): void {
    const end = this.count + refs.length;
    while (end > this.times.length) this.grow();
    this.refs.set(refs, this.count);
    this.times.set(timesMs, this.count);
    this.values.set(values, this.count);
    this.count = end;
  }

  /** Reads the newest sample's value, with all its bits. */
  readValue(reader: ProtoReader): void {
    reader.copyDouble(this.bits, this.count - 1);
  }

  /** Sets the newest sample's time. */
  setTime(timeMs: number): void {
    this.times[this.count - 1] = timeMs;
  }

  /** Says of which series all samples from a place on are. */
  setRef(from: number, ref: number): void {
    this.refs.fill(ref, from, this.count);
  }

  /** Says of which series the samples between two places are. */
  setRefs(from: number, to: number, ref: number): void {
    this.refs.fill(ref, from, to);
  }

  /** Takes away the samples of a series. */
  drop(ref: number): void {
    const { refs, times, bits } = this;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (refs[i] === ref) continue;
      refs[kept] = refs[i] as number;
      times[kept] = times[i] as number;
      bits[kept * 2] = bits[i * 2] as number;
      bits[kept * 2 + 1] = bits[i * 2 + 1] as number;
      kept++;
    }
    this.count = kept;
  }

  /** Whatever was read, as a batch; good until the next request. */
  batch(): SampleBatch {
    const { count } = this;
    return {
      refs: this.refs.subarray(0, count),
      timesMs: this.times.subarray(0, count),
      values: this.values.subarray(0, count),
    };
  }

  private grow(): void {
    const capacity = 2 * this.times.length;
    const refs = new Uint32Array(capacity);
    const times = new Float64Array(capacity);
    const values = new Float64Array(capacity);
    const bits = floatBits(values);
    refs.set(this.refs);
    times.set(this.times);
    bits.set(this.bits);
    this.refs = refs;
    this.times = times;
    this.values = values;
    this.bits = bits;
  }
}
