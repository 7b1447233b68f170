import { invalidInput } from '../error.ts';
import { floatBits } from './float-bits.ts';
import type { SampleBatch } from './metric-store.ts';
import type { NewestTimes } from './newest-times.ts';
import type { Rejections } from './rejections.ts';

/** What of a batch is stored. */
export interface Admitted extends SampleBatch {
  /** Sets the newest times back, when storing failed after all. */
  undo(): void;
}

/**
 * Picks the samples of a batch that a store takes, in their order, and moves the newest times of their series on. The
 * columns are the batch's own when it takes them all.
 *
 * @param known - Whether a reference is one of the store's.
 * @param oldestMs - Samples before it are too old.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the columns' lengths differ.
 */
export function admit(
  batch: SampleBatch,
  known: (ref: number) => boolean,
  newest: NewestTimes,
  oldestMs: number,
  rejections: Rejections,
): Admitted {
  const { refs, timesMs, values } = batch;
  const length = refs.length;
  if (timesMs.length !== length || values.length !== length) {
    throw invalidInput(
      `A batch needs columns of one length, not ${length} refs, ${timesMs.length} times and ${values.length} values`,
    );
  }
  const admitted = new Uint32Array(length); // their places
  const before = new Float64Array(length);
  let count = 0;
  for (let i = 0; i < length; i++) {
    const ref = refs[i] as number;
    const timeMs = timesMs[i] as number;
    if (!known(ref)) rejections.add('unknown-series');
    else if (!Number.isFinite(timeMs)) rejections.add('invalid');
    else if (timeMs < oldestMs) rejections.add('too-old');
    else {
      const newestMs = newest.get(ref);
      if (timeMs > newestMs) {
        newest.set(ref, timeMs);
        before[count] = newestMs;
        admitted[count] = i;
        count++;
      } else rejections.add(timeMs === newestMs ? 'duplicate' : 'out-of-order');
    }
  }
  const undo = (): void => {
    for (let i = count - 1; i >= 0; i--) newest.set(refs[admitted[i] as number] as number, before[i] as number);
  };
  return { ...(count === length ? batch : pick(batch, admitted.subarray(0, count))), undo };
}

function pick({ refs, timesMs, values }: SampleBatch, places: Uint32Array): SampleBatch {
  const { length } = places;
  const picked = {
    refs: new Uint32Array(length),
    timesMs: new Float64Array(length),
    values: new Float64Array(length),
  };
  const bits = floatBits(values);
  const pickedBits = floatBits(picked.values);
  for (let i = 0; i < length; i++) {
    const place = places[i] as number;
    picked.refs[i] = refs[place] as number;
    picked.timesMs[i] = timesMs[place] as number;
    pickedBits[i * 2] = bits[place * 2] as number;
    pickedBits[i * 2 + 1] = bits[place * 2 + 1] as number;
  }
  return picked;
}
