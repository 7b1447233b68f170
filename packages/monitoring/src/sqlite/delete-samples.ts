import { lowerBound } from '@novacron/core';
import { joinBuckets, slice, tiersMs, type Buckets } from '../store/rollup.ts';
import type { ChunkTable, StoredChunk } from './chunk-table.ts';
import type { Database } from './database.ts';
import { isEncrypted } from './pack.ts';
import type { Deletion } from './writer-tasks.ts';

/** What was taken out of a file. */
export interface Removed {
  readonly series: number;
  /** Samples of chunks. */
  readonly samples: number;
  /** Series that have nothing left, in the file or in memory. */
  readonly gone: Uint32Array;
}

/**
 * Takes samples with `fromMs <= time < toMs` out of a file: chunks are written anew without them, and the log gets a
 * note, so that they do not come back from there. Buckets of rollups that the range touches go as a whole.
 */
export function deleteSamples(database: Database, chunks: ChunkTable, deletion: Deletion): Removed {
  const { refs, fromMs, toMs, logBefore, empty } = deletion;
  const emptyInMemory = new Set(empty);
  const gone: number[] = [];
  let samples = 0;
  refs.forEach((ref) => {
    for (const chunk of chunks.between(ref, fromMs, toMs)) samples += without(chunks, ref, chunk, fromMs, toMs);
    for (const tierMs of tiersMs) deleteBuckets(chunks, ref, tierMs, fromMs, toMs);
    if (emptyInMemory.has(ref) && chunks.newestMs(ref) === -Infinity) {
      chunks.deleteSeries(ref);
      gone.push(ref);
    } else database.run('INSERT INTO tombstone VALUES (?, ?, ?, ?)', ref, fromMs, toMs, logBefore);
  });
  chunks.addSamples(-samples);
  return { series: gone.length, samples, gone: Uint32Array.from(gone) };
}

function without(chunks: ChunkTable, ref: number, chunk: StoredChunk, fromMs: number, toMs: number): number {
  if (chunk.toMs < fromMs || chunk.fromMs >= toMs) return 0;
  const { timesMs, values } = chunks.decode(ref, [chunk]);
  const [first, last] = [lowerBound(timesMs, fromMs), lowerBound(timesMs, toMs)];
  if (first === last) return 0;
  chunks.delete(ref, chunk);
  for (const [start, end] of [
    [0, first],
    [last, timesMs.length],
  ] as const) {
    if (start === end) continue;
    const rest = { timesMs: timesMs.subarray(start, end), values: values.subarray(start, end) };
    if (chunk.mergedId === undefined) chunks.insert(ref, rest, isEncrypted(chunk));
    else chunks.insertMerged(ref, rest, isEncrypted(chunk));
  }
  return last - first;
}

function deleteBuckets(chunks: ChunkTable, ref: number, tierMs: number, fromMs: number, toMs: number): void {
  const begin = Math.floor(fromMs / tierMs) * tierMs;
  const end = Math.ceil(toMs / tierMs) * tierMs;
  const parts = chunks.rollups(ref, tierMs, begin, end);
  if (parts.length === 0) return;
  const secret = parts.some((part) => part.secret);
  chunks.deleteRollups(ref, tierMs, begin, end);
  const all = joinBuckets(parts, tierMs);
  const [first, last] = [lowerBound(all.timesMs, begin), lowerBound(all.timesMs, end)];
  const rest: Buckets[] = [slice(all, 0, first), slice(all, last, all.timesMs.length)];
  for (const buckets of rest) if (buckets.timesMs.length > 0) chunks.insertRollup(ref, tierMs, buckets, secret);
}
