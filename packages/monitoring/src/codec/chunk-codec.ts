import { floatBits } from '../store/float-bits.ts';
import { ByteReader, ByteWriter, corruptError } from './byte-buffer.ts';
import { fromDecimal, toDecimal } from './decimal.ts';
import { decodeIntegers, encodeIntegers, zeroRunsPay } from './integer-codec.ts';
import { decodeXor, encodeXor } from './xor-codec.ts';

/**
 * A chunk is a byte that says how it is written, then the times but the first, then the values:
 *
 * - bits 0-1, times: 0 differences of differences, 1 the same with runs of zeros, 2 XOR, 3 none: they are kept elsewhere
 * - bits 2-4, values: 0 one constant, 1 decimal differences, 2 the same with runs of zeros, 3 XOR, 4 raw doubles,
 *   5 and 6 as 1 and 2 but divided by a power of two whose exponent comes first (memory comes in pages)
 * - bits 5-7: exponent of ten of the decimals
 *
 * First time and count are kept beside it.
 */
const timeMode = { integers: 0, integerRuns: 1, xor: 2, elsewhere: 3 } as const;
const valueMode = { constant: 0, decimal: 1, decimalRuns: 2, xor: 3, raw: 4, shifted: 5, shiftedRuns: 6 } as const;

/** Times up to this have exact second differences and zigzag forms. 35,000 years in milliseconds. */
const maxWholeTime = 2 ** 50;

const writer: ByteWriter = new ByteWriter();
let scratch = new Float64Array(256);

function scratchFor(count: number): Float64Array {
  if (scratch.length < count) scratch = new Float64Array(count * 2);
  return scratch;
}

/**
 * Writes samples in as few bytes as it knows how to. Every bit comes back.
 *
 * @param timesMs - Rising; at least one.
 * @param values - As many.
 */
export function encodeChunk(timesMs: Float64Array, values: Float64Array): Uint8Array<ArrayBuffer> {
  writer.truncate(0);
  writer.byte(0); // becomes the header
  writer.set(0, encodeTimes(writer, timesMs) | encodeValues(writer, values));
  return writer.toBytes();
}

/**
 * Reads a chunk.
 *
 * @param fromMs - The first time.
 * @param timesMs - Takes the times; as long as the chunk has samples.
 * @param values - Takes the values; as long.
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes are no such chunk.
 */
export function decodeChunk(bytes: Uint8Array, fromMs: number, timesMs: Float64Array, values: Float64Array): void {
  const reader = new ByteReader(bytes);
  const header = reader.byte();
  decodeTimes(reader, header & 3, fromMs, timesMs);
  decodeValues(reader, header, values);
  if (!reader.atEnd) throw corruptError('A chunk is longer than its samples');
}

/** Writes the values of samples, at least one, whose times are kept elsewhere. */
export function encodeChunkValues(values: Float64Array): Uint8Array<ArrayBuffer> {
  writer.truncate(0);
  writer.byte(0); // becomes the header
  writer.set(0, timeMode.elsewhere | encodeValues(writer, values));
  return writer.toBytes();
}

/**
 * Reads a chunk of {@link encodeChunkValues}.
 *
 * @param values - Takes the values; as long as the chunk has samples.
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes are no such chunk.
 */
export function decodeChunkValues(bytes: Uint8Array, values: Float64Array): void {
  const reader = new ByteReader(bytes);
  const header = reader.byte();
  if ((header & 3) !== timeMode.elsewhere) throw corruptError('A chunk has times of its own and should have none');
  decodeValues(reader, header, values);
  if (!reader.atEnd) throw corruptError('A chunk is longer than its samples');
}

/** Writes the times but the first; gives the bits of the header that say how. */
export function encodeTimes(writer: ByteWriter, timesMs: Float64Array): number {
  const count = timesMs.length - 1;
  if (!areWhole(timesMs)) {
    encodeXor(writer, timesMs.subarray(1));
    return timeMode.xor;
  }
  const differences = scratchFor(count);
  let difference = 0;
  for (let i = 0; i < count; i++) {
    const next = (timesMs[i + 1] as number) - (timesMs[i] as number);
    differences[i] = next - difference;
    difference = next;
  }
  const runs = zeroRunsPay(differences, count);
  encodeIntegers(writer, differences, count, runs);
  return runs ? timeMode.integerRuns : timeMode.integers;
}

/**
 * Reads the times that {@link encodeTimes} wrote.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes are no such times.
 */
export function decodeTimes(reader: ByteReader, mode: number, fromMs: number, timesMs: Float64Array): void {
  timesMs[0] = fromMs;
  const rest = timesMs.subarray(1);
  if (mode === timeMode.xor) {
    decodeXor(reader, rest);
    return;
  }
  if (mode > timeMode.xor) throw corruptError('A chunk says nothing known about its times');
  decodeIntegers(reader, rest, 0, rest.length, mode === timeMode.integerRuns);
  let timeMs = fromMs;
  let difference = 0;
  for (let i = 0; i < rest.length; i++) {
    difference += rest[i] as number;
    timeMs += difference;
    rest[i] = timeMs;
  }
}

/** Writes values; gives the bits of the header that say how. */
export function encodeValues(writer: ByteWriter, values: Float64Array, words: Uint32Array = floatBits(values)): number {
  if (isConstant(words)) {
    writer.word(words[0] as number);
    writer.word(words[1] as number);
    return valueMode.constant << 2;
  }
  const integers = scratchFor(values.length);
  const exponent = toDecimal(values, integers);
  if (exponent !== undefined) return (encodeDecimal(writer, integers, values.length) << 2) | (exponent << 5);
  const start = writer.length;
  encodeXor(writer, values);
  if (writer.length - start <= values.length * 8) return valueMode.xor << 2;
  writer.truncate(start);
  for (const word of words) writer.word(word);
  return valueMode.raw << 2;
}

function encodeDecimal(writer: ByteWriter, integers: Float64Array, length: number): number {
  const first = integers[0] as number;
  const count = length - 1;
  let bits = 0;
  for (let i = 0; i < count; i++) {
    const difference = (integers[i + 1] as number) - (integers[i] as number);
    integers[i] = difference;
    bits |= difference; // the low 32 bits
  }
  const shift = bits === 0 ? 0 : 31 - Math.clz32(bits & -bits);
  if (shift > 0) {
    writer.byte(shift);
    for (let i = 0; i < count; i++) integers[i] = (integers[i] as number) / 2 ** shift;
  }
  writer.signedVarint(first);
  const runs = zeroRunsPay(integers, count);
  encodeIntegers(writer, integers, count, runs);
  if (shift > 0) return runs ? valueMode.shiftedRuns : valueMode.shifted;
  return runs ? valueMode.decimalRuns : valueMode.decimal;
}

/**
 * Reads the values that {@link encodeValues} wrote.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes are no such values.
 */
export function decodeValues(reader: ByteReader, header: number, values: Float64Array): void {
  const mode = (header >>> 2) & 7;
  const exponent = header >>> 5;
  switch (mode) {
    case valueMode.constant: {
      const words = floatBits(values);
      const low = reader.word();
      const high = reader.word();
      for (let i = 0; i < words.length; i += 2) {
        words[i] = low;
        words[i + 1] = high;
      }
      return;
    }
    case valueMode.xor:
      decodeXor(reader, values);
      return;
    case valueMode.raw: {
      const words = floatBits(values);
      for (let i = 0; i < words.length; i++) words[i] = reader.word();
      return;
    }
    case valueMode.decimal:
    case valueMode.decimalRuns:
    case valueMode.shifted:
    case valueMode.shiftedRuns:
      decodeDecimal(reader, mode, exponent, values);
      return;
    default:
      throw corruptError('A chunk says nothing known about its values');
  }
}

function decodeDecimal(reader: ByteReader, mode: number, exponent: number, values: Float64Array): void {
  if (exponent > 6) throw corruptError('A chunk has an unknown exponent');
  const shift = mode >= valueMode.shifted ? reader.byte() : 0;
  let integer = reader.signedVarint();
  decodeIntegers(
    reader,
    values,
    1,
    values.length - 1,
    mode === valueMode.decimalRuns || mode === valueMode.shiftedRuns,
  );
  values[0] = fromDecimal(integer, exponent);
  const factor = 2 ** shift;
  for (let i = 1; i < values.length; i++) {
    integer += (values[i] as number) * factor;
    values[i] = fromDecimal(integer, exponent);
  }
}

function areWhole(timesMs: Float64Array): boolean {
  for (let i = 0; i < timesMs.length; i++) {
    const timeMs = timesMs[i] as number;
    if (!Number.isInteger(timeMs) || Math.abs(timeMs) > maxWholeTime) return false;
  }
  return true;
}

function isConstant(words: Uint32Array): boolean {
  for (let i = 2; i < words.length; i++) if (words[i] !== words[i - 2]) return false;
  return true;
}
