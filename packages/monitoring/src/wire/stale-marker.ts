import { floatBits } from '../store/float-bits.ts';

/** The bits of the NaN by which Prometheus says that a series has ended: 0x7ff0000000000002. */
const staleHigh = 0x7ff0_0000;
const staleLow = 2;

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * A column with the marker. Copy it bit by bit: JavaScript may change the bits of a NaN that it hands around.
 */
export const staleMarker: Float64Array = new Float64Array(
  Uint32Array.from(littleEndian ? [staleLow, staleHigh] : [staleHigh, staleLow]).buffer,
);

/** Whether the value at a place of a column is Prometheus' staleness marker. */
export function isStale(values: Float64Array, index: number): boolean {
  const value = values[index] as number;
  if (!Number.isNaN(value)) return false;
  const bits = floatBits(values);
  const low = bits[index * 2 + (littleEndian ? 0 : 1)];
  const high = bits[index * 2 + (littleEndian ? 1 : 0)];
  return low === staleLow && high === staleHigh;
}
