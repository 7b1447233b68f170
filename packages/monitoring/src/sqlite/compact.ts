import { encodeChunk } from '../codec/chunk-codec.ts';
import { sumUp, tiersMs } from '../store/rollup.ts';
import type { Columns } from '../store/sample-columns.ts';
import type { ChunkTable, StoredChunk } from './chunk-table.ts';
import { isEncrypted, type Packed } from './pack.ts';

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

/**
 * About the most bytes of a chunk that SQLite keeps on a page with others: of a longer one, the rest takes pages of its
 * own, and what is free on them is lost.
 */
const rowBytes = 950;

/** Adds samples as one long chunk, or as several that fit on their pages. */
function insertMerged(chunks: ChunkTable, ref: number, { timesMs, values }: Columns, secret: boolean): void {
  const insert = (from: number, to: number, packed: Packed): void => {
    const [fromMs, toMs] = [timesMs[from] as number, timesMs[to - 1] as number];
    chunks.insert(ref, { fromMs, toMs, count: to - from, merged: 1, ...packed });
  };
  const packPart = (from: number, to: number): Packed =>
    chunks.pack(
      ref,
      timesMs[from] as number,
      encodeChunk(timesMs.subarray(from, to), values.subarray(from, to)),
      secret,
    );
  const whole = packPart(0, timesMs.length);
  const pieces = Math.min(timesMs.length, Math.ceil(whole.data.length / rowBytes));
  if (pieces === 1) {
    insert(0, timesMs.length, whole);
    return;
  }
  for (let piece = 0; piece < pieces; piece++) {
    const from = Math.floor((timesMs.length * piece) / pieces);
    const to = Math.floor((timesMs.length * (piece + 1)) / pieces);
    insert(from, to, packPart(from, to));
  }
}

function merge(chunks: ChunkTable, ref: number, run: readonly StoredChunk[], rollups: boolean): void {
  const { timesMs, values } = chunks.decode(ref, run);
  const secret = run.some(isEncrypted);
  for (const chunk of run) chunks.delete(ref, chunk);
  insertMerged(chunks, ref, { timesMs, values }, secret);
  for (const tierMs of rollups ? tiersMs : []) {
    const buckets = sumUp(timesMs, values, tierMs);
    if (buckets.timesMs.length > 0) chunks.insertRollup(ref, tierMs, buckets, secret);
  }
}
