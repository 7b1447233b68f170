/**
 * The bits of float columns as pairs of 32-bit words, low word first on all machines that Node runs on but the
 * big-endian ones. A float column must be copied this way, never number by number: JavaScript may change the bits of
 * a NaN, and with them Prometheus' stale marker.
 */
export function floatBits(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}
