import type { Labels, Sample } from '@novacron/core';
import { floatBits } from '../store/float-bits.ts';
import type { SeriesId } from '../store/metric-store.ts';
import type { SampleSink } from '../store/sample-sink.ts';
import { staleMarker } from '../wire/stale-marker.ts';

/** The series of a target's last page, by the object of their labels. */
export type LastSeries = ReadonlyMap<Labels, SeriesId>;

/**
 * Stores what a scrape gave, and the end of each series that is not there any more. Samples with a time of their own are
 * of whoever gave it, and end by getting old.
 *
 * @param samples - Of the page; the labels of a series are the same object in every page.
 * @param about - Of the scrape itself.
 * @param last - The series of the scrape before.
 * @returns how many samples were stored, and the series of this scrape.
 * @throws {MonitoringError} what the store throws.
 */
export async function storeScrape(
  store: SampleSink,
  samples: readonly Sample[],
  about: readonly Sample[],
  last: LastSeries,
  timeMs: number,
): Promise<{ readonly appended: number; readonly series: LastSeries }> {
  const series = new Map<Labels, SeriesId>();
  for (const sample of samples) if (sample.timeMs === timeMs) series.set(sample.labels, sample);
  const { appended } = await store.append([...samples, ...about]);
  const gone = [...last.values()].filter(({ labels }) => !series.has(labels));
  if (gone.length > 0) await end(store, gone, timeMs);
  return { appended, series };
}

async function end(store: SampleSink, gone: readonly SeriesId[], timeMs: number): Promise<void> {
  const refs = await store.register(gone);
  const timesMs = new Float64Array(gone.length).fill(timeMs);
  const values = new Float64Array(gone.length);
  const marker = floatBits(staleMarker);
  const bits = floatBits(values);
  for (let i = 0; i < gone.length; i++) bits.set(marker, 2 * i);
  await store.appendBatch({ refs, timesMs, values });
}
