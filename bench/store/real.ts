import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Series } from '@novacron/core';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import type { LabServer } from '../../lab/server.ts';
import { encodeWriteRequestV1 } from '../../packages/monitoring/src/remote-write/encode-v1.ts';
import { compressSnappy } from '../../packages/monitoring/src/wire/compress-snappy.ts';
import { startMeasured, type MeasuredServer } from '../measured-server.ts';
import { settledBytesPerSample, type Measures } from './measure.ts';

/** Samples of each series in one request, as an agent sends them that gathers for half a minute. */
const perRequest = 30;

/** A recording as so many machines would have made it: each at times of its own, so that none has another one's. */
export function copiesOf(recording: readonly Series[], copies: number): Series[] {
  return Array.from({ length: copies }, (_, copy) =>
    recording.map((series) => ({
      ...series,
      labels: { ...series.labels, host: `kvm-${copy}` },
      timesMs: series.timesMs.map((timeMs) => timeMs + copy * 7),
    })),
  ).flat();
}

/** Bytes a sample in the store, of chunks as they are cut and of such that were put together. */
export async function measureOwnBytes(series: readonly Series[], mergedSamples: number): Promise<Measures> {
  return {
    hot: await ownBytesPerSample(series, 1e9),
    compacted: await ownBytesPerSample(series, mergedSamples),
  };
}

async function ownBytesPerSample(series: readonly Series[], mergedSamples: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-store-'));
  try {
    const path = join(folder, 'metrics.db');
    const store = await sqliteStore({ path, mergedSamples, synchronous: 'normal', retentionMs: Infinity });
    const refs = await store.register(series);
    const rounds = (series[0] as Series).values.length;
    for (let round = 0; round < rounds; round++) {
      const column = (name: 'timesMs' | 'values') => Float64Array.from(series, (each) => each[name][round] as number);
      await store.appendBatch({ refs, timesMs: column('timesMs'), values: column('values') });
    }
    await store.maintain();
    await store.close();
    return settledBytesPerSample(path, 'store');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bytes a sample of a server's blocks, their index included; none when it is not installed. */
export async function measureServerBytes(
  serverIn: (folder: string) => LabServer,
  series: readonly Series[],
): Promise<number | undefined> {
  let folder = '';
  const server = await startMeasured((own) => serverIn((folder = own)));
  if (server === undefined) return undefined;
  try {
    await write(server, series);
    const samples = series.reduce((sum, { values }) => sum + values.length, 0);
    return (await blockBytes(server, folder)) / samples;
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

async function write({ url }: MeasuredServer, series: readonly Series[]): Promise<void> {
  const named = series.map((each) => ({ ...each, metric: each.metric.replaceAll('.', '_') }));
  const length = (series[0] as Series).values.length;
  for (let start = 0; start < length; start += perRequest) {
    const part = (column: Float64Array): Float64Array => column.slice(start, start + perRequest);
    for (let first = 0; first < named.length; first += 500) {
      const written = named.slice(first, first + 500).map((each) => ({
        ...each,
        timesMs: part(each.timesMs),
        values: part(each.values),
      }));
      const response = await fetch(`${url}/api/v1/write`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
        body: compressSnappy(encodeWriteRequestV1(written)),
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    }
  }
}

/** Prometheus makes a block of what it has in memory for a snapshot; VictoriaMetrics merges its parts when told to. */
async function blockBytes({ url }: MeasuredServer, folder: string): Promise<number> {
  const snapshot = await fetch(`${url}/api/v1/admin/tsdb/snapshot`, { method: 'POST' });
  if (snapshot.ok) return diskBytes(join(folder, 'data/snapshots'));
  for (const task of ['force_flush', 'force_merge']) await (await fetch(`${url}/internal/${task}`)).text();
  return diskBytes(join(folder, 'data/data')) + diskBytes(join(folder, 'data/indexdb'));
}

function diskBytes(folder: string): number {
  return Number(execFileSync('du', ['-sbL', folder], { encoding: 'utf8' }).split('\t')[0]);
}
