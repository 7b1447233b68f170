import { invalidInput } from '../error.ts';
import { floatBits } from './float-bits.ts';
import type { SampleBatch } from './metric-store.ts';
import type { Rejections } from './rejections.ts';

/** What a store says about its series, by slot. */
export interface AdmissionRules {
  /** A series' slot; -1 when it is none of the store's. */
  slotOf(ref: number): number;
  /** Samples of the series before it are too old. */
  oldestMs(slot: number): number;
  /** Samples after it are too far in the future. */
  readonly latestMs: number;
  /** How much older than the newest of its series a sample may be. */
  readonly outOfOrderMs: number;
  /** Samples up to it can't be added to any more. */
  closedMs(slot: number): number;
  /** Whether a series has a sample of a time. */
  holds(slot: number, timeMs: number): boolean;
}

/** The newest time of each series, by slot. */
export interface NewestColumn {
  /** The newest time of a series, epoch milliseconds. */
  get(slot: number): number;
  /** Sets the newest time of a series. */
  set(slot: number, timeMs: number): void;
}

/** What of a batch is stored. */
export interface Admitted extends SampleBatch {
  /** The slots of the samples' series. */
  readonly slots: Uint32Array;
  /** Sets the newest times back, when storing failed after all. */
  undo(): void;
}

/**
 * Picks the samples of a batch that a store takes, in their order, and moves the newest times of their series on. The
 * columns are the batch's own when it takes them all.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the columns' lengths differ.
 */
export function admit(
  batch: SampleBatch,
  rules: AdmissionRules,
  newest: NewestColumn,
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
  const slots = new Uint32Array(length);
  const before = new Float64Array(length);
  const { latestMs, outOfOrderMs } = rules;
  let ofBatch: Set<string> | undefined;
  let count = 0;
  /** Whether a late sample is one that came before, in this batch or another. */
  const isThere = (slot: number, timeMs: number): boolean => {
    if (ofBatch === undefined) {
      ofBatch = new Set();
      for (let i = 0; i < count; i++) ofBatch.add(`${slots[i]}@${timesMs[admitted[i] as number]}`);
    }
    return ofBatch.has(`${slot}@${timeMs}`) || rules.holds(slot, timeMs);
  };
  for (let i = 0; i < length; i++) {
    const timeMs = timesMs[i] as number;
    const slot = rules.slotOf(refs[i] as number);
    if (slot < 0) rejections.add('unknown-series');
    else if (!Number.isFinite(timeMs)) rejections.add('invalid');
    else if (timeMs < rules.oldestMs(slot)) rejections.add('too-old');
    else if (timeMs > latestMs) rejections.add('future');
    else {
      const newestMs = newest.get(slot);
      if (timeMs > newestMs) newest.set(slot, timeMs);
      else if (timeMs === newestMs) {
        rejections.add('duplicate');
        continue;
      } else if (timeMs < newestMs - outOfOrderMs || timeMs <= rules.closedMs(slot)) {
        rejections.add('out-of-order');
        continue;
      } else if (isThere(slot, timeMs)) {
        rejections.add('duplicate');
        continue;
      }
      before[count] = newestMs;
      admitted[count] = i;
      slots[count] = slot;
      count++;
      ofBatch?.add(`${slot}@${timeMs}`);
    }
  }
  const undo = (): void => {
    for (let i = count - 1; i >= 0; i--) newest.set(slots[i] as number, before[i] as number);
  };
  const taken = count === length ? batch : pick(batch, admitted.subarray(0, count));
  return { ...taken, slots: slots.subarray(0, count), undo };
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
