import { NovaError, type Labels, type Sample } from '@novacron/core';
import type { RejectionReason, SampleBatch } from './metric-store.ts';
import type { Rejections } from './rejections.ts';

/** Gives the reference of a sample's series, made if need be, or why the sample can't be stored. */
export type PlaceSample = (metric: string, labels: Labels, timeMs: number) => number | RejectionReason;

/** Turns samples into columns. Samples that no store takes are left out before their series is made. */
export function samplesToBatch(samples: readonly Sample[], place: PlaceSample, rejections: Rejections): SampleBatch {
  const refs = new Uint32Array(samples.length);
  const timesMs = new Float64Array(samples.length);
  const values = new Float64Array(samples.length);
  let count = 0;
  for (const sample of samples) {
    const ref = isWhole(sample) ? placed(sample, place) : 'invalid';
    if (typeof ref === 'number') {
      refs[count] = ref;
      timesMs[count] = sample.timeMs;
      values[count] = sample.value;
      count++;
    } else rejections.add(ref);
  }
  return { refs: refs.subarray(0, count), timesMs: timesMs.subarray(0, count), values: values.subarray(0, count) };
}

function isWhole(sample: Sample | null | undefined): boolean {
  if (typeof sample?.value !== 'number' || !Number.isFinite(sample.timeMs)) return false;
  return typeof sample.labels === 'object' && sample.labels !== null;
}

function placed({ metric, labels, timeMs }: Sample, place: PlaceSample): number | RejectionReason {
  try {
    return place(metric, labels, timeMs);
  } catch (error) {
    if (NovaError.isInstance(error) && error.kind === 'invalid') return 'invalid';
    throw error;
  }
}
