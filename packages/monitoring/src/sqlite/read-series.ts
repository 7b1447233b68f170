import { lowerBound } from '@novacron/core';
import { decodeChunk } from '../codec/chunk-codec.ts';
import type { Head } from './head.ts';
import type { StoreFile } from './store-file.ts';

/** A series' samples with `fromMs <= time < toMs`, from its chunks and its head. */
export function readSeries(
  file: StoreFile,
  head: Head,
  ref: number,
  fromMs: number,
  toMs: number,
): { timesMs: Float64Array; values: Float64Array } {
  const chunks = file.chunks(ref, fromMs, toMs);
  const newest = head.columns(ref)?.slice(fromMs, toMs);
  if (chunks.length === 0 && newest !== undefined) return newest;
  const chunked = chunks.reduce((sum, { count }) => sum + count, 0);
  const length = chunked + (newest?.timesMs.length ?? 0);
  const timesMs = new Float64Array(length);
  const values = new Float64Array(length);
  let position = 0;
  for (const { fromMs: firstMs, count, data } of chunks) {
    const end = position + count;
    decodeChunk(data, firstMs, timesMs.subarray(position, end), values.subarray(position, end));
    position = end;
  }
  if (newest !== undefined) {
    timesMs.set(newest.timesMs, position);
    values.set(newest.values, position);
  }
  const first = lowerBound(timesMs, fromMs);
  const last = Math.max(first, lowerBound(timesMs, toMs));
  return { timesMs: timesMs.subarray(first, last), values: values.subarray(first, last) };
}
