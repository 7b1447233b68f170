import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { rows, store } from './engines.ts';
import { intervalMs, seriesOf, startMs, workload } from './workload.ts';

/** What one run measured, by the name of the figure. */
export type Measures = Readonly<Record<string, number>>;

/** One run of one engine; in a process of its own, so that its memory can be told. */
export async function measure(engine: 'store' | 'rows', seriesCount: number, rounds: number): Promise<Measures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-store-'));
  try {
    return await measureFile(join(folder, 'metrics.db'), engine, seriesCount, rounds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureFile(
  path: string,
  engine: 'store' | 'rows',
  seriesCount: number,
  rounds: number,
): Promise<Measures> {
  const open = engine === 'rows' ? rows : store;
  const series = seriesOf(seriesCount);
  const advance = workload(series.length, 7);
  const values = new Float64Array(series.length);
  const roundMs: number[] = [];
  let cpuMicroseconds = 0;
  const first = await open(path, series);
  for (let round = 0; round < rounds; round++) {
    advance(values);
    const cpu = process.cpuUsage();
    const started = performance.now();
    await first.append(startMs + round * intervalMs, values);
    roundMs.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpuMicroseconds += user + system;
  }
  await first.close();
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const samples = series.length * rounds;
  const sizeBytes = statSync(path).size;

  const started = performance.now();
  const again = await open(path, series);
  const openMs = performance.now() - started;
  const readMs: number[] = [];
  for (let i = 0; i < 500; i++) {
    const before = performance.now();
    const found = await again.read((i * 7_919) % series.length);
    readMs.push(performance.now() - before);
    if (found !== rounds) throw new Error(`Read ${found} samples of ${rounds}`);
  }
  await again.close();
  return {
    'ingest-cpu': cpuMicroseconds / samples,
    'round-p50': quantile(roundMs, 0.5),
    'round-p99': quantile(roundMs, 0.99),
    'disk-bytes-per-sample': sizeBytes / samples,
    'disk-bytes-per-sample-settled': settledBytesPerSample(path, engine),
    'read-one-series-p50': quantile(readMs, 0.5),
    'open-file': openMs,
    'peak-memory': peakMiB,
  };
}

/** Bytes of the pages that hold samples for good. Rows have no log. */
export function settledBytesPerSample(path: string, engine: 'store' | 'rows'): number {
  const tables = engine === 'rows' ? "'sample'" : "'chunk', 'merged', 'merged_by_series', 'times'";
  const chunks = 'SELECT sum(count) AS samples FROM (SELECT count FROM chunk UNION ALL SELECT count FROM merged)';
  const count = engine === 'rows' ? 'SELECT count(*) AS samples FROM sample' : chunks;
  const database = new DatabaseSync(path, { readOnly: true });
  const bytes = database.prepare(`SELECT sum(pgsize) AS bytes FROM dbstat WHERE name IN (${tables})`).get()?.['bytes'];
  const samples = database.prepare(count).get()?.['samples'];
  database.close();
  return Number(bytes) / Number(samples);
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;
}
