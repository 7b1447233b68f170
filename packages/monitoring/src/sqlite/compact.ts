import { encodeChunk } from '../codec/chunk-codec.ts';
import { sumUp, tiersMs } from '../store/rollup.ts';
import type { ChunkTable, StoredChunk } from './chunk-table.ts';

const encrypted = 2;

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
  const { timesMs, values } = chunks.decode(run);
  const secret = run.some(({ packing }) => (packing & encrypted) !== 0);
  for (const chunk of run) chunks.delete(ref, chunk);
  const packed = chunks.pack(encodeChunk(timesMs, values), secret);
  const [fromMs, toMs] = [timesMs[0] as number, timesMs.at(-1) as number];
  chunks.insert(ref, { fromMs, toMs, count: timesMs.length, merged: 1, ...packed });
  for (const tierMs of rollups ? tiersMs : []) {
    const buckets = sumUp(timesMs, values, tierMs);
    if (buckets.timesMs.length > 0) chunks.insertRollup(ref, tierMs, buckets, secret);
  }
}
