import { floatBits } from '../../store/float-bits.ts';

/** Times and values of one series, oldest first. */
export interface Columns {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** The bits of the NaN by which Prometheus marks the end of a series: 0x7ff0000000000002. */
const staleHigh = 0x7f_f0_00_00;
const staleLow = 2;

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Whether the value at a place is Prometheus' staleness marker. */
export function isStale(values: Float64Array, index: number): boolean {
  const value = values[index] as number;
  if (!Number.isNaN(value)) return false;
  const bits = floatBits(values);
  const low = bits[index * 2 + (littleEndian ? 0 : 1)];
  const high = bits[index * 2 + (littleEndian ? 1 : 0)];
  return low === staleLow && high === staleHigh;
}

/** The samples without staleness markers; the columns themselves when there are none. */
export function withoutStale({ timesMs, values }: Columns): Columns {
  let stale = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // eslint-disable-next-line no-self-compare -- the fastest way to find a NaN, and this loop sees every sample
    if (value !== value && isStale(values, i)) stale++;
  }
  if (stale === 0) return { timesMs, values };
  const kept = { timesMs: new Float64Array(values.length - stale), values: new Float64Array(values.length - stale) };
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (isStale(values, i)) continue;
    kept.timesMs[count] = timesMs[i] as number;
    kept.values[count] = values[i] as number;
    count++;
  }
  return kept;
}
