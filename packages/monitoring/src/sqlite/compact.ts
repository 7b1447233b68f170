import { sumUp, tiersMs } from '../store/rollup.ts';
import type { ChunkTable, StoredChunk } from './chunk-table.ts';
import { isEncrypted } from './pack.ts';

/**
 * Makes long chunks of a series' short ones, deflated where that pays, and sums their samples up in the rollups. Short
 * ones that do not make a long one are left for later, unless they are about to go.
 *
 * @param mergedSamples - Samples of a long chunk, about.
 * @param rollups - Whether to sum up.
 * @param leavingMs - Chunks that end before it are about to go.
 */
export function compactSeries(
  chunks: ChunkTable,
  ref: number,
  mergedSamples: number,
  rollups: boolean,
  leavingMs: number = -Infinity,
): void {
  const leaving = leavingMs !== -Infinity;
  let run: StoredChunk[] = [];
  let samples = 0;
  for (const chunk of chunks.short(ref, leaving ? leavingMs : Infinity)) {
    run.push(chunk);
    samples += chunk.count;
    if (samples < mergedSamples) continue;
    merge(chunks, ref, run, rollups);
    [run, samples] = [[], 0];
  }
  if (leaving && run.length > 0) merge(chunks, ref, run, rollups);
}

function merge(chunks: ChunkTable, ref: number, run: readonly StoredChunk[], rollups: boolean): void {
  const { timesMs, values } = chunks.decode(ref, run);
  const secret = run.some(isEncrypted);
  for (const chunk of run) chunks.delete(ref, chunk);
  chunks.insertMerged(ref, { timesMs, values }, secret);
  for (const tierMs of rollups ? tiersMs : []) {
    const buckets = sumUp(timesMs, values, tierMs);
    if (buckets.timesMs.length > 0) chunks.insertRollup(ref, tierMs, buckets, secret);
  }
}
