import { crc32 } from 'node:zlib';
import type { SampleBatch } from '../store/metric-store.ts';
import { floatBits } from '../store/float-bits.ts';
import { grow } from '../store/grow.ts';
import { ByteWriter } from '../codec/byte-buffer.ts';
import { encodeTimes } from '../codec/chunk-codec.ts';
import { LogLists } from './log-lists.ts';
import { inUnit, LogSeries, pageRefs, unit, unitFor } from './log-series.ts';

/** The upper half of a row's first byte; the lower has {@link rowFlag}s, or how the times are written. */
export const rowVersion = 0x30;

/** What a row's first byte says beside its version. */
export const rowFlag = { sharedTime: 4, opens: 8 } as const;

/** What a sample's half byte says when it is not how many bytes its difference takes. */
export const tag = { anchor: 9, alone: 10 } as const;

const planes = 8;

/**
 * Writes the rows of a log: columns, of values that are told by how they differ from the last one of their series.
 *
 * A round of measurements mostly has one time for all, and the series of the round before in the same order. So one
 * time is written once, and a list of series that was there before by its number. A value is a count of its series'
 * unit, and the difference to the count before takes as many bytes as it needs; those bytes stand in planes, all low
 * ones first, so that deflating finds that the high ones are alike. Values that are no decimals are told by the bits
 * in which they differ (see `encodeXor`).
 *
 * Rows need those before them, back to the one that opens their part of the log. A log loses its oldest part as a whole.
 *
 * A row is a byte with its version and flags, the count of samples, the times, the list of series, half a byte for each
 * sample, the planes, values that stand for themselves, and a checksum (CRC-32) of all that.
 */
export class LogEncoder {
  readonly #partSamples: number;
  readonly #series = new LogSeries();
  readonly #lists = new LogLists();
  readonly #row = new ByteWriter();
  readonly #rest = new ByteWriter();
  #tags = new Uint8Array(0);
  readonly #planes: Uint8Array[] = Array.from({ length: planes }, () => new Uint8Array(64));
  readonly #used = new Uint32Array(planes);
  #seriesCount = 0;
  #samples = 0;
  #ends = true;

  /** @param partSamples - A part ends when it has about so many samples of each of its series, all of them anew. */
  constructor(partSamples: number) {
    this.#partSamples = partSamples;
  }

  /** Lets the next row open a part: what was written last is not in the log. */
  end(): void {
    this.#ends = true;
  }

  /**
   * Writes a batch of at least one sample. All its bits come back.
   *
   * @returns The row, and whether it opens a part: it and those after it need none before it.
   */
  encode({ refs, timesMs, values }: SampleBatch): { readonly opens: boolean; readonly row: Uint8Array<ArrayBuffer> } {
    const opens = this.#ends;
    if (opens) this.#open();
    const row = this.#row;
    row.truncate(0);
    row.byte(0); // becomes the header
    row.varint(refs.length);
    const [low = 0, high = 0] = floatBits(timesMs.slice(0, 1));
    row.word(low);
    row.word(high);
    const times = haveOneTime(timesMs) ? rowFlag.sharedTime : encodeTimes(row, timesMs);
    row.set(0, rowVersion | times | (opens ? rowFlag.opens : 0));
    this.#lists.write(row, refs);
    this.#writeValues(refs, values);
    this.#samples += refs.length;
    if (this.#samples >= this.#partSamples * this.#seriesCount) this.#ends = true;
    row.word(crc32(row.buffer.subarray(0, row.length)));
    return { opens, row: row.toBytes() };
  }

  #open(): void {
    this.#ends = false;
    this.#series.clear();
    this.#lists.clear();
    this.#seriesCount = 0;
    this.#samples = 0;
  }

  #writeValues(refs: Uint32Array, values: Float64Array): void {
    const { length } = refs;
    if (this.#tags.length < length / 2) this.#tags = new Uint8Array(length);
    const tags = this.#tags.subarray(0, Math.ceil(length / 2)).fill(0);
    const bits = floatBits(values);
    this.#used.fill(0);
    this.#rest.truncate(0);
    for (let i = 0; i < length; i++) {
      const code = this.#writeValue(refs[i] as number, values[i] as number, bits, i * 2);
      (tags[i >>> 1] as number) |= (i & 1) === 0 ? code : code << 4;
    }
    this.#row.bytes(tags);
    this.#planes.forEach((plane, number) => this.#row.bytes(plane.subarray(0, this.#used[number])));
    this.#row.bytes(this.#rest.buffer.subarray(0, this.#rest.length));
  }

  /** Writes a value, and gives what stands in its half byte. */
  #writeValue(ref: number, value: number, bits: Uint32Array, word: number): number {
    const { units, lasts, lastBits } = this.#series.pageOf(ref);
    const place = ref % pageRefs;
    const known = units[place] as number;
    if (known < unit.unseen) {
      const whole = inUnit(value, known);
      if (!Number.isNaN(whole)) {
        const difference = whole - (lasts[place] as number);
        lasts[place] = whole;
        return this.#writeDifference(difference < 0 ? -2 * difference - 1 : 2 * difference);
      }
    } else if (known === unit.bits) {
      const [low, high] = [bits[word] as number, bits[word + 1] as number];
      const lowXor = (low ^ (lastBits[place * 2] as number)) >>> 0;
      const highXor = (high ^ (lastBits[place * 2 + 1] as number)) >>> 0;
      lastBits[place * 2] = low;
      lastBits[place * 2 + 1] = high;
      return this.#writeBytes(lowXor, highXor);
    }
    if (!Number.isFinite(value)) return this.#writeAlone(bits, word);
    return this.#writeAnchor(units, lasts, lastBits, place, value, bits, word);
  }

  #writeDifference(zigzag: number): number {
    if (zigzag === 0) return 0;
    if (zigzag < 2 ** 32) return this.#writeBytes(zigzag, 0);
    return this.#writeBytes(zigzag >>> 0, Math.floor(zigzag / 2 ** 32));
  }

  /** Writes the bytes of two words but the zeros at the high end; gives how many they are. */
  #writeBytes(low: number, high: number): number {
    let count = 0;
    for (let rest = low; rest !== 0; rest >>>= 8) this.#writeByte(count++, rest);
    if (high === 0) return count;
    while (count < 4) this.#writeByte(count++, 0);
    for (let rest = high; rest !== 0; rest >>>= 8) this.#writeByte(count++, rest);
    return count;
  }

  #writeByte(number: number, byte: number): void {
    const place = this.#used[number] as number;
    let plane = this.#planes[number] as Uint8Array;
    if (place === plane.length) this.#planes[number] = plane = grow(plane, place);
    plane[place] = byte;
    this.#used[number] = place + 1;
  }

  /** A value that says nothing of those after it: a NaN, an infinity. */
  #writeAlone(bits: Uint32Array, word: number): number {
    this.#rest.word(bits[word] as number);
    this.#rest.word(bits[word + 1] as number);
    return tag.alone;
  }

  /** A series' first value, or its first one in another unit. */
  #writeAnchor(
    units: Uint8Array,
    lasts: Float64Array,
    lastBits: Uint32Array,
    place: number,
    value: number,
    bits: Uint32Array,
    word: number,
  ): number {
    const before = units[place] as number;
    if (before === unit.unseen) this.#seriesCount++;
    const now = unitFor(value, before);
    units[place] = now;
    this.#rest.byte(now);
    if (now === unit.bits) {
      lastBits[place * 2] = bits[word] as number;
      lastBits[place * 2 + 1] = bits[word + 1] as number;
      this.#writeAlone(bits, word);
    } else {
      const whole = inUnit(value, now);
      lasts[place] = whole;
      this.#rest.signedVarint(whole);
    }
    return tag.anchor;
  }
}

function haveOneTime(timesMs: Float64Array): boolean {
  for (let i = 1; i < timesMs.length; i++) if (timesMs[i] !== timesMs[0]) return false;
  return true;
}
