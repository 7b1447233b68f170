import { lowerBound } from '@novacron/core';
import { ByteReader, ByteWriter } from '../codec/byte-buffer.ts';
import { decodeChunk, encodeChunk } from '../codec/chunk-codec.ts';

/** Lengths of the buckets that samples are summed up in: five minutes and an hour. */
export const tiersMs = [300_000, 3_600_000] as const;

/** All that a bucket tells of its samples. */
export const aggregates = ['count', 'sum', 'min', 'max', 'last'] as const;

/** What a bucket tells of its samples. */
export type Aggregate = (typeof aggregates)[number];

/** Buckets of a series: columns of the time of each one's last sample and of what it tells. */
export interface Buckets {
  readonly timesMs: Float64Array;
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
}

/** The longest buckets that are not longer than a step; none when all are. */
export function tierFor(stepMs: number): number | undefined {
  return tiersMs.findLast((tierMs) => tierMs <= stepMs);
}

/**
 * Sums samples up in buckets that begin at multiples of their length; with a length of 0 each sample is one. NaN is no
 * sample, a stale marker neither.
 */
export function sumUp(timesMs: Float64Array, values: Float64Array, tierMs: number): Buckets {
  const buckets = emptyBuckets(countBuckets(timesMs, tierMs));
  let place = -1;
  let bucket = -Infinity;
  for (let i = 0; i < timesMs.length; i++) {
    const timeMs = timesMs[i] as number;
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    const its = bucketOf(timeMs, tierMs);
    if (its !== bucket) {
      bucket = its;
      place++;
      buckets.min[place] = Infinity;
      buckets.max[place] = -Infinity;
    }
    buckets.timesMs[place] = timeMs;
    (buckets.count[place] as number)++;
    (buckets.sum[place] as number) += value;
    buckets.min[place] = Math.min(buckets.min[place] as number, value);
    buckets.max[place] = Math.max(buckets.max[place] as number, value);
    buckets.last[place] = value;
  }
  return slice(buckets, 0, place + 1);
}

/** One after the other; the last bucket of one and the first of the next become one when they are the same. */
export function joinBuckets(parts: readonly Buckets[], tierMs: number): Buckets {
  const joined = emptyBuckets(parts.reduce((sum, { timesMs }) => sum + timesMs.length, 0));
  let place = -1;
  let bucket = -Infinity;
  for (const part of parts) {
    for (let i = 0; i < part.timesMs.length; i++) {
      const its = bucketOf(part.timesMs[i] as number, tierMs);
      const goesOn = its === bucket;
      if (!goesOn) place++;
      bucket = its;
      for (const name of ['count', 'sum'] as const) {
        joined[name][place] = (goesOn ? (joined[name][place] as number) : 0) + (part[name][i] as number);
      }
      const [min, max] = [part.min[i] as number, part.max[i] as number];
      joined.min[place] = goesOn ? Math.min(joined.min[place] as number, min) : min;
      joined.max[place] = goesOn ? Math.max(joined.max[place] as number, max) : max;
      joined.last[place] = part.last[i] as number;
      joined.timesMs[place] = part.timesMs[i] as number;
    }
  }
  return slice(joined, 0, place + 1);
}

/** A range made wider, so that it begins and ends with buckets. */
export function wholeBuckets(fromMs: number, toMs: number, tierMs: number): readonly [fromMs: number, toMs: number] {
  if (tierMs === 0) return [fromMs, toMs];
  return [Math.floor(fromMs / tierMs) * tierMs, Math.ceil(toMs / tierMs) * tierMs];
}

/** What buckets tell, with the times of their last samples, of those that are in a range. */
export function aggregateBetween(
  buckets: Buckets,
  aggregate: Aggregate,
  fromMs: number,
  toMs: number,
): { timesMs: Float64Array; values: Float64Array } {
  const from = lowerBound(buckets.timesMs, fromMs);
  const to = Math.max(from, lowerBound(buckets.timesMs, toMs));
  return { timesMs: buckets.timesMs.subarray(from, to), values: buckets[aggregate].subarray(from, to) };
}

/** Some of the buckets, as views. */
export function slice(buckets: Buckets, from: number, to: number): Buckets {
  const part = (column: Float64Array): Float64Array => column.subarray(from, to);
  const { timesMs, count, sum, min, max, last } = buckets;
  return {
    timesMs: part(timesMs),
    count: part(count),
    sum: part(sum),
    min: part(min),
    max: part(max),
    last: part(last),
  };
}

/** Writes at least one bucket: how many, the first time, and each column with its length, as chunks are written. */
export function encodeBuckets(buckets: Buckets): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(buckets.timesMs.length);
  for (const name of aggregates) {
    const bytes = encodeChunk(buckets.timesMs, buckets[name]);
    writer.varint(bytes.length);
    for (const byte of bytes) writer.byte(byte);
  }
  return writer.toBytes();
}

/**
 * Reads buckets.
 *
 * @param fromMs - The time of the first one.
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes are no buckets.
 */
export function decodeBuckets(bytes: Uint8Array, fromMs: number): Buckets {
  const reader = new ByteReader(bytes);
  const buckets = emptyBuckets(Math.min(reader.varint(), bytes.length * 256));
  for (const name of aggregates) {
    const column = Uint8Array.from({ length: reader.varint() }, () => reader.byte());
    decodeChunk(column, fromMs, buckets.timesMs, buckets[name]);
  }
  return buckets;
}

function bucketOf(timeMs: number, tierMs: number): number {
  return tierMs === 0 ? timeMs : Math.floor(timeMs / tierMs);
}

function emptyBuckets(length: number): Buckets {
  const column = (): Float64Array => new Float64Array(length);
  return { timesMs: column(), count: column(), sum: column(), min: column(), max: column(), last: column() };
}

function countBuckets(timesMs: Float64Array, tierMs: number): number {
  let count = 0;
  let bucket = -Infinity;
  for (const timeMs of timesMs) {
    const its = bucketOf(timeMs, tierMs);
    if (its !== bucket) count++;
    bucket = its;
  }
  return count;
}
