import { sliceSeries, type Series } from '@novacron/core';
import { encodeWriteRequestV1 } from '../../../src/remote-write/encode-v1.ts';
import { compressSnappy } from '../../../src/wire/compress-snappy.ts';

/** Writes series to a server that takes remote writes, ten minutes of all of them at a time: it wants time to go on. */
export async function remoteWrite(url: string, series: readonly Series[]): Promise<void> {
  const startMs = Math.min(...series.map(({ timesMs }) => timesMs[0] as number));
  const endMs = Math.max(...series.map(({ timesMs }) => timesMs.at(-1) as number));
  for (let fromMs = startMs; fromMs <= endMs; fromMs += 600_000) {
    const slices = series
      .map((one) => sliceSeries(one, fromMs, fromMs + 600_000))
      .filter(({ values }) => values.length > 0);
    for (let first = 0; first < slices.length; first += 2_000) await send(url, slices.slice(first, first + 2_000));
  }
}

async function send(url: string, series: readonly Series[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'Content-Encoding': 'snappy',
      'Content-Type': 'application/x-protobuf',
      'X-Prometheus-Remote-Write-Version': '0.1.0',
    },
    body: compressSnappy(encodeWriteRequestV1(series)),
  });
  if (!response.ok) throw new Error(`Remote write failed: ${response.status} ${await response.text()}`);
}
