import { corruptError, type ByteReader, type ByteWriter } from './byte-buffer.ts';

/** Whether runs of zeros are worth their lengths: a run takes two bytes, a zero alone one. */
export function zeroRunsPay(values: Float64Array, count: number): boolean {
  let zeros = 0;
  let runs = 0;
  for (let i = 0; i < count; i++) {
    if (values[i] !== 0) continue;
    zeros++;
    if (i === 0 || values[i - 1] !== 0) runs++;
  }
  return runs * 2 < zeros;
}

/** Writes the first `count` whole numbers; with `runs`, zeros as a zero and how many more follow it. */
export function encodeIntegers(writer: ByteWriter, values: Float64Array, count: number, runs: boolean): void {
  if (!runs) {
    writer.signedVarints(values, count);
    return;
  }
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    writer.signedVarint(value);
    if (value !== 0) continue;
    const first = i;
    while (i + 1 < count && values[i + 1] === 0) i++;
    writer.varint(i - first);
  }
}

/**
 * Reads `count` whole numbers to the places from `start` on.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes do not hold them.
 */
export function decodeIntegers(
  reader: ByteReader,
  values: Float64Array,
  start: number,
  count: number,
  runs: boolean,
): void {
  const end = start + count;
  if (!runs) {
    reader.signedVarints(values, start, end);
    return;
  }
  for (let i = start; i < end; i++) {
    const value = reader.signedVarint();
    values[i] = value;
    if (value !== 0) continue;
    const more = reader.varint();
    if (more >= end - i) throw corruptError('A run of zeros is longer than its chunk');
    values.fill(0, i + 1, i + 1 + more);
    i += more;
  }
}
