import type { SampleBatch } from '../store/metric-store.ts';
import { floatBits } from '../store/float-bits.ts';
import { ByteReader, ByteWriter, corruptError } from './byte-buffer.ts';
import { decodeTimes, encodeTimes } from './chunk-codec.ts';
import { fromDecimal, toDecimalExponent, toInteger } from './decimal.ts';

/**
 * A row of the batch log: a byte that says its version and how its times are written, the count of samples, the first
 * time and the others, references as runs, then values.
 *
 * A round of measurements mostly has one time for all, and its series in the order in which they were first seen. So
 * one time is written once, and references that follow each other as a first one and how many. Values stand alone, as
 * the row before may be gone when this one is read: a whole number and a power of ten where that gives the same bits,
 * eight bytes otherwise.
 */
const version = 0x20;
const sharedTime = 0x04;
const rawValue = 7;
/** Whole numbers up to this leave room for the exponent beside them. */
const maxInteger = 2 ** 48;
const maxCount = 2 ** 31;

const writer = new ByteWriter();

/** Writes a batch of at least one sample. All its bits come back. */
export function encodeLogRow({ refs, timesMs, values }: SampleBatch): Uint8Array<ArrayBuffer> {
  const shared = haveOneTime(timesMs);
  writer.truncate(0);
  writer.byte(0); // becomes the header
  writer.varint(refs.length);
  const [low = 0, high = 0] = floatBits(timesMs.slice(0, 1));
  writer.word(low);
  writer.word(high);
  writer.set(0, version | (shared ? sharedTime : encodeTimes(writer, timesMs)));
  encodeReferences(refs);
  encodeValues(values);
  return writer.toBytes();
}

/**
 * Reads a batch.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes are no such row.
 */
export function decodeLogRow(row: Uint8Array): SampleBatch {
  const reader = new ByteReader(row);
  const form = reader.byte();
  if ((form & 0xf8) !== version) throw corruptError('A row of the log is of an unknown form');
  const count = reader.varint();
  // A sample takes a byte at least.
  if (count > row.length || count > maxCount) throw corruptError('A row of the log has a wrong length');
  const timesMs = new Float64Array(count);
  const firstTime = floatBits(timesMs);
  firstTime[0] = reader.word();
  firstTime[1] = reader.word();
  if ((form & sharedTime) !== 0) timesMs.fill(timesMs[0] as number);
  else decodeTimes(reader, form & 3, timesMs[0] as number, timesMs);
  const refs = decodeReferences(reader, count);
  const values = decodeValues(reader, count);
  if (!reader.atEnd) throw corruptError('A row of the log is longer than its samples');
  return { refs, timesMs, values };
}

function haveOneTime(timesMs: Float64Array): boolean {
  for (let i = 1; i < timesMs.length; i++) if (timesMs[i] !== timesMs[0]) return false;
  return true;
}

/** Runs: how far the first reference is from the end of the run before, and how many follow each other. */
function encodeReferences(refs: Uint32Array): void {
  let previous = 0;
  for (let i = 0; i < refs.length;) {
    const first = i;
    do i++;
    while (i < refs.length && refs[i] === (refs[i - 1] as number) + 1);
    writer.signedVarint((refs[first] as number) - previous);
    writer.varint(i - first);
    previous = refs[i - 1] as number;
  }
}

function decodeReferences(reader: ByteReader, count: number): Uint32Array {
  const refs = new Uint32Array(count);
  let previous = 0;
  for (let position = 0; position < count;) {
    const first = previous + reader.signedVarint();
    const end = position + reader.varint();
    if (end > count || end === position) throw corruptError('A row of the log has too few or too many series');
    for (let ref = first; position < end; ref++) refs[position++] = ref;
    previous = refs[position - 1] as number;
  }
  return refs;
}

function encodeValues(values: Float64Array): void {
  const bits = floatBits(values);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const exponent = toDecimalExponent(value);
    const integer = exponent === undefined ? Infinity : toInteger(value, exponent);
    if (exponent === undefined || Math.abs(integer) > maxInteger) {
      writer.byte(rawValue);
      writer.word(bits[i * 2] as number);
      writer.word(bits[i * 2 + 1] as number);
    } else writer.varint((integer < 0 ? -2 * integer - 1 : 2 * integer) * 8 + exponent);
  }
}

function decodeValues(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count);
  const bits = floatBits(values);
  for (let i = 0; i < count; i++) {
    const code = reader.varint();
    const exponent = code % 8;
    if (exponent === rawValue) {
      bits[i * 2] = reader.word();
      bits[i * 2 + 1] = reader.word();
      continue;
    }
    const zigzag = (code - exponent) / 8;
    values[i] = fromDecimal(zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2, exponent);
  }
  return values;
}
