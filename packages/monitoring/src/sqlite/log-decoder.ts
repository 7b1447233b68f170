import { crc32 } from 'node:zlib';
import type { SampleBatch } from '../store/metric-store.ts';
import { floatBits } from '../store/float-bits.ts';
import { ByteReader, corruptError } from '../codec/byte-buffer.ts';
import { decodeTimes } from '../codec/chunk-codec.ts';
import { rowFlag, rowVersion, tag } from './log-encoder.ts';
import { LogLists } from './log-lists.ts';
import { LogSeries, pageNumberOf, pageRefs, perUnit, unit } from './log-series.ts';

const planes = 8;
const checksumBytes = 4;
const maxCount = 2 ** 31;
const factors = Float64Array.from(perUnit);

/** Reads the rows of a log that a {@link LogEncoder} wrote, one after the other. */
export class LogDecoder {
  readonly #series = new LogSeries();
  readonly #lists = new LogLists();
  /** The number of the row that the last one's part goes on with; none when a part must open. */
  #next: number | undefined;
  /** Room for the columns of a row. */
  #timesMs = new Float64Array(0);
  #values = new Float64Array(0);

  /**
   * Reads a row. Its columns are good until the next one is read.
   *
   * @param number - The row's, which is the one before it and the samples of that.
   * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes are no such row, or rows before it are missing; then
   * the next one that can be read is one that opens a part.
   */
  decode(row: Uint8Array, number: number): SampleBatch {
    const before = this.#next;
    this.#next = undefined;
    if (row.length < checksumBytes + 1) throw corruptError('A row of the log ends too early');
    const body = row.subarray(0, row.length - checksumBytes);
    if (new ByteReader(row.subarray(body.length)).word() !== crc32(body))
      throw corruptError('A row of the log is damaged');
    const reader = new ByteReader(body);
    const form = reader.byte();
    if ((form & 0xf0) !== rowVersion) throw corruptError('A row of the log is of an unknown form');
    if ((form & rowFlag.opens) !== 0) {
      this.#series.clear();
      this.#lists.clear();
    } else if (before !== number) throw corruptError('A row of the log is missing');
    const count = reader.varint();
    // A sample takes half a byte at least.
    if (count > body.length * 2 || count > maxCount) throw corruptError('A row of the log has a wrong length');
    if (count > this.#timesMs.length) {
      this.#timesMs = new Float64Array(count);
      this.#values = new Float64Array(count);
    }
    const timesMs = this.#timesMs.subarray(0, count);
    const firstTime = floatBits(timesMs);
    firstTime[0] = reader.word();
    firstTime[1] = reader.word();
    if ((form & rowFlag.sharedTime) !== 0) timesMs.fill(timesMs[0] as number);
    else decodeTimes(reader, form & 3, timesMs[0] as number, timesMs);
    const refs = this.#lists.read(reader, count);
    const values = this.#values.subarray(0, count);
    this.#readValues(reader, refs, values);
    if (!reader.atEnd) throw corruptError('A row of the log is longer than its samples');
    this.#next = number + count;
    return { refs, timesMs, values };
  }

  #readValues(reader: ByteReader, refs: Uint32Array, values: Float64Array): void {
    const { length } = refs;
    const bits = floatBits(values);
    const tags = reader.bytes(Math.ceil(length / 2));
    const columns = readPlanes(reader, tags, length);
    const [first, second, third, fourth] = columns as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const used = new Uint32Array(planes); // of the columns behind these, which few values have bytes in
    let [firsts, seconds, thirds, fourths] = [0, 0, 0, 0];
    let { units, lasts, lastBits } = this.#series.pageOf(refs[0] as number);
    let pageNumber = pageNumberOf(refs[0] as number);
    for (let i = 0; i < length; i++) {
      const code = ((tags[i >>> 1] as number) >>> ((i & 1) * 4)) & 15;
      if (code === tag.alone) {
        bits[i * 2] = reader.word();
        bits[i * 2 + 1] = reader.word();
        continue;
      }
      const ref = refs[i] as number;
      if (pageNumberOf(ref) !== pageNumber) {
        ({ units, lasts, lastBits } = this.#series.pageOf(ref));
        pageNumber = pageNumberOf(ref);
      }
      const place = ref % pageRefs;
      if (code === tag.anchor) {
        const now = (units[place] = reader.byte());
        if (now === unit.bits) {
          bits[i * 2] = lastBits[place * 2] = reader.word();
          bits[i * 2 + 1] = lastBits[place * 2 + 1] = reader.word();
        } else values[i] = (lasts[place] = reader.signedVarint()) / factorOf(now);
        continue;
      }
      let low = code > 0 ? (first[firsts++] as number) : 0;
      if (code > 1) low |= (second[seconds++] as number) << 8;
      if (code > 2) low |= (third[thirds++] as number) << 16;
      if (code > 3) low |= (fourth[fourths++] as number) << 24;
      let high = 0;
      for (let byte = 4; byte < code; byte++) {
        high |= ((columns[byte] as Uint8Array)[(used[byte] as number)++] as number) << ((byte - 4) * 8);
      }
      const now = units[place] as number;
      if (now === unit.bits) {
        bits[i * 2] = (lastBits[place * 2] as number) ^= low;
        bits[i * 2 + 1] = (lastBits[place * 2 + 1] as number) ^= high;
        continue;
      }
      const whole = (lasts[place] as number) + (code < 4 ? (low >>> 1) ^ -(low & 1) : unzigzag(low, high));
      lasts[place] = whole;
      values[i] = now === 0 ? whole : whole / factorOf(now);
    }
  }
}

/** @throws {MonitoringError} NOVA_MONITORING_CORRUPT when there is no such unit. */
function factorOf(number: number): number {
  const factor = factors[number];
  if (factor === undefined) throw corruptError('A row of the log goes on with a series that it does not know');
  return factor;
}

function unzigzag(low: number, high: number): number {
  const zigzag = (low >>> 0) + (high >>> 0) * 2 ** 32;
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

/** The columns of all low bytes, all second bytes and so on: how long they are is what the half bytes say. */
function readPlanes(reader: ByteReader, tags: Uint8Array, length: number): Uint8Array[] {
  const counts = new Uint32Array(16);
  const pairs = new Uint32Array(256);
  for (let i = 0; i < tags.length; i++) (pairs[tags[i] as number] as number)++;
  pairs.forEach((count, pair) => {
    (counts[pair & 15] as number) += count;
    (counts[pair >>> 4] as number) += count;
  });
  if (length % 2 === 1) (counts[0] as number)--;
  if (counts.subarray(tag.alone + 1).some((count) => count > 0))
    throw corruptError('A row of the log has no such values');
  let longer = counts.subarray(1, planes + 1).reduce((sum, count) => sum + count, 0);
  return Array.from({ length: planes }, (_, number) => {
    const column = reader.bytes(longer);
    longer -= counts[number + 1] as number;
    return column;
  });
}
