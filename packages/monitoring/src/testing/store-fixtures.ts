import { seriesKey, type Sample } from '@novacron/core';
import type { ManualClock } from '@novacron/core/testing';
import type { StoreRules } from '../store/series-catalog.ts';
import type { AppendResult, MetricStore, SampleBatch } from '../store/metric-store.ts';

/** Runs a task with a new store and the clock that it goes by. */
export type WithStore = (
  task: (store: MetricStore, clock: ManualClock) => Promise<void>,
  rules?: StoreRules,
) => Promise<void>;

/** A sample without labels. */
export function sample(metric: string, timeMs: number, value: number): Sample {
  return { metric, labels: {}, timeMs, value };
}

/** A batch of one series. */
export function batchOf(ref: number, timesMs: readonly number[], values: readonly number[]): SampleBatch {
  return {
    refs: new Uint32Array(timesMs.length).fill(ref),
    timesMs: Float64Array.from(timesMs),
    values: Float64Array.from(values),
  };
}

/** All that a store holds, by series text. */
export async function contentsOf(store: MetricStore): Promise<Record<string, [number, number][]>> {
  const contents: Record<string, [number, number][]> = {};
  for (const { metric, labels, timesMs, values } of await store.select()) {
    contents[seriesKey(metric, labels)] = Array.from(timesMs, (timeMs, i) => [timeMs, values[i] as number]);
  }
  return contents;
}

/** What was rejected, by reason. */
export function countsOf({ rejected }: AppendResult): Record<string, number> {
  return Object.fromEntries(rejected.map(({ reason, count }) => [reason, count]));
}

/**
 * What a store's protocol may not be able to do: `bits` keeps every bit of a NaN, `fractions` keeps times that are no
 * whole milliseconds from 1970 on, `empty-labels` tells a label without a value from none, `retention` takes old samples
 * away, `deletion` takes away what is asked for, `late` tells double late samples, `series-ranges` lists series by ranges
 * that are shorter than a day.
 */
export type StoreAbility = 'bits' | 'fractions' | 'empty-labels' | 'retention' | 'deletion' | 'late' | 'series-ranges';
