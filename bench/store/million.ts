import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import type { Measures } from './measure.ts';
import { intervalMs, startMs } from './workload.ts';

const seriesCount = 1_000_000;
const atOnce = 10_000;
/**
 * A million series in a file store, a few samples of each: the memory of the whole process, and how long the cardinality of
 * all of them takes. In a process of its own, so that its memory can be told.
 */
export async function measureMillion(): Promise<Measures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-store-million-'));
  const store = await sqliteStore({ path: join(folder, 'metrics.db'), synchronous: 'normal' });
  const values = new Float64Array(atOnce);
  const timesMs = new Float64Array(atOnce);
  const refs: Uint32Array[] = [];
  for (let round = 0; round < 3; round++) {
    for (let start = 0; start < seriesCount; start += atOnce) {
      refs[start / atOnce] ??= await store.register(
        Array.from({ length: atOnce }, (_, i) => {
          const machine = Math.floor((start + i) / 20);
          const labels = { vm: `vm-${machine}`, host: `host-${machine % 1_000}`, zone: `eu-${machine % 3}` };
          return { metric: `vm_metric_${i % 20}_total`, labels };
        }),
      );
      for (let i = 0; i < atOnce; i++) values[i] = (start + i) * round;
      timesMs.fill(startMs + round * intervalMs);
      await store.appendBatch({ refs: refs[start / atOnce] as Uint32Array, timesMs, values });
    }
  }
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  let fastestMs = Infinity;
  for (let i = 0; i < 5; i++) {
    const before = performance.now();
    await store.cardinality();
    fastestMs = Math.min(fastestMs, performance.now() - before);
  }
  await store.close();
  rmSync(folder, { recursive: true });
  return { 'memory-1m-series': peakMiB, 'cardinality-1m-series': fastestMs };
}
