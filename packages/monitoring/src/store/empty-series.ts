import type { NewestTimes } from './newest-times.ts';
import type { SeriesIndex } from './series-index.ts';

/** How long a series without a sample is kept, in milliseconds: somebody may have registered it just now. */
export const emptyGraceMs = 3_600_000;

/** Finds series that have had no sample for long: all that were meant for them were refused, or none ever came. */
export class EmptySeries {
  #since = new Map<number, number>();

  /** The references of those that may go. */
  find(index: SeriesIndex, newest: NewestTimes, nowMs: number): number[] {
    const since = new Map<number, number>();
    const found: number[] = [];
    for (const ref of index.refs()) {
      if (newest.get(index.slotOf(ref)) !== -Infinity) continue;
      const seenMs = Math.min(this.#since.get(ref) ?? nowMs, nowMs); // the clock may be set back
      if (nowMs - seenMs >= emptyGraceMs) found.push(ref);
      else since.set(ref, seenMs);
    }
    this.#since = since;
    return found;
  }
}
