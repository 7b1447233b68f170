import type { CallOptions, Clock, Sample } from '@novacron/core';
import type { AppendResult } from './metric-store.ts';
import { Rejections } from './rejections.ts';
import type { SampleSink } from './sample-sink.ts';

/** Samples that are appended before others get their turn. */
const samplesAtOnce = 10_000;

/**
 * Appends many samples in several calls, between which others have their turn. When one fails, those before it are stored.
 *
 * @throws {MonitoringError} what the store's `append` throws.
 */
export async function appendInSlices(
  sink: SampleSink,
  samples: readonly Sample[],
  clock: Clock,
  options: CallOptions,
): Promise<AppendResult> {
  if (samples.length <= samplesAtOnce) return sink.append(samples, options);
  const rejections = new Rejections();
  let appended = 0;
  for (let start = 0; start < samples.length; start += samplesAtOnce) {
    const result = await sink.append(samples.slice(start, start + samplesAtOnce), options);
    appended += result.appended;
    for (const { reason, count } of result.rejected) rejections.add(reason, count);
    await clock.sleep(0, { signal: options.signal });
  }
  return { appended, rejected: rejections.list() };
}
