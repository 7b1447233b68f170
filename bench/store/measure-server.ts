import { execFileSync } from 'node:child_process';
import { encodeWriteRequestV1 } from '../../packages/monitoring/src/remote-write/encode-v1.ts';
import { compressSnappy } from '../../packages/monitoring/src/wire/compress-snappy.ts';
import { startMeasured, type MeasuredServer } from '../measured-server.ts';
import type { LabServer } from '../../lab/server.ts';
import type { Measures } from './measure.ts';
import { intervalMs, seriesOf, startMs, workload } from './workload.ts';

const perRequest = 5_000;

/** Writes the samples into a server by Remote-Write; nothing when it is not installed. */
export async function measureServer(
  serverIn: (folder: string) => LabServer,
  seriesCount: number,
  rounds: number,
): Promise<Measures | undefined> {
  let folder = '';
  const server = await startMeasured((own) => serverIn((folder = own)));
  try {
    return server && (await measureWrites(server, folder, seriesCount, rounds));
  } finally {
    await server?.[Symbol.asyncDispose]();
  }
}

async function measureWrites(
  server: MeasuredServer,
  folder: string,
  seriesCount: number,
  rounds: number,
): Promise<Measures> {
  // Remote-Write takes names as Prometheus has them.
  const series = seriesOf(seriesCount).map(({ metric, labels }) => ({ metric: metric.replaceAll('.', '_'), labels }));
  const advance = workload(series.length, 7);
  const values = new Float64Array(series.length);
  const before = server.cpuSeconds();
  for (let round = 0; round < rounds; round++) {
    advance(values);
    const timesMs = Float64Array.of(startMs + round * intervalMs);
    for (let start = 0; start < series.length; start += perRequest) {
      const some = series.slice(start, start + perRequest);
      const written = some.map((id, i) => ({ ...id, timesMs, values: values.slice(start + i, start + i + 1) }));
      const response = await fetch(`${server.url}/api/v1/write`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
        body: compressSnappy(encodeWriteRequestV1(written)),
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    }
  }
  const samples = series.length * rounds;
  return {
    'ingest-cpu': ((server.cpuSeconds() - before) * 1e6) / samples,
    'disk-bytes-per-sample': diskBytes(folder) / samples,
    'peak-memory': server.peakMiB(),
  };
}

function diskBytes(folder: string): number {
  return Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) * 1024;
}
