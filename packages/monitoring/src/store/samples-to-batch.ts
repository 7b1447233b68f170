import { NovaError, type Labels, type Sample } from '@novacron/core';
import type { RejectionReason, SampleBatch } from './metric-store.ts';
import type { Rejections } from './rejections.ts';

/**
 * Turns samples into columns. Samples that no store takes are left out before their series is made.
 *
 * @param find - Gives the series of a name and labels, made if need be; none when there may be no more.
 * @param oldestMs - Samples before it are too old.
 */
export function samplesToBatch(
  samples: readonly Sample[],
  find: (metric: string, labels: Labels) => { readonly ref: number } | undefined,
  oldestMs: number,
  rejections: Rejections,
): SampleBatch {
  const refs = new Uint32Array(samples.length);
  const timesMs = new Float64Array(samples.length);
  const values = new Float64Array(samples.length);
  let count = 0;
  for (const sample of samples) {
    const ref = problemOf(sample, oldestMs) ?? place(sample, find);
    if (typeof ref === 'number') {
      refs[count] = ref;
      timesMs[count] = sample.timeMs;
      values[count] = sample.value;
      count++;
    } else rejections.add(ref);
  }
  return { refs: refs.subarray(0, count), timesMs: timesMs.subarray(0, count), values: values.subarray(0, count) };
}

function problemOf(sample: Sample | null | undefined, oldestMs: number): RejectionReason | undefined {
  if (typeof sample?.value !== 'number' || !Number.isFinite(sample.timeMs)) return 'invalid';
  if (typeof sample.labels !== 'object' || sample.labels === null) return 'invalid';
  return sample.timeMs < oldestMs ? 'too-old' : undefined;
}

function place(
  { metric, labels }: Sample,
  find: (metric: string, labels: Labels) => { readonly ref: number } | undefined,
): number | RejectionReason {
  try {
    return find(metric, labels)?.ref ?? 'series-limit';
  } catch (error) {
    if (NovaError.isInstance(error) && error.kind === 'invalid') return 'invalid';
    throw error;
  }
}
